"""From the example city to a funding list: the ten lines, what is promised, the document, other conventions."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import indicia as ix
from indicia._plan_report import again
from indicia.report import Heading, Table

highs = pytest.importorskip("highspy")


@pytest.fixture(scope="module")
def city() -> ix.datasets.City:
    return ix.datasets.make_city(500)


@pytest.fixture(scope="module")
def plan(city: ix.datasets.City) -> ix.plan.Allocation:
    book = ix.framework("miit-sme", edition=2024)
    paths = ix.plan.path(book, city.firms, to="2", costs=city.costs, unit="firm")
    return ix.plan.allocate(paths, city.programs)


def test_the_page_needs_ten_lines() -> None:
    page = Path(__file__).parents[2] / "docs" / "programme.md"
    if not page.exists():
        pytest.skip("the docs are not beside the tests")
    first = re.search(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)
    assert first is not None
    assert len([line for line in first[1].splitlines() if line.strip()]) <= 10


def test_every_funded_firm_reaches_what_was_promised_and_money_stays_within_its_rules(
    city: ix.datasets.City, plan: ix.plan.Allocation
) -> None:
    funded = plan.funded()
    assert len(funded) > 10
    after = plan.after.level_low.astype(str)
    reached = dict(zip(city.firms["firm"], after, strict=True))
    assert all(reached[firm] >= "2" for firm in funded["unit"])
    totals = plan.totals().set_index("program")
    for program in city.programs:
        spent = funded.loc[funded["program"] == program["id"], "grant"].sum()
        assert spent + program.get("public", 0) <= program["budget"] * (1 + 1e-9)
        assert totals.loc[program["id"], "grants"] == pytest.approx(spent)
    firms = city.firms.set_index("firm")
    large = funded["unit"].map(firms["size"]) == "large"
    assert not (large & (funded["program"] == "grant")).any()
    assert plan.value <= plan.bound * (1 + 1e-9)


def test_the_document_holds_lists_and_reasons(plan: ix.plan.Allocation, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    budgets = [450.0, 800.0]
    document = ix.plan.report(plan, by=["industry", "size"], budgets=budgets, figures=False, most=5)
    heads = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert heads == [
        "In short", "Where firms stand", "What stands in the way", "The plan", "Who gets what", "Just outside",
        "Why firms get nothing", "Other budgets", "How it was made",
    ]  # fmt: skip
    document.write(tmp_path / "plan.html")
    document.write(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx", read_only=True)
    assert book.sheetnames[:4] == ["funded", "all firms", "road maps", "open answers"]
    rows = list(book["all firms"].iter_rows(values_only=True))
    assert len(rows) == len(plan) + 3  # title, blank, head
    tables = {block.title: block for block in document.blocks if isinstance(block, Table)}
    outcome = tables["All firms by outcome"]
    assert sum(outcome.columns["firms"]) == len(plan)
    curve = tables["What other budgets would bring"].columns
    assert curve["value"][0] <= curve["value"][1]


def test_the_list_under_other_conventions_is_planned_anew(plan: ix.plan.Allocation) -> None:
    book = plan._first._index
    same = again(plan, book)
    np.testing.assert_array_equal(same._program, plan._program)
    stricter = book.to_dict()
    stricter["levels"]["level"][1]["when"]["all"][0]["ge"] += 2
    document = ix.plan.report(plan, alternatives={"42 points": ix.Index.from_dict(stricter)}, figures=False)
    table = next(b for b in document.blocks if isinstance(b, Table) and b.title.startswith("The list under"))
    funded, kept, dropped = (table.columns[name] for name in ("funded", "also funded as planned", "dropped"))
    assert kept[0] == funded[0] and dropped[0] == 0
    assert kept[1] + dropped[1] == funded[0] and kept[1] <= funded[1]


def test_figures_are_drawn(plan: ix.plan.Allocation) -> None:
    pytest.importorskip("matplotlib")
    page = ix.plan.report(plan, budgets=[450.0, 800.0]).to_html()
    assert page.count("data:image/png") == 2
