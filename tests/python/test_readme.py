"""What the pages show is what happens: code blocks run in order, and shown output is compared.

In a page, blocks marked ``python`` share their names from top to bottom; lines of a ``shell`` block that start with
``indicia`` go through the command line. A ``text`` block right below a block is its output; ``...`` stands for
anything.
"""

from __future__ import annotations

import ast
import contextlib
import doctest
import io
import json
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass
class Block:
    language: str
    code: str
    line: int
    output: str | None = None


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page; a text block with nothing between belongs to the one above."""
    found: list[Block] = []
    end = -1
    for match in FENCE.finditer(text):
        block = Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)
        between = text[end : match.start()] if end >= 0 else "x"
        if block.language == "text" and found and found[-1].language in ("python", "shell") and not between.strip():
            found[-1].output = block.code
        found.append(block)
        end = match.end()
    return found


def run_python(block: Block, names: dict[str, Any], page: str) -> str:
    """Run a block as a notebook cell would: the last expression is shown."""
    tree = ast.parse(block.code, filename=page)
    ast.increment_lineno(tree, block.line)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(tree, page, "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), page, "eval"), names)
            if value is not None:
                print(repr(value))
    return shown.getvalue()


def run_doctest(block: Block, names: dict[str, Any], page: str) -> None:
    test = doctest.DocTestParser().get_doctest(block.code, names, page, page, block.line)
    test.globs = names  # get_doctest copies; later blocks use what earlier ones made
    report = io.StringIO()
    result = doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.write, clear_globs=False)
    assert result.failed == 0, report.getvalue()


def run_shell(block: Block) -> str:
    from indicia.cli import main

    shown = io.StringIO()
    for line in block.code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words or words[0] != "indicia":
            continue
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
            try:
                code = main(words[1:])
            except SystemExit as end:
                code = end.code
        assert code in (0, None), f"{line}: exit code {code}"
    return shown.getvalue()


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """An empty folder that pages may write to, with the example data a reader has."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_a_page_run(page: Path, elsewhere: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    checker = doctest.OutputChecker()
    for block in blocks(page.read_text(encoding="utf-8")):
        where = f"{page.name}, line {block.line}"
        if block.language == "python" and ">>>" in block.code:
            run_doctest(block, names, where)
            continue
        if block.language == "python":
            shown = run_python(block, names, where)
        elif block.language == "shell":
            shown = run_shell(block)
        else:
            continue
        if block.output is not None:
            same = checker.check_output(block.output, shown, FLAGS)
            assert same, f"{where}: the page shows\n{block.output}\nbut the output is\n{shown}"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.name)
def test_the_cells_of_a_notebook_run(notebook: Path, elsewhere: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            run_python(Block("python", "".join(cell["source"]), 0), names, f"{notebook.name}, cell {number}")


def test_the_readme_shows_both_ways_in() -> None:
    languages = [block.language for block in blocks((ROOT / "README.md").read_text(encoding="utf-8"))]
    assert "python" in languages
    assert "shell" in languages


def test_a_wrong_output_is_noticed(elsewhere: Path) -> None:
    (block, _) = blocks("```python\n1 + 1\n```\n\n```text\n3\n```\n")
    assert run_python(block, {}, "page") == "2\n"
    assert not doctest.OutputChecker().check_output(block.output or "", "2\n", FLAGS)
