"""Size classes: every bound below, on and above; unknown figures; use of the class in another rule."""

from __future__ import annotations

import itertools
import tomllib

import numpy as np
import pytest
import thresholds
from thresholds import Rows

import indicia as ix
from indicia.datasets import _size_rule as rule
from indicia.frameworks import find

BOOKS = ["sme-size-china-2011", "sme-size-eu-2003", "sme-size-oecd"]
CHINA, EU, OECD = (ix.framework(name) for name in BOOKS)
TABLE = {name: tomllib.loads(find(name)) for name in BOOKS}
NAMES = np.array([*rule.CLASSES, "none"], dtype=object)


def level(index: ix.Index, rows: Rows) -> np.ndarray:
    return np.asarray(index.score(rows).level).astype(object)


def china(rows: Rows) -> np.ndarray:
    return NAMES[rule.china(rows["industry"], rows["staff"], rows["revenue"], rows["assets"])]


def eu(rows: Rows) -> np.ndarray:
    return NAMES[rule.european_union(rows["staff"], rows["turnover"], rows["balance"])]


def oecd(rows: Rows) -> np.ndarray:
    return NAMES[rule.by_persons(rows["persons"])]


def firms(n: int, **options: object) -> Rows:
    return ix.datasets.make_sme_size(n, frame="dict", **options)


@pytest.mark.parametrize("industry", rule.BOUNDS)
def test_china_every_bound_of_every_industry(industry: str) -> None:
    looked_at, bounds = rule.BOUNDS[industry]
    place = list(rule.BOUNDS).index(industry)
    figures = {}
    for entry, lowest in zip(TABLE[BOOKS[0]]["levels"]["level"], bounds, strict=True):
        branch = entry["when"]["cases"]["then"][place]
        assert branch["id"] == f"{entry['id']}_{industry}"
        figures[entry["id"]] = thresholds.compared(branch)
        assert figures[entry["id"]] == set(zip(looked_at, map(float, lowest), strict=True))
    rows = firms(3_000, rng=1)
    rows["industry"] = np.full(3_000, industry, dtype=object)
    for column, bound in set().union(*figures.values()):
        assert thresholds.walk(rows, column, bound, lambda r: level(CHINA, r), china) > 0


def test_china_takes_every_industry_it_lists_and_no_other() -> None:
    expr = TABLE[BOOKS[0]]["derived"]["industry_number"]["expr"]
    assert [f'"{name}", {i}' in expr for i, name in enumerate(rule.BOUNDS, start=1)] == [True] * 16
    row = {"industry": ["finance"], "staff": [3_000.0], "revenue": [1e6], "assets": [1e6]}
    with pytest.warns(ix.errors.DerivedColumnWarning, match="no match"):
        found = list(CHINA.score(row).level)
    # Enough for the top class of all 16, so it is large whatever the industry would be.
    assert found == ["large"]


# Worked by hand from the text of the standard.
@pytest.mark.parametrize(
    ("industry", "staff", "revenue", "assets", "expected"),
    [
        ("industry", 1_000, 40_000, 0, "large"),
        ("industry", 1_000, 39_999, 0, "medium"),
        ("industry", 999, 40_000, 0, "medium"),
        ("industry", 299, 1e9, 0, "small"),
        ("industry", 20, 299, 0, "micro"),
        ("industry", 19, 1e9, 0, "micro"),
        ("agriculture", 0, 50, 0, "small"),
        ("construction", 0, 80_000, 79_999, "medium"),
        ("real_estate", 0, 200_000, 10_000, "large"),
        ("real_estate", 0, 999, 1e9, "small"),
        ("leasing", 300, 0, 120_000, "large"),
        ("leasing", 100, 1e9, 7_999, "small"),
        ("other", 300, 0, 0, "large"),
        ("other", 9, 1e9, 1e9, "micro"),
    ],
)
def test_china_by_hand(industry: str, staff: float, revenue: float, assets: float, expected: str) -> None:
    row = {"industry": [industry], "staff": [staff], "revenue": [revenue], "assets": [assets]}
    assert list(CHINA.score(row).level) == [expected]


@pytest.mark.parametrize(("column", "bound"), sorted(thresholds.compared(TABLE[BOOKS[1]]["levels"])))
def test_eu_every_ceiling(column: str, bound: float) -> None:
    rows = firms(3_000, rng=2)
    assert thresholds.walk(rows, column, bound, lambda r: level(EU, r), eu) > 0


def test_eu_has_the_nine_ceilings_of_the_text() -> None:
    expected = {("staff", 10), ("staff", 50), ("staff", 250), ("turnover", 2e6), ("turnover", 10e6), ("turnover", 50e6)}
    expected |= {("balance", 2e6), ("balance", 10e6), ("balance", 43e6)}
    assert thresholds.compared(TABLE[BOOKS[1]]["levels"]) == expected


@pytest.mark.parametrize(
    ("staff", "turnover", "balance", "expected"),
    [
        (9, 2e6, 9e9, "micro"),
        (9, 9e9, 2e6, "micro"),
        (9, 2_000_001, 2_000_001, "small"),
        (10, 0, 0, "small"),
        (49, 10e6, 9e9, "small"),
        (50, 0, 0, "medium"),
        (249, 50e6, 43_000_001, "medium"),
        (249, 50_000_001, 43e6, "medium"),
        (249, 50_000_001, 43_000_001, "large"),
        (250, 0, 0, "large"),
        # A small mid-cap of 2025.
        (749, 150e6, 129e6, "large"),
    ],
)
def test_eu_by_hand(staff: float, turnover: float, balance: float, expected: str) -> None:
    assert list(EU.score({"staff": [staff], "turnover": [turnover], "balance": [balance]}).level) == [expected]


@pytest.mark.parametrize(
    ("bound", "below", "above"),
    [(1, "none", "micro"), (10, "micro", "small"), (50, "small", "medium"), (250, "medium", "large")],
)
def test_oecd_every_bound(bound: float, below: str, above: str) -> None:
    assert thresholds.compared(TABLE[BOOKS[2]]["levels"]) == {("persons", float(p)) for p in rule.PERSONS}
    rows = {"persons": np.array(thresholds.around(bound))}
    assert level(OECD, rows).tolist() == [below, above, above] == oecd(rows).tolist()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_file_to_answer_on_all_rows(seed: int) -> None:
    rows = firms(20_000, rng=seed, truth=True)
    assert np.array_equal(level(CHINA, rows), rows["true_china"])
    assert np.array_equal(level(EU, rows), rows["true_eu"])
    found = OECD.score(rows, columns={"persons": "staff"}).level
    assert np.array_equal(np.asarray(found).astype(object), rows["true_oecd"])


def test_generated_firms_have_every_class_in_every_industry() -> None:
    rows = firms(5_000, truth=True)
    pairs = set(zip(rows["industry"], rows["true_china"], strict=True))
    assert pairs == set(itertools.product(rule.BOUNDS, rule.CLASSES))


def ends(index: ix.Index, rows: Rows) -> list[tuple[str, str]]:
    scores = index.score(rows)
    return list(zip(map(str, scores.level_low), map(str, scores.level_high), strict=True))


def known(index: ix.Index, rows: Rows) -> list[str | None]:
    return [None if name != name else str(name) for name in index.score(rows).level]


@pytest.mark.parametrize("book", ["china", "eu"])
def test_unknown_figures_leave_exactly_the_classes_that_completions_reach(book: str) -> None:
    index, twin = (CHINA, china) if book == "china" else (EU, eu)
    wanted = ["industry", "staff", "revenue", "assets"] if book == "china" else ["staff", "turnover", "balance"]
    bounds: dict[str, list[float]] = {name: [] for name in wanted if name != "industry"}
    for column, bound in thresholds.compared(TABLE[BOOKS[0 if book == "china" else 1]]["levels"]):
        bounds.get(column, []).append(bound)
    if book == "china":
        # On or above a bound are the same here, so one value an interval is enough.
        open_values: dict[str, list] = {name: [0.0, *sorted(values)] for name, values in bounds.items()}
        open_values = {"industry": list(rule.BOUNDS)} | open_values
    else:
        open_values = {name: thresholds.candidates(values, 0.0, 1e9) for name, values in bounds.items()}
    rows = {name: values for name, values in firms(400, rng=5, missing=0.35).items() if name in wanted}
    low_high, certain = ends(index, rows), known(index, rows)
    kinds = set()
    for i in range(400):
        reached = set(twin(thresholds.completions(thresholds.row_of(rows, i), open_values)))
        places = sorted(rule.CLASSES.index(name) for name in reached)
        assert low_high[i] == (rule.CLASSES[places[0]], rule.CLASSES[places[-1]]), i
        assert certain[i] == (rule.CLASSES[places[0]] if len(places) == 1 else None)
        missing = any(values[i] is None or values[i] != values[i] for values in rows.values())
        kinds.add((missing, len(places)))
    # Rows with a gap that are decided all the same, and rows that are not.
    assert (True, 1) in kinds and (True, 4) in kinds and (False, 1) in kinds


def test_a_gap_is_not_a_no() -> None:
    row = {"industry": ["industry"], "staff": [5_000.0], "revenue": [np.nan], "assets": [np.nan]}
    assert ends(CHINA, row) == [("micro", "large")] and known(CHINA, row) == [None]
    row = {"staff": [5.0], "turnover": [np.nan], "balance": [9e9]}
    assert ends(EU, row) == [("micro", "large")] and known(EU, row) == [None]
    assert ends(OECD, {"persons": [np.nan]}) == [("none", "large")]


def test_figures_that_cannot_be_are_refused() -> None:
    with pytest.raises(ix.errors.IndiciaError, match=r"staff.*outside its domain"):
        CHINA.score({"industry": ["industry"], "staff": [-1.0], "revenue": [1.0], "assets": [1.0]})


RULE = """
id = "eligible"

[[levels.level]]
id = "yes"
when.all = [{ column = "size", in = ["micro", "small", "medium"] }, { column = "staff", ge = 5 }]
"""


@pytest.mark.parametrize("frame", ["pandas", "polars", "dict"])
def test_the_class_is_a_column_of_other_rules(frame: str) -> None:
    table = ix.datasets.make_sme_size(500, missing=0.1, rng=3, frame=frame)
    size = CHINA.score(table).level
    if frame == "pandas":
        table = table.assign(size=size)
    elif frame == "polars":
        table = table.with_columns(size=size)
    else:
        table = table | {"size": size}
    scores = ix.Index.from_toml(RULE).score(table)
    names = np.asarray(size).astype(object)
    staff = np.asarray(table["staff"]).astype(float)
    expected = []
    for name, persons in zip(names, staff, strict=True):
        small = None if name is None or name != name else name != "large"
        enough = None if np.isnan(persons) else persons >= 5
        facts = (small, enough)
        expected.append("none" if False in facts else None if None in facts else "yes")
    assert set(expected) == {"yes", "none", None}, "an unknown class stays unknown"
    found = [None if name is None or name != name else str(name) for name in scores.level]
    assert found == expected
