"""The digital maturity assessment: every tick, every step, every band; unknown answers; the other reading of Q7."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

import indicia as ix
from indicia.datasets import _dma_rule as rule

INDEX = ix.framework("edih-dma")
ROWS = [f"{name}_{row}" for name, rows in rule.STEPS.items() for row in rows]
HALVES = [f"{name}_{row}" for name, rows in rule.HALVES.items() for row in rows]
BLANK: dict[str, Any] = dict.fromkeys((*rule.TICKS, *HALVES)) | dict.fromkeys(ROWS, float("nan"))
NOTHING: dict[str, Any] = rule.NOTHING | dict.fromkeys(ROWS, 0.0) | dict.fromkeys(HALVES, "no")
ALL = {name: ";".join(keys) for name, keys in rule.TICKS.items()}
ALL |= dict.fromkeys(ROWS, 5.0) | dict.fromkeys(HALVES, "yes")


def score(answers: dict[str, Any], index: ix.Index = INDEX) -> ix.Scores:
    return index.score({name: [value] for name, value in answers.items()})


def points(answers: dict[str, Any], index: ix.Index = INDEX) -> dict[str, float]:
    scores = score(answers, index)
    return {name: float(scores[name][0]) for name in (*rule.DIMENSIONS, "total")}


def test_nothing_and_everything() -> None:
    assert set(points(NOTHING).values()) == {0.0}
    assert points(ALL) == pytest.approx(dict.fromkeys((*rule.DIMENSIONS, "total"), 100.0), abs=1e-9)


# Points of one answer in its dimension, worked from the formulas.
TICK = {"Q1_invested": 10 / 3, "Q1_planned": 10 / 3, "Q2": 10 / 3, "Q3": 5, "Q5": 50 / 7, "Q6": 6.25}
TICK |= {"Q7": 50 / 7, "Q8": 50 / 6, "Q10": 5}
WHERE = {"Q1_invested": "strategy", "Q1_planned": "strategy", "Q2": "strategy", "Q3": "readiness", "Q4": "readiness"}
WHERE |= {"Q5": "human", "Q6": "human", "Q7": "data", "Q8": "data", "Q9": "automation", "Q10": "green", "Q11": "green"}
STEP = {"Q4": 50 / 35, "Q9": 4.0}


@pytest.mark.parametrize("question", rule.TICKS)
def test_every_tick_has_its_points(question: str) -> None:
    options = INDEX.to_dict()["indicator"]
    item = next(item for item in options if item["id"] == question)
    assert set(item["scale"]["options"]["points"]) == set(rule.TICKS[question])
    for tick in rule.TICKS[question]:
        found = points(NOTHING | {question: tick})
        wanted = dict.fromkeys(rule.DIMENSIONS, 0.0) | {WHERE[question]: TICK[question]}
        wanted["total"] = TICK[question] / 6
        assert found == pytest.approx(wanted, abs=1e-9), tick


@pytest.mark.parametrize("row", ROWS)
def test_every_step_has_its_points(row: str) -> None:
    question = row.split("_")[0]
    found = [points(NOTHING | {row: float(step)})[WHERE[question]] for step in range(6)]
    assert found == pytest.approx([step * STEP[question] for step in range(6)], abs=1e-9)
    with pytest.raises(ix.errors.IndiciaError, match="unknown option"):
        points(NOTHING | {row: 2.5})


@pytest.mark.parametrize("row", HALVES)
def test_no_partially_yes(row: str) -> None:
    assert [points(NOTHING | {row: answer})["green"] for answer in rule.PARTLY] == [0.0, 5.0, 10.0]


def test_not_digital_has_no_point_and_excludes_the_others() -> None:
    assert points(ALL | {"Q7": "not_digital"})["data"] == pytest.approx(50.0)
    with pytest.raises(ix.errors.IndiciaError, match='"not_digital" excludes the other answers'):
        points(ALL | {"Q7": "not_digital;stored"})


def as_coded() -> ix.Index:
    """The reading of the encoding: the negative statement is a tick like the others."""
    book = INDEX.to_dict()
    item = next(item for item in book["indicator"] if item["id"] == "Q7")
    item["scale"]["options"]["points"]["not_digital"] = 1
    item["scale"]["options"]["none"] = "none"
    group = next(group for group in book["group"] if group["id"] == "handling")
    group["scale"]["linear"]["high"] = 8
    return ix.Index.from_dict(book)


def test_the_other_reading_of_q7_divides_by_eight() -> None:
    coded = as_coded()
    for ticks in range(8):
        answer = ";".join(rule.TICKS["Q7"][:ticks]) or "none"
        assert points(NOTHING | {"Q7": answer}, coded)["data"] == pytest.approx(50 * ticks / 8)
    assert points(ALL, coded)["data"] == pytest.approx(50 * 7 / 8 + 50)
    assert points(ALL | {"Q7": ALL["Q7"] + ";not_digital"}, coded)["data"] == pytest.approx(100)
    assert points(ALL | {"Q7": "not_digital"}, coded)["data"] == pytest.approx(50 / 8 + 50)


def full(*questions: str) -> dict[str, Any]:
    """Nothing but these questions, in full."""
    return NOTHING | {name: answer for name, answer in ALL.items() if name.split("_")[0] in questions}


FULL = {25: ("Q10", "Q11", "Q5"), 50: ("Q10", "Q11", "Q5", "Q6", "Q9"), 75: ("Q10", "Q11", "Q5", "Q6", "Q9", "Q7", "Q8", "Q3")}  # fmt: skip


@pytest.mark.parametrize(("bound", "below", "above"), [(25, "basic", "average"), (50, "average", "moderately_advanced"), (75, "moderately_advanced", "advanced")])  # fmt: skip
def test_every_band_of_the_total(bound: int, below: str, above: str) -> None:
    on = full(*FULL[bound])
    assert points(on)["total"] == pytest.approx(bound, abs=1e-9)
    assert list(score(on).level) == [below]
    # The smallest steps there are: 1/6 of 10/3 up, 5/6 down.
    assert list(score(on | {"Q2": "needs"}).level) == [above]
    assert list(score(on | {"Q11_strategy": "partially"}).level) == [below]
    assert list(score(NOTHING).level) == ["basic"] and list(score(ALL).level) == ["advanced"]


def ticks(**numbers: int) -> dict[str, Any]:
    """The first so many answers of questions; for tables so many steps, row by row."""
    out: dict[str, Any] = {}
    for question, number in numbers.items():
        if question in rule.TICKS:
            out[question] = ";".join(rule.TICKS[question][:number]) or rule.NOTHING[question]
        elif question in rule.STEPS:
            rows = rule.STEPS[question]
            out |= {f"{question}_{row}": float(min(max(number - 5 * i, 0), 5)) for i, row in enumerate(rows)}
        else:
            rows = rule.HALVES[question]
            out |= {f"{question}_{row}": rule.PARTLY[min(max(number - 2 * i, 0), 2)] for i, row in enumerate(rows)}
    return out


# Dimension, bound, then the most that is not above it (with its points) and one step more.
STEPS_OVER = [
    ("strategy", 25, ticks(Q2=7), 70 / 3, ticks(Q2=8)),
    ("strategy", 50, ticks(Q2=10, Q1_planned=5), 50, ticks(Q2=10, Q1_planned=6)),
    ("strategy", 75, ticks(Q2=10, Q1_planned=10, Q1_invested=2), 220 / 3, ticks(Q2=10, Q1_planned=10, Q1_invested=3)),
    ("readiness", 25, ticks(Q3=5), 25, ticks(Q3=6)),
    ("readiness", 50, ticks(Q3=10), 50, ticks(Q3=10, Q4=1)),
    ("readiness", 75, ticks(Q3=10, Q4=17), 50 + 170 / 7, ticks(Q3=10, Q4=18)),
    ("human", 25, ticks(Q6=4), 25, ticks(Q6=5)),
    ("human", 50, ticks(Q6=8), 50, ticks(Q6=8, Q5=1)),
    ("human", 75, ticks(Q5=7, Q6=4), 75, ticks(Q5=7, Q6=5)),
    ("data", 25, ticks(Q8=3), 25, ticks(Q8=4)),
    ("data", 50, ticks(Q8=6), 50, ticks(Q8=6, Q7=1)),
    ("data", 75, ticks(Q7=7, Q8=3), 75, ticks(Q7=7, Q8=4)),
    ("automation", 25, ticks(Q9=6), 24, ticks(Q9=7)),
    ("automation", 50, ticks(Q9=12), 48, ticks(Q9=13)),
    ("automation", 75, ticks(Q9=18), 72, ticks(Q9=19)),
    ("green", 25, ticks(Q10=5), 25, ticks(Q10=6)),
    ("green", 50, ticks(Q10=10), 50, ticks(Q10=10, Q11=1)),
    ("green", 75, ticks(Q10=5, Q11=10), 75, ticks(Q10=6, Q11=10)),
]


@pytest.mark.parametrize(("dimension", "bound", "on", "reached", "above"), STEPS_OVER)
def test_every_band_of_every_dimension(
    dimension: str, bound: int, on: dict[str, Any], reached: float, above: dict[str, Any]
) -> None:
    place = bound // 25 - 1
    for answers, expected in ((on, rule.BANDS[place]), (above, rule.BANDS[place + 1])):
        scores = score(NOTHING | answers)
        assert np.asarray(scores.to_frame()[f"ix_level_{dimension}"]).tolist() == [expected]
    assert points(NOTHING | on)[dimension] == pytest.approx(reached, abs=1e-9)


@pytest.mark.parametrize("form", ["text", "columns", "codes"])
def test_file_to_answer_on_all_rows(form: str) -> None:
    firms = ix.datasets.make_dma(20_000, form=form, rng=2, frame="pandas", truth=True)
    scores = INDEX.score(firms)
    for name in (*rule.DIMENSIONS, "total"):
        np.testing.assert_allclose(scores[name], firms[f"true_{name}"], rtol=0, atol=1e-9)
    assert scores.level.astype(str).tolist() == firms["true_band"].tolist()
    table = scores.to_frame()
    for name in rule.DIMENSIONS:
        wanted = np.array(rule.BANDS)[rule.band(firms[f"true_{name}"].to_numpy())]
        assert table[f"ix_level_{name}"].astype(str).tolist() == wanted.tolist()
    assert set(firms["true_band"]) == set(rule.BANDS)


def most(name: str) -> float:
    """Largest count of one answer."""
    return float(len(rule.TICKS[name])) if name in rule.TICKS else 5.0 if name in ROWS else 1.0


def counts(row: dict[str, Any]) -> dict[str, list[float]]:
    """What each answer may count: one number where it is given, all there can be where it is blank."""
    out = {}
    for name, keys in rule.TICKS.items():
        out[name] = [float(k) for k in range(len(keys) + 1)]
        if row[name] is not None:
            out[name] = [0.0 if row[name] == rule.NOTHING[name] else 1.0 + row[name].count(";")]
    for name in ROWS:
        out[name] = [row[name]] if row[name] == row[name] else [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    for name in HALVES:
        out[name] = [0.0, 0.5, 1.0] if row[name] is None else [rule.PARTLY.index(row[name]) / 2]
    return out


def test_unknown_answers_leave_exactly_what_completions_reach() -> None:
    firms = ix.datasets.make_dma(250, missing=0.06, rng=3, frame="dict")
    asked = {name: firms[name] for name in BLANK}
    scores = INDEX.score(asked)
    bounds = {node: scores.range(node) for node in (*rule.DIMENSIONS, "total")}
    low, high = (np.asarray(end).astype(str) for end in (scores.level_low, scores.level_high))
    decided = set()
    for i in range(250):
        filled = np.array(list(itertools.product(*counts({name: asked[name][i] for name in asked}).values()))).T
        by_name = dict(zip((*rule.TICKS, *ROWS, *HALVES), filled, strict=True))
        counted = {name: by_name[name] for name in rule.TICKS}
        for question in ("Q4", "Q9", "Q11"):
            counted[question] = sum(values for name, values in by_name.items() if name.startswith(f"{question}_"))
        reached = rule.dimensions(counted) | {"total": rule.total(counted)}
        for node, values in reached.items():
            ends = [float(np.asarray(bounds[node][end])[i]) for end in ("low", "high")]
            assert ends == pytest.approx([values.min(), values.max()], abs=1e-9), (i, node)
        bands = {rule.BANDS[place] for place in rule.band(reached["total"])}
        ordered = sorted(bands, key=rule.BANDS.index)
        assert [low[i], high[i]] == [ordered[0], ordered[-1]], i
        decided.add((filled.shape[1] > 1, len(bands)))
    assert {(True, 1), (True, 2)} <= decided


def test_a_blank_is_not_a_no() -> None:
    scores = score(BLANK)
    assert [float(scores.range()[end][0]) for end in ("low", "high")] == [0.0, 100.0]
    assert np.isnan(scores["total"][0]) and str(scores.level_high[0]) == "advanced"
    # One blank of 26 leaves the total open: no mean over what is there.
    scores = score(ALL | {"Q8": None})
    assert np.isnan(scores["total"][0])
    assert [float(scores.range()[end][0]) for end in ("low", "high")] == pytest.approx([100 - 50 / 6, 100.0])
    assert list(scores.level) == ["advanced"]
