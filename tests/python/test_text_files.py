"""Folders of text files: names as keys, encodings, and what is said about files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

import indicia as ix
from indicia.errors import DataError, MissingColumnError, MissingTextWarning

TERMS = {"data": ["大数据"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "000002_2020.txt").write_text("大数据，大数据", encoding="utf-8")
    (tmp_path / "000001_2021.txt").write_bytes("\ufeff大数据".encode())
    (tmp_path / "notes.md").write_text("大数据", encoding="utf-8")
    return tmp_path


def test_names_become_keys_in_the_order_of_names(folder: Path) -> None:
    pattern = r"(?P<firm>\d+)_(?P<year>\d+)"
    found = ix.text.count(folder, dictionary=TERMS, pattern=pattern, unit="firm", time="year")
    assert list(found["document"]) == ["000001_2021", "000002_2020"]
    assert list(found["firm"]) == ["000001", "000002"] and list(found["year"]) == [2021, 2020]
    assert list(found["data"]) == [1, 2], "a mark of UTF-8 at the beginning is no character"
    assert list(found["ix_characters"]) == [3, 7]
    assert list(ix.text.audit(str(folder), dictionary=TERMS)["document"]) == ["000001_2021"] + ["000002_2020"] * 2


def test_bad_files_are_named_with_what_to_do(folder: Path) -> None:
    (folder / "gb.txt").write_bytes("大数据与云计算".encode("gb18030"))
    (folder / "wide.txt").write_bytes("大数据".encode("utf-16"))
    (folder / "a.txt").write_bytes(b"%PDF-1.4 \x93\x8c")
    (folder / "broken.txt").write_bytes("大数据".encode() + b"\xff\xff")
    (folder / "zeros.txt").write_bytes(b"a\0b\0")
    with pytest.raises(DataError) as caught:
        ix.text.count(folder, dictionary=TERMS)
    told = [
        "a.txt: a PDF and no text; extract its text first",
        "broken.txt: not UTF-8 (byte 0xff at 9); save it as UTF-8, or say its encoding",
        "gb.txt: not UTF-8 (byte 0xb4 at 0); it can be read as GB18030: say encoding='gb18030', or save it as UTF-8",
        "wide.txt: begins with the byte order mark of UTF-16; say encoding='utf-16', or save it as UTF-8",
        "zeros.txt: holds zero bytes and is no text; save it as UTF-8, or say its encoding",
    ]
    lines = "".join(f"\n  - {line}" for line in told)
    assert str(caught.value) == f"5 problems{lines}\nmend them, or say bad_files='missing' to go on without them"
    with pytest.warns(MissingTextWarning) as warned:
        found = ix.text.count(folder, dictionary=TERMS, bad_files="missing")
    assert str(warned[0].message) == f"5 files cannot be read, their counts are missing:{lines}"
    assert len(warned) == 1 and found["data"].notna().sum() == 2


def test_other_encodings(tmp_path: Path) -> None:
    for encoding in ("gb18030", "utf-16", "big5"):
        (tmp_path / "a.txt").write_bytes("大數據".encode(encoding))
        found = ix.text.count(tmp_path, dictionary={"data": ["大數據"]}, encoding=encoding)
        assert list(found["data"]) == [1], encoding
    (tmp_path / "a.txt").write_bytes("大数据".encode())
    with pytest.raises(DataError, match=r"a.txt: not GB18030 .* say encoding='utf-8'"):
        ix.text.count(tmp_path, dictionary=TERMS, encoding="gb18030")
    (tmp_path / "a.txt").write_bytes("大数据云计算".encode() * 5)  # reads as GB18030 without an error
    with pytest.raises(DataError, match=r"a.txt: is UTF-8, not GB18030; leave encoding= out"):
        ix.text.count(tmp_path, dictionary=TERMS, encoding="gb18030")
    with pytest.raises(DataError, match="encoding= is a name such as"):
        ix.text.count(tmp_path, dictionary=TERMS, encoding="utf-9")


def test_an_empty_file_is_missing_and_named(folder: Path) -> None:
    (folder / "empty.txt").write_bytes(b"")
    with pytest.warns(MissingTextWarning, match=r"1 of 3 texts are empty .* \(first empty.txt\)"):
        assert ix.text.count(folder, dictionary=TERMS)["data"].isna().tolist() == [False, False, True]


def test_slips(folder: Path) -> None:
    (folder / "notes").mkdir()
    with pytest.raises(DataError, match=r"holds no .txt file"):
        ix.text.count(folder / "notes", dictionary=TERMS)
    with pytest.raises(DataError, match="2 file names do not fit"):
        ix.text.count(folder, dictionary=TERMS, pattern=r"(?P<firm>\d+)")
    with pytest.raises(DataError, match="pattern= has no named group"):
        ix.text.count(folder, dictionary=TERMS, pattern=r"\d+")
    with pytest.raises(MissingColumnError, match="the file names give no 'firm', they give document"):
        ix.text.count(folder, dictionary=TERMS, unit="firm")
