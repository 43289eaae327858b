"""The gradient of quality firms: every threshold below, on and above; every answer; unknown ones; both editions."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import thresholds
from thresholds import Rows

import indicia as ix
from indicia.datasets import _gradient_rule as rule
from indicia.frameworks import find

# Rates are moved alone here, away from the amounts beside them.
pytestmark = pytest.mark.filterwarnings("ignore::indicia.errors.DisagreementWarning")

BOOKS = list(rule.STANDARDS)
INDEX = {name: ix.framework(name) for name in BOOKS}
TABLE = {name: tomllib.loads(find(name)) for name in BOOKS}
POINTS = {BOOKS[0]: lambda f: np.sum(rule.innovative_points(f), axis=0), BOOKS[1]: rule.specialized_points}
OPTIONS = {"ip": rule.IP, "leading_field": rule.FIELD, "rd_unit": rule.UNIT, "digital_level": (0.0, 1.0, 2.0, 3.0, 4.0)}

# A firm that meets every standard, near enough to the bounds for one answer to matter.
GOOD: dict[str, Any] = {"main_share": 0.92, "main_growth_2y": 0.12, "debt_ratio": 0.5, "years_in_segment": 5.0}
GOOD |= {"rd_share": 0.07, "rd_share_1": 0.07, "rd_expense": 9e6, "rd_expense_1": 9e6, "revenue": 1.2e8}
GOOD |= {"market_share": 0.2, "ip_in_use": 5.0, "evaluation_score": 70.0, "evaluation_score_1": 70.0}
GOOD |= {"revenue_growth_2y": 0.1, "rd_staff_share": 0.6, "equity_2y": 0.0, "equity_3y": 0.0}
GOOD |= dict.fromkeys("core_system certificate own_brand own_rd_unit key_chain key_field".split(), 1.0)
GOOD |= dict.fromkeys("holds_innovative holds_specialized market_share_high".split(), 1.0)
OTHERS = "science_prize recognized_firm provincial_rd_unit prize_top maker_500 national_prize_top3 maker_50"
GOOD |= dict.fromkeys(f"{OTHERS} ministry_prize_top3 national_top3 recheck".split(), 0.0)
# The same firm, young: little revenue, much equity.
YOUNG = GOOD | {"revenue": 4e7, "rd_expense": 3.5e7, "equity_2y": 9e7}
AGAIN = GOOD | {"recheck": 1.0, "evaluation_score": 40.0, "revenue_growth_2y": 0.01}


def firms(n: int, **options: Any) -> Rows:
    return ix.datasets.make_gradient(n, frame="dict", figures="rates", **options)


def mixed(n: int, seed: int) -> Rows:
    """Generated firms of which most figures are made good, so that one answer often decides."""
    rows, random = firms(n, rng=seed), np.random.default_rng(seed)
    which = random.integers(3, size=n)
    # A third of the firms fail in nothing but what is asked, the others in a tenth of all.
    kept = np.where(random.random(n) < 0.33, 0.0, 0.1)
    for name in GOOD:
        if name in rows:
            made = np.array([GOOD[name], YOUNG[name], AGAIN[name]])[which]
            rows[name] = np.where(random.random(n) < kept, rows[name], made)
    return rows


def known(rows: Rows) -> Rows:
    """What the twin asks for beside the columns."""
    rd, before = rows["rd_expense"], rows["rd_expense_1"]
    found = {"rd_mean_2y": (rd + before) / 2, "rd_sum_2y": rd + before}
    if "rd_share" in rows:
        # A rate that is not given is computed where its amounts are there.
        found["rd_share"] = np.where(np.isnan(rows["rd_share"]), rd / rows["revenue"], rows["rd_share"])
    return rows | found


def meets(name: str, rows: Rows) -> np.ndarray:
    return (np.asarray(INDEX[name].score(rows).level).astype(object) != "no").astype(float)


def answer(name: str, rows: Rows) -> np.ndarray:
    """Whether the standard is met, and the points where there are any."""
    scores = INDEX[name].score(rows)
    level = (np.asarray(scores.level).astype(object) != "no").astype(float)
    points = np.asarray(scores["total"]) if name in POINTS else np.zeros(len(level))
    return np.column_stack([level, np.round(points, 3)])


def twin(name: str, rows: Rows) -> np.ndarray:
    full = known(rows)
    points = POINTS[name](full) if name in POINTS else np.zeros(len(rows["revenue"]))
    return np.column_stack([rule.STANDARDS[name](full).astype(float), np.round(points, 3)])


SETTERS = {
    "rd_mean_2y": lambda rows, v: thresholds.put("rd_expense")(rows, v) | thresholds.put("rd_expense_1")(rows, v),
    "rd_sum_2y": lambda rows, v: (
        thresholds.put("rd_expense")(rows, v / 2) | thresholds.put("rd_expense_1")(rows, v / 2)
    ),
    "revenue_ratio": lambda rows, v: thresholds.put("revenue_growth_2y")(rows, np.sqrt(v) - 1.0),
    # The points of the province bring the sum to where it is wanted.
    "total": lambda rows, v: {
        "provincial_points": np.clip(v - rule.specialized_points(rows | {"provincial_points": 0.0}), 0.0, 15.0)
    },
}
# The column behind an indicator of another name.
COLUMN = {"years": "years_in_segment", "rd_amount": "rd_expense", "rd_ratio": "rd_share"}
# Sums of points that move in steps of five: tested on all combinations below.
STEPS = {(BOOKS[0], node) for node in ("total", "innovation", "growth", "specialization")}


def every_threshold() -> Iterator[tuple[str, str, float]]:
    for name in BOOKS:
        table = TABLE[name]
        found = thresholds.compared(table["levels"]) | thresholds.compared(table["levels"], "node")
        found |= thresholds.edges(table)
        yield from ((name, what, bound) for what, bound in sorted(found) if (name, what) not in STEPS)


THRESHOLDS = list(every_threshold())


def test_number_of_thresholds() -> None:
    counts = {name: sum(found == name for found, *_ in THRESHOLDS) for name in BOOKS}
    # Counted in the text of the measures: bands of rates and amounts, then gates.
    assert counts == dict(zip(BOOKS, [15, 42, 15, 12, 11], strict=True))


@pytest.mark.parametrize(("name", "what", "bound"), THRESHOLDS)
def test_every_threshold_below_on_and_above(name: str, what: str, bound: float) -> None:
    rows = mixed(4_000, seed=1)
    column = COLUMN.get(what, what)
    setter = SETTERS.get(what)
    count = thresholds.walk(rows, column, bound, lambda r: answer(name, r), lambda r: twin(name, r), setter)
    assert count > 0


@pytest.mark.parametrize(("name", "indicator", "edge"), [t for t in THRESHOLDS if t[:2] != (BOOKS[1], "total")])
def test_on_a_boundary_the_higher_answer_counts(name: str, indicator: str, edge: float) -> None:
    """No edge and no bound of these standards is worse on it than on both sides of it."""
    rows = mixed(2_000, seed=2)
    setter = SETTERS.get(indicator) or thresholds.put(COLUMN.get(indicator, indicator))
    below, on, above = (answer(name, rows | setter(rows, value)) for value in thresholds.around(edge))
    if name == BOOKS[2] and indicator == "revenue":
        # The bound of revenue changes what is asked; it belongs to the band above.
        assert np.array_equal(on, above)
    else:
        assert np.array_equal(on, np.maximum(below, above))


@pytest.mark.parametrize("name", BOOKS)
def test_every_yes_or_no_and_every_option(name: str) -> None:
    rows = mixed(6_000, seed=3)
    texts = [test for level in TABLE[name]["levels"]["level"] for test in yes_or_no(level["when"])]
    flags = [item["id"] for item in TABLE[name].get("indicator", []) if "flag" in item["scale"]]
    assert texts
    for column in [*texts, *flags]:
        thresholds.flips(rows, column, (0.0, 1.0), lambda r: answer(name, r), lambda r: twin(name, r))
    for item in TABLE[name].get("indicator", []):
        if isinstance(item["scale"], dict) and "options" in item["scale"]:
            options = item["scale"]["options"]
            values: tuple = OPTIONS.get(item["id"], ())
            if options.get("multiple"):
                assert set(options["points"]) == set(rule.QUALITY)
                values = ("none", "award", "certificate;brand", "none", "standards", "award;certificate;standards")
            else:
                assert [str(int(v)) if isinstance(v, float) else v for v in values] == list(options["points"])
                # Equal points make equal answers: levels 0 and 1, and 3 and 4.
                values = values if item["id"] != "digital_level" else (0.0, 2.0, 1.0, 3.0, 2.0, 4.0)
            thresholds.flips(rows, item["id"], values, lambda r: answer(name, r), lambda r: twin(name, r))


def yes_or_no(tree: Any) -> Iterator[str]:
    """Columns of every question of yes or no."""
    if isinstance(tree, dict):
        if tree.get("is") is True:
            yield tree["column"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for inner in tree:
            yield from yes_or_no(inner)


def test_innovative_on_all_combinations_of_points() -> None:
    """5 x 5 x 5 x 3 x 2 x 5 answers, every sum of points there can be, without a direct route."""
    answers = {
        "ip": rule.IP,
        "rd_share": (0.0, 0.01, 0.02, 0.03, 0.05),
        "main_growth": (-0.1, 0.0, 0.05, 0.1, 0.15),
        "debt_ratio": (0.8, 0.75, 0.55),
        "strategic_industry": (0.0, 1.0),
        "main_share": (0.4, 0.5, 0.55, 0.6, 0.7),
    }
    filled = list(itertools.product(*answers.values()))
    rows = {name: np.array(column, dtype=object if name == "ip" else float) for name, column in zip(answers, zip(*filled, strict=True), strict=True)}  # fmt: skip
    direct = ["science_prize", "recognized_firm", "provincial_rd_unit", "equity_3y"]
    rows |= {name: np.zeros(len(filled)) for name in direct}
    scores = INDEX[BOOKS[0]].score(rows)
    parts = rule.innovative_points(rows)
    for node, wanted in zip(("innovation", "growth", "specialization"), parts, strict=True):
        assert np.array_equal(np.asarray(scores[node]), wanted)
    found = np.asarray(scores.level).astype(object) == "innovative"
    assert np.array_equal(found, rule.innovative_2022(rows))
    total = sum(parts)
    least = np.array([parts[0] - 20, parts[1] - 15, parts[2] - 15, total - 60])
    for failing in range(4):
        others = np.delete(least, failing, axis=0).min(axis=0) >= 0
        below, on = others & (least[failing] == -5), others & (least[failing] == 0)
        assert on.any() and found[on].all(), failing
        # Growth and specialization cannot fail alone by one step in every combination of the others, but do in some.
        assert below.any() and not found[below].any(), failing


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("figures", ["amounts", "rates"])
def test_file_to_answer_on_all_rows(name: str, figures: str) -> None:
    rows = ix.datasets.make_gradient(20_000, figures=figures, rng=4, frame="dict", truth=True)
    truth = rows[f"true_{name.removeprefix('gradient-').replace('-', '_')}"]
    assert 0.05 < truth.mean() < 0.95
    assert np.array_equal(meets(name, rows), truth)
    if name in POINTS:
        points = rows["true_innovative_points" if name == BOOKS[0] else "true_specialized_points"]
        np.testing.assert_allclose(np.asarray(INDEX[name].score(rows)["total"]), points, rtol=0, atol=1e-9)
        assert points.min() < 20 and points.max() > 95


def open_values(name: str) -> dict[str, list]:
    """Values of which one lies in every interval that matters, for every column the rule asks for."""
    bounds: dict[str, list[float]] = {}
    for book, what, bound in THRESHOLDS:
        if book == name:
            bounds.setdefault(COLUMN.get(what, what), []).append(bound)
    if name == BOOKS[4]:
        bounds["revenue_growth_2y"] = [np.sqrt(bounds.pop("revenue_ratio")[0]) - 1.0]
    bounds.pop("total", None)
    low = {"main_growth": -1.0, "main_growth_2y": -1.0, "net_margin": -1.0, "revenue_growth_2y": -1.0}
    high = {"main_share": 1.0, "market_share": 1.0, "rd_staff_share": 1.0, "evaluation_score": 100.0}
    found: dict[str, list] = {
        column: thresholds.candidates(values, low.get(column, 0.0), high.get(column, 1e9))
        for column, values in bounds.items()
    }
    for item in TABLE[name].get("indicator", []):
        if item["id"] in OPTIONS:
            found[item["id"]] = list(OPTIONS[item["id"]])
    found |= {column: [0.0, 1.0] for level in TABLE[name]["levels"]["level"] for column in yes_or_no(level["when"])}
    if name == BOOKS[0]:
        found["strategic_industry"] = [0.0, 1.0]
    if name == BOOKS[1]:
        found |= {"quality": ["none", "award", "award;brand"], "provincial_points": [0.0, 15.0]}
    return found


@pytest.mark.parametrize("name", BOOKS)
def test_unknown_answers_leave_exactly_what_completions_reach(name: str) -> None:
    values = open_values(name)
    count = 200
    rows = mixed(count, seed=6)
    random = np.random.default_rng(6)
    asked = [column for column in values if column in rows]
    for column in asked:
        gone = random.random(count) < 1.8 / len(asked)
        rows[column] = rows[column].copy()
        rows[column][gone] = None if rows[column].dtype == object else np.nan
    scores = INDEX[name].score(rows)
    low, high = np.asarray(scores.level_low).astype(str), np.asarray(scores.level_high).astype(str)
    certain = [None if level != level else str(level) for level in scores.level]
    ends = [np.asarray(scores.range("total")[end]) for end in ("low", "high")] if name in POINTS else None
    full = known(rows)  # a mean of two years is unknown as soon as one of them is
    title = TABLE[name]["levels"]["level"][0]["id"]
    kinds = set()
    for i in range(count):
        filled = thresholds.completions(thresholds.row_of(full, i), values)
        reached = rule.STANDARDS[name](filled)
        names = [title if end else "no" for end in (reached.all(), reached.any())]
        assert [low[i], high[i]] == names, i
        assert certain[i] == (names[0] if names[0] == names[1] else None)
        if ends is not None:
            points = POINTS[name](filled)
            assert (ends[0][i], ends[1][i]) == pytest.approx((points.min(), points.max()), abs=1e-9)
        kinds.add((len(reached) > 1, *names))
    assert {(True, "no", title), (True, "no", "no"), (True, title, title), (False, title, title)} <= kinds


@pytest.mark.parametrize("name", BOOKS)
def test_amounts_with_gaps_never_contradict_the_truth(name: str) -> None:
    rows = ix.datasets.make_gradient(5_000, missing=0.08, rng=7, frame="dict", truth=True)
    truth = rows[f"true_{name.removeprefix('gradient-').replace('-', '_')}"] == 1
    scores = INDEX[name].score(rows)
    low, high = (np.asarray(end).astype(str) != "no" for end in (scores.level_low, scores.level_high))
    assert not np.any(low & ~truth) and not np.any(~high & truth)
    assert np.any(low) and np.any(~high) and np.any(high & ~low)


def test_a_gap_is_not_a_no() -> None:
    blank = {name: np.array([np.nan]) for name in mixed(1, 0) if name not in ("firm", *OPTIONS, "quality")}
    blank |= {name: np.array([None], dtype=object) for name in (*OPTIONS, "quality")}
    for name in BOOKS:
        scores = INDEX[name].score(blank)
        title = TABLE[name]["levels"]["level"][0]["id"]
        assert (str(scores.level_low[0]), str(scores.level_high[0])) == ("no", title)


def test_a_direct_route_needs_no_points() -> None:
    row = {name: values for name, values in mixed(1, 0).items() if name != "firm"}
    row = {name: np.array([None if v.dtype == object else np.nan], dtype=v.dtype) for name, v in row.items()}
    row |= {"years_in_segment": [2.0], "rd_expense": [1e6], "rd_share": [0.03], "revenue": [np.nan]}
    row |= {"equity_2y": [20e6], "maker_500": ["yes"]}
    assert list(INDEX[BOOKS[1]].score(row).level) == ["specialized"], (
        "equity stands for revenue, the contest for points"
    )
    row["maker_500"] = ["no"]
    assert [str(INDEX[BOOKS[1]].score(row).level_high[0])] == ["specialized"], "points could still be enough"
    row["rd_share"] = [0.029]
    assert list(INDEX[BOOKS[1]].score(row).level) == ["no"], "three gates are not waived by anything"


def test_rates_come_from_amounts_and_a_denominator_of_zero_is_unknown() -> None:
    rows = ix.datasets.make_gradient(3, rng=1, frame="dict")
    rows["revenue"] = np.array([0.0, *rows["revenue"][1:]])
    with pytest.warns(ix.errors.DerivedColumnWarning, match="zero denominator"):
        rd = np.asarray(INDEX[BOOKS[0]].score(rows)["rd_share"])
    assert np.isnan(rd[0]) and not np.isnan(rd[1:]).any()


def test_the_digital_level_comes_from_the_questionnaire() -> None:
    answers = ix.datasets.make_miit_questionnaire(800, missing=0.01, rng=2, frame="pandas")
    level = ix.framework("miit-sme", edition=2024).score(answers).level
    rows = ix.datasets.make_gradient(800, rng=2, frame="pandas").assign(digital_level=level)
    points = np.asarray(INDEX[BOOKS[1]].score(rows)["digital_level"])
    worth = {"0": 0.0, "1": 0.0, "2": 3.0, "3": 5.0, "4": 5.0}
    expected = [worth.get(name, np.nan) if isinstance(name, str) else np.nan for name in level]
    np.testing.assert_array_equal(points, expected)
    assert np.isnan(expected).any() and len(set(np.asarray(expected)[~np.isnan(expected)])) == 3


@pytest.mark.parametrize(
    ("id", "day", "edition"),
    [
        ("gradient-innovative", "2022-08-01", "2022"),
        ("gradient-specialized", "2026-03-31", "2022"),
        ("gradient-specialized", "2026-04-01", "2026"),
        ("gradient-little-giant", "2026-03-31", "2022"),
        ("gradient-little-giant", "2026-04-01", "2026"),
    ],
)
def test_the_day_chooses_the_edition(id: str, day: str, edition: str) -> None:
    assert ix.framework(id, as_of=day).edition == edition


@pytest.mark.parametrize(("id", "day"), [("gradient-innovative", "2026-04-01"), ("gradient-specialized", "2022-07-31")])
def test_no_edition_is_made_up(id: str, day: str) -> None:
    with pytest.raises(ix.errors.UnknownNameError, match="known to hold"):
        ix.framework(id, as_of=day)


def test_points_add_up_to_what_the_measures_say() -> None:
    def most(name: str, group: str) -> float:
        table, total = TABLE[name], 0.0
        inside = [item for item in table["indicator"] if item.get("parent") == group]
        worth = []
        for item in inside:
            scale = item["scale"]
            if scale == "none":
                worth.append(item["domain"][1])
            elif "options" in scale:
                worth.append(scale["options"].get("cap", max(scale["options"]["points"].values())))
            else:
                worth.append(max((scale.get("bands") or scale["flag"])["points"]))
        worth += [most(name, child["id"]) for child in table["group"] if child.get("parent") == group]
        if next(entry for entry in table["group"] if entry["id"] == group)["aggregate"] == "max":
            return max(worth)
        total = sum(worth)
        return total

    assert [most(BOOKS[0], group) for group in ("innovation", "growth", "specialization")] == [40, 30, 30]
    groups = ("specialization", "refinement", "distinctiveness", "innovation")
    assert [most(BOOKS[1], group) for group in groups] == [25, 25, 15, 35]
    assert most(BOOKS[1], "rd_input") == 10
