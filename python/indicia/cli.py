"""``indicia``: the same from a shell.

Exit codes: 0 all went well, 1 something in data or definition is wrong (one line says what), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import threading
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from . import _core
from ._books import framework, frameworks
from ._factor import factor
from ._tables_io import as_text, read_table, to_csv, write_table
from .errors import IndiciaError, IndiciaWarning, UnknownNameError, missing_columns
from .fitted import FittedIndex
from .frames import source_of
from .index import Index

_SUFFIXES = (".toml", ".json", ".yaml", ".yml")
_PATIENCE = 1.0
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args(argv)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", IndiciaWarning)
        warnings.showwarning = lambda message, *_: print(f"indicia: warning: {_line(message)}", file=sys.stderr)
        try:
            code: int = options.run(options)
            sys.stdout.flush()
            return code
        except (IndiciaError, OSError, TypeError, ValueError) as error:
            if isinstance(error, BrokenPipeError):
                # The reader of a pipe has had enough; nothing more can be written, not even at exit.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                return 0
            print(f"indicia: error: {_line(error)}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("indicia: interrupted", file=sys.stderr)
            return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="indicia", description="Digitalization indices of enterprises.")
    parser.add_argument("--version", action="version", version=f"indicia {_core.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.set_defaults(run=run)
        return made

    made = command("demo", _demo, "Score synthetic firms and real countries with the rule books that ship.")
    made.add_argument("--firms", type=_count, default=2_000, metavar="N", help="number of firms (default 2000)")

    command("frameworks", _frameworks, "List the rule books that ship.")

    made = command("describe", _describe, "Print a method in words and formulas.")
    _add_index(made)

    made = command("score", _score, "Score the rows of a table.")
    _add_index(made)
    _add_data(made)
    made.add_argument("--what", choices=("index", "groups", "all"), default="index", help="which nodes to write")
    made.add_argument("--fit", action="store_true", help="fit on these rows first, where something is to be fitted")
    made.add_argument("--explain", metavar="UNIT", help="print how one unit came to its score, instead of a table")
    made.add_argument("--levels", nargs="?", const="", metavar="BY", help="print the level table, by columns A,B")
    made.add_argument("--weight", metavar="COLUMN", help="survey weight of the level table")
    made.add_argument("--dry-run", action="store_true", help="only say which columns are needed, found and missing")

    made = command("fit", _fit, "Fit a definition and write the fitted index as JSON.")
    _add_index(made)
    _add_data(made)
    made.add_argument("--include-records", action="store_true", help="write values of units that rank scales keep")

    made = command("template", _template, "Write a blank questionnaire, to be filled in and scored.")
    _add_index(made)
    made.add_argument("file", metavar="OUT", help="where to write: .xlsx, or .csv of the first line alone")
    made.add_argument("--language", choices=("en", "zh", "both"), default="both", help="of labels (default both)")
    made.add_argument("--units", type=_count, default=20, metavar="N", help="rows with drop-downs (default 20)")
    made.add_argument("--unit", default="unit", help="name of the column of units (default unit)")
    made.add_argument("--time", help="name of a column of periods")
    made.add_argument("--also", default="", metavar="A,B", help="columns of your own")

    command("schema", lambda _: _print(Index.schema()), "Print the JSON Schema of definitions, for editors.")
    return parser


def _add_index(parser: argparse.ArgumentParser) -> None:
    text = "a rule book, or a file: a definition (.toml .json .yaml) or a fitted index (.json)"
    parser.add_argument("index", metavar="ID", help=text)
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--edition", help="edition of the rule book")
    chosen.add_argument("--as-of", metavar="DATE", help="the edition in force on a day such as 2026-05-01")


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a table: .csv .tsv .parquet .xlsx .dta")
    parser.add_argument("-o", "--output", metavar="OUT", help="where to write (default: to standard output)")
    parser.add_argument("--unit", help="column that names the units")
    parser.add_argument("--time", help="column that names the periods")
    parser.add_argument("--columns", type=_pair, action="append", default=[], metavar="NAME=COLUMN",
                        help="name in the definition = name in the data; may be repeated")  # fmt: skip
    parser.add_argument("--absent", choices=("error", "unknown"), default="error", help="what absent columns are")
    parser.add_argument("--assume", type=_pair, action="append", default=[], metavar="COLUMN=ANSWER",
                        help="answer to assume where a column is blank: yes, no, a number or a text")  # fmt: skip
    parser.add_argument("--threads", type=_count, metavar="N", help="number of threads")
    asked = parser.add_argument_group("questionnaires", "workbooks of `indicia template` are known by themselves")
    asked.add_argument("--answers", action="store_true", help="FILE is filled in by people: check every cell")
    asked.add_argument("--sheet", help="sheet of the answers")
    asked.add_argument("--encoding", help="encoding of a .csv or .tsv, such as gb18030")
    asked.add_argument("--separator", metavar="SIGN", help="what separates the columns of a .csv")
    asked.add_argument("--decimal", choices=(".", ","), help="decimal sign of numbers written as text")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of at least 1, found {text!r}")
    return int(text)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise argparse.ArgumentTypeError(f"expected name=value, found {text!r}")
    return name, value


def _index(options: argparse.Namespace) -> Index | FittedIndex:
    if not options.index.lower().endswith(_SUFFIXES):
        return framework(options.index, edition=options.edition, as_of=options.as_of)
    path = Path(options.index)
    if path.suffix.lower() == ".json":
        text = path.read_text(encoding="utf-8-sig")
        with contextlib.suppress(ValueError, TypeError):
            if {"definition", "parts"} <= set(json.loads(text)):
                return FittedIndex.from_json(text)
    return Index.read(path)


def _data(index: Index | FittedIndex, options: argparse.Namespace) -> Any:
    """The table of a command; answers of people are read cell by cell."""
    from ._answer_files import is_questionnaire

    how = {name: getattr(options, name) for name in ("sheet", "encoding", "separator", "decimal")}
    with _step(f"reading {options.file}"):
        if not (options.answers or any(how.values()) or is_questionnaire(options.file)):
            return read_table(options.file)
        if options.columns:
            raise UnknownNameError(
                "--columns is for tables; the first row of a questionnaire has the definition's names"
            )
        options.unit = options.unit or "unit"
        also = [name for name in (getattr(options, "levels", None) or "").split(",") if name]
        also += [name for name in [getattr(options, "weight", None)] if name]
        rest = {"unit": options.unit, "time": options.time, "also": also, "absent": options.absent}
        return (index.index if isinstance(index, FittedIndex) else index).read_answers(options.file, **rest, **how)


def _arguments(options: argparse.Namespace) -> dict[str, Any]:
    assume = {name: _YES_NO.get(text.casefold(), _number(text)) for name, text in options.assume}
    return {
        "unit": options.unit,
        "time": options.time,
        "columns": dict(options.columns) or None,
        "absent": options.absent,
        "assume": assume or None,
        "threads": options.threads,
    }


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _demo(options: argparse.Namespace) -> int:
    from ._demo import demo

    for text in demo(max(options.firms, 3)):
        print(f"{text}\n")
    return 0


def _frameworks(_: argparse.Namespace) -> int:
    table = source_of(frameworks())
    shown = ("id", "edition", "valid_from", "valid_to", "comparable", "confidence", "label")
    return _print(as_text({name: table.column(name) for name in shown}))


def _describe(options: argparse.Namespace) -> int:
    index = _index(options)
    return _print(str((index.index if isinstance(index, FittedIndex) else index).describe()))


def _score(options: argparse.Namespace) -> int:
    index = _index(options)
    data = _data(index, options)
    if options.dry_run:
        return _dry_run(index.index if isinstance(index, FittedIndex) else index, data, options)
    with _step("scoring"):
        if options.fit and isinstance(index, Index):
            scores = index.fit_score(data, **_arguments(options))
        else:
            scores = index.score(data, **_arguments(options))
        if options.explain is None and options.levels is None:
            frame = scores.to_frame(options.what)
    if options.explain is not None:
        return _print(str(scores.audit(_label(scores, options.explain))))
    if options.levels is not None:
        by = [name for name in options.levels.split(",") if name]
        return _print(as_text(scores.levels(by=by or None, sample_weight=options.weight)))
    with _step("writing"):
        if options.output is None:
            print(to_csv(frame), end="")
        else:
            write_table(frame, options.output)
            print(repr(scores), file=sys.stderr)
    return 0


def _label(scores: Any, text: str) -> Any:
    """The label that a text on the command line means: units may be numbers, panels are UNIT,PERIOD."""
    panel = scores._held.panel
    parts = text.rsplit(",", 1) if panel.time is not None and panel.unit is not None else [text]
    if panel.unit is None:
        return int(text) if text.lstrip("-").isdecimal() else text
    found = []
    for part, key in zip(parts, panel.keys, strict=False):
        found.append(next((label for label in factor(key).labels if str(label) == part.strip()), part))
    return found[0] if len(found) == 1 else tuple(found)


def _fit(options: argparse.Namespace) -> int:
    index = _index(options)
    data = _data(index, options)
    with _step("fitting"):
        fitted = (index.index if isinstance(index, FittedIndex) else index).fit(data, **_arguments(options))
    if options.output is None:
        return _print(fitted.to_json(include_records=options.include_records))
    fitted.write(options.output, include_records=options.include_records)
    print(repr(fitted), file=sys.stderr)
    return 0


def _template(options: argparse.Namespace) -> int:
    index = _index(options)
    language = ("en", "zh") if options.language == "both" else options.language
    also = [name for name in options.also.split(",") if name]
    rest = {"units": options.units, "unit": options.unit, "time": options.time, "also": also}
    (index.index if isinstance(index, FittedIndex) else index).template(options.file, language=language, **rest)
    return 0


def _dry_run(index: Index, data: Any, options: argparse.Namespace) -> int:
    """What is needed, what is there, what is missing."""
    mapping, source = index._needs.mapping(dict(options.columns)), source_of(data)
    lines, lacking = [], []
    for column in index.columns:
        ways = column["alternatives"] or [[column["name"]]]
        there = [way for way in ways if all(mapping.get(name, name) in source for name in way)]
        users = ", ".join(column["used_by"])
        if there:
            lines.append(f"found    {', '.join(mapping.get(name, name) for name in there[0])} for {users}")
            continue
        wanted = " or ".join(" and ".join(way) if len(way) < 4 else f"{way[0]} ... {way[-1]}" for way in ways)
        lines.append(f"missing  {wanted} for {users}")
        lacking.append({"column": column["name"], "message": f"missing, needed for {users}"})
    print("\n".join([f"{source.rows} rows", *lines]))
    if lacking and options.absent == "error":
        raise missing_columns(lacking, mapping, source.names)
    return 0


def _print(text: str) -> int:
    print(text)
    return 0


def _line(message: object) -> str:
    """A message in one line."""
    return "; ".join(part.strip().removeprefix("- ") for part in str(message).splitlines() if part.strip())


@contextlib.contextmanager
def _step(what: str) -> Iterator[None]:
    """Say what is going on, when it takes long and somebody watches."""
    if not sys.stderr.isatty():
        yield
        return
    began, said = time.monotonic(), threading.Event()

    def say() -> None:
        said.set()
        print(f"indicia: {what} ...", file=sys.stderr, flush=True)

    timer = threading.Timer(_PATIENCE, say)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if said.is_set():
            print(f"indicia: {what}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)
