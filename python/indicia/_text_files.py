"""A folder of text files: what each holds, what its name says, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ._names import listed, shorten
from ._text_batches import BATCH, Batch
from .errors import DataError, join

_MOST_TOLD = 20
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_START = 1_000
# So many bytes beyond ASCII are UTF-8 by chance as good as never.
_SURE = 30


class Folder:
    """The .txt files of a folder in the order of their names.

    Parameters
    ----------
    path : str or Path
        The folder.
    pattern : str, optional
        Regular expression for names without suffix; its named groups become columns.
    encoding : str
        Encoding of all files.
    bad_files : {"error", "missing"}
        What files that cannot be read are.
    """

    def __init__(self, path: str | Path, pattern: str | None, encoding: str, bad_files: str) -> None:
        folder = Path(path)
        if not folder.is_dir():
            raise DataError(f"no folder is named {shorten(str(path))}; for a single text say [text]")
        self.files = sorted(file for file in folder.iterdir() if file.suffix.lower() == ".txt" and file.is_file())
        if not self.files:
            raise DataError(f"folder {shorten(str(path))} holds no .txt file; put one text per file there")
        try:
            with suppress(UnicodeDecodeError):
                b"a".decode(encoding)
        except LookupError:
            raise DataError(f"encoding= is a name such as 'utf-8' or 'gb18030', found {encoding!r}") from None
        self.encoding, self.bad_files = encoding, bad_files
        self.keys: dict[str, list[Any]] = {"document": [file.stem for file in self.files]}
        if pattern is not None:
            self.keys |= _named(pattern, self.keys["document"])
        self.bad: list[str] = []

    def label(self, row: int) -> str:
        """A file as messages show it."""
        return self.files[row].name if row < len(self.files) else f"row {row}"

    def batches(self) -> Iterator[Batch]:
        """The texts; all bad files in one error, once the rest has been looked at."""
        made: list[bytes | None] = []
        size = 0
        for file in self.files:
            raw = file.read_bytes()
            problem = _problem(raw, self.encoding)
            if problem is None:
                made.append(_utf8(raw, self.encoding))
            else:
                self.bad.append(f"{file.name}: {problem}")
                made.append(None)
            size += len(raw)
            if size >= BATCH:
                # After the first bad file the rest is only looked at.
                if not self.bad or self.bad_files == "missing":
                    yield Batch((made,), len(made), "bytes")
                made, size = [], 0
        if self.bad and self.bad_files == "error":
            more = len(self.bad) - _MOST_TOLD
            told = [*self.bad[:_MOST_TOLD], *([f"and {more} more files"] if more > 0 else [])]
            raise DataError(f"{join(told)}\nmend them, or say bad_files='missing' to go on without them")
        if made:
            yield Batch((made,), len(made), "bytes")


def _utf8(raw: bytes, encoding: str) -> bytes:
    if _is_utf8(encoding):
        return raw.removeprefix(_UTF8_MARK)
    return raw.decode(encoding).removeprefix("\ufeff").encode()


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig")


def _problem(raw: bytes, encoding: str) -> str | None:
    """What keeps a file from being read as a text, and what to do about it."""
    if raw.startswith(b"%PDF"):
        return "a PDF and no text; extract its text first"
    wide = encoding.lower().replace("_", "-").startswith(("utf-16", "utf16", "utf-32", "utf32"))
    if raw.startswith(_UTF16_MARKS) and not wide:
        return "begins with the byte order mark of UTF-16; say encoding='utf-16', or save it as UTF-8"
    try:
        raw.decode("utf-8" if _is_utf8(encoding) else encoding)
    except UnicodeDecodeError as error:
        where = f"not {encoding.upper()} (byte 0x{raw[error.start]:02x} at {error.start})"
        return f"{where}; {_advice(raw, encoding)}"
    if not wide and not _is_utf8(encoding) and _surely_utf8(raw):
        return f"is UTF-8, not {encoding.upper()}; leave encoding= out, or convert it"
    if not wide and b"\0" in raw[:_START]:
        return "holds zero bytes and is no text; save it as UTF-8, or say its encoding"
    return None


def _surely_utf8(raw: bytes) -> bool:
    """Whether bytes can be UTF-8 alone: UTF-8 often reads as GB18030, as other words."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(raw) - len(text) >= _SURE


def _advice(raw: bytes, encoding: str) -> str:
    for other in ("utf-8", "gb18030"):
        if other == "utf-8" and _is_utf8(encoding):
            continue
        try:
            raw.decode(other)
        except UnicodeDecodeError:
            continue
        return f"it can be read as {other.upper()}: say encoding={other!r}, or save it as UTF-8"
    return "save it as UTF-8, or say its encoding"


def _named(pattern: str, stems: Sequence[str]) -> dict[str, list[Any]]:
    try:
        form = re.compile(pattern)
    except re.error as error:
        raise DataError(f"pattern= is no regular expression: {error}") from None
    if not form.groupindex:
        raise DataError(
            f"pattern= has no named group, found {pattern!r}; say for example (?P<firm>\\d+)_(?P<year>\\d+)"
        )
    found = [form.fullmatch(stem) for stem in stems]
    strange = [stem for stem, match in zip(stems, found, strict=True) if match is None]
    if strange:
        shown = listed(strange[:_MOST_TOLD])
        raise DataError(f"{len(strange)} file names do not fit pattern={pattern!r}: {shown}; rename them or mend it")
    columns = {name: [match[name] for match in found if match is not None] for name in form.groupindex}
    return {name: _numbers(values) for name, values in columns.items()}


def _numbers(values: list[Any]) -> list[Any]:
    """Whole numbers where all are written as such: 2019, but not 000001."""
    try:
        numbers = [int(value) for value in values]
    except (TypeError, ValueError):
        return values
    return numbers if all(str(n) == value for n, value in zip(numbers, values, strict=True)) else values
