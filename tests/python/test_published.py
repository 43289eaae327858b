"""Published figures: the rule books reproduce them on real data and on every edge."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import numpy as np
import pytest

import indicia as ix

SHARED = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared"))
needs_desi = pytest.mark.skipif(not (SHARED / "data/desi_2022/raw.csv").exists(), reason="reference data not present")

DIMENSIONS = ["human_capital", "connectivity", "integration", "public_services"]
# European Commission, DESI 2022, digital-agenda-data.eu: total and dimensions on the 0-100 scale.
PUBLISHED = {
    "FI": (69.5976, 71.3908, 60.5480, 59.0864, 87.3652),
    "DE": (52.8830, 44.9668, 67.3208, 35.8350, 63.4092),
    "RO": (30.5849, 30.9177, 55.2260, 15.1526, 21.0433),
}


def rows_of(name: str) -> list[dict[str, str]]:
    with (SHARED / "data/desi_2022" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def desi_data() -> dict[str, list]:
    table: dict[str, dict[str, float]] = {}
    for row in rows_of("raw.csv"):
        table.setdefault(row["geo"], {})[row["code"]] = float(row["value"])
    codes = next(iter(table.values())).keys()
    return {"geo": list(table), **{code: [table[geo][code] for geo in table] for code in codes}}


@needs_desi
def test_the_shipped_desi_values_are_those_of_the_commission() -> None:
    data, shipped = desi_data(), ix.datasets.desi_2022(frame="dict")
    assert sorted(data) == sorted(shipped)
    places = [data["geo"].index(geo) for geo in shipped["geo"]]
    for code in data:
        assert [data[code][place] for place in places] == shipped[code].tolist(), code


def test_desi_2022_equals_the_published_scores() -> None:
    """Totals to 6e-5 and dimensions to 2e-4: the published figures have six digits on the 0-1 scale."""
    data = {name: values.tolist() for name, values in ix.datasets.desi_2022(frame="dict").items()}
    scores = ix.framework("desi-2022").score(data, unit="geo")
    assert len(scores) == 28
    total = np.asarray(scores["desi"])
    for geo, published in PUBLISHED.items():
        row = data["geo"].index(geo)
        assert abs(total[row] - published[0]) < 6e-5, geo
        for node, value in zip(DIMENSIONS, published[1:], strict=True):
            assert abs(np.asarray(scores[node])[row] - value) < 2e-4, (geo, node)


@needs_desi
def test_desi_2022_equals_a_second_implementation_for_all_28() -> None:
    """A readable twin of the Commission's formula: goalposts, weighted means, times 100."""
    data = desi_data()
    posts, weights = rows_of("goalposts.csv"), rows_of("weights.csv")
    by_level = {
        level: [row for row in weights if row["level"] == level] for level in ("indicator", "subdimension", "dimension")
    }
    z = {
        row["code"]: (np.array(data[row["code"]]) - float(row["min"])) / (float(row["max"]) - float(row["min"]))
        for row in posts
    }

    def mean(rows: list[dict[str, str]], values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        out = {}
        for parent in dict.fromkeys(row["parent"] for row in rows):
            own = [row for row in rows if row["parent"] == parent]
            w = np.array([float(row["weight"]) for row in own])
            out[parent] = sum(wi * values[row["code"]] for wi, row in zip(w, own, strict=True)) / w.sum()
        return out

    dimensions = mean(by_level["subdimension"], mean(by_level["indicator"], z))
    expected = 100 * sum(dimensions.values()) / len(dimensions)
    scores = ix.framework("desi-2022").score(data, unit="geo")
    np.testing.assert_allclose(np.asarray(scores["desi"]), expected, rtol=0, atol=1e-12)


@needs_desi
def test_desi_values_beyond_the_goalposts_extend() -> None:
    data = {key: values[:1] for key, values in desi_data().items()}
    data["1a3"] = [0.1]  # the lower goalpost is 0.25
    assert np.asarray(ix.framework("desi-2022").score(data)["1a3"])[0] < 0


MULTIPLE = {
    "F1": ["control", "application", "own_5g", "coverage"],
    "F4": [
        *("product_design", "process_design", "marketing", "after_sales", "planning", "production", "quality"),
        *("equipment", "safety", "energy", "procurement", "warehousing", "finance", "human_resources"),
    ],
    "F6": ["rules", "products", "assessment", "boundary"],
    "F7": ["rules", "products", "assessment", "ledger"],
    "M2": ["workflow", "operation", "data", "incentives"],
    "M3": ["staff", "department", "training", "pay", "tiers"],
}
CONSTRAINED = [1, 3, 6, 7, 8, 9, 10, 11, 12, 13]
FREE = [2, 4, 5, 14, 15, 16]


def best() -> dict[str, list]:
    """The best answer to everything."""
    row: dict[str, list] = {item: [";".join(options)] for item, options in MULTIPLE.items()}
    row |= {"F2": [1.0], "F3": [1.0], "M4": [1.0], "F5": ["all"], "M1": ["exchange"]}
    row |= {"E1": [-0.1], "E2": [0.1], "E3": [0.1], "E4": [-0.1]}
    return row | {f"S{scene}": [4] for scene in range(1, 17)}


def miit(**changes: object) -> tuple[float, str]:
    row = best() | {key: [value] for key, value in changes.items()}
    scores = ix.framework("miit-sme", edition=2024).score(row)
    return float(np.asarray(scores["scored"])[0]), str(next(iter(scores["level"])))


def test_miit_everything_at_its_best_is_100_and_level_4() -> None:
    assert miit() == (100.0, "4")


@pytest.mark.parametrize(("item", "top"), [("F2", 6.0), ("F3", 6.0), ("M4", 7.5)])
@pytest.mark.parametrize(
    ("edge", "below", "above"), [(0.1, 0, 0.25), (0.2, 0.25, 0.5), (0.4, 0.5, 0.75), (0.6, 0.75, 1)]
)
def test_miit_rates_below_on_and_above_every_edge(
    item: str, top: float, edge: float, below: float, above: float
) -> None:
    lost = {part: 100.0 - top + part * top for part in (below, above)}
    assert miit(**{item: edge - 1e-6})[0] == lost[below]
    assert miit(**{item: edge})[0] == lost[below], "an edge belongs to the band below"
    assert miit(**{item: edge + 1e-12})[0] == lost[below], "within the tolerance of the edge"
    assert miit(**{item: edge + 1e-6})[0] == lost[above]


@pytest.mark.parametrize(
    ("item", "points", "better"), [("E1", 7.0, -1), ("E2", 7.0, 1), ("E3", 3.0, 1), ("E4", 3.0, -1)]
)
def test_miit_trends_below_on_and_above_the_tolerance(item: str, points: float, better: int) -> None:
    for change, part in [(-0.006, 0), (-0.005, 0.5), (0.0, 0.5), (0.005, 0.5), (0.006, 1)]:
        assert miit(**{item: better * change})[0] == 100.0 - points + part * points, change


def score_of(target: float) -> dict[str, object]:
    """Answers that score exactly the target: everything not needed is at its worst."""
    worst: dict[str, object] = dict.fromkeys([*MULTIPLE, "F5", "M1"], "none")
    worst |= {"F2": 0.0, "F3": 0.0, "M4": 0.0, "E1": 0.1, "E2": -0.1, "E3": -0.1, "E4": 0.1}
    steps: list[tuple[str, object, float]] = [("F5", "all", 10.0), ("M1", "exchange", 7.5), ("M4", 1.0, 7.5)]
    steps += [("M2", ";".join(MULTIPLE["M2"]), 7.5), ("M3", ";".join(MULTIPLE["M3"]), 7.5)]
    steps += [
        ("F1", ";".join(MULTIPLE["F1"]), 8.0),
        ("F2", 1.0, 6.0),
        ("F3", 1.0, 6.0),
        ("F4", ";".join(MULTIPLE["F4"]), 10.0),
    ]
    steps += [("E1", -0.1, 7.0), ("E2", 0.1, 7.0), ("E3", 0.1, 3.0), ("E4", -0.1, 3.0)]
    steps += [("F6", ";".join(MULTIPLE["F6"]), 5.0), ("F7", ";".join(MULTIPLE["F7"]), 5.0)]
    reached: dict[float, list[int]] = {0.0: []}
    for i, (_, _, points) in enumerate(steps):
        reached |= {
            total + points: [*used, i] for total, used in list(reached.items()) if total + points not in reached
        }
    for i in reached[target]:
        worst[steps[i][0]] = steps[i][1]
    return worst


@pytest.mark.parametrize(
    ("level", "points", "scenes", "constrained"), [(1, 20, 6, 3), (2, 40, 6, 3), (3, 60, 8, 5), (4, 80, 10, 6)]
)
def test_miit_every_level_below_on_and_above_its_thresholds(
    level: int, points: int, scenes: int, constrained: int
) -> None:
    def at(total: float, count: int, inside: int) -> str:
        high = CONSTRAINED[:inside] + FREE[: count - inside]
        row = score_of(total) | {f"S{s}": (level if s in high else 0) for s in range(1, 17)}
        score, reached = miit(**row)
        assert score == total
        return reached

    free = scenes - constrained
    assert at(points, scenes, constrained) == str(level)
    assert at(points + 0.5, scenes, constrained) == str(level)
    assert at(points - 0.5, scenes, constrained) != str(level)
    assert at(points, scenes - 1, constrained) != str(level)
    assert at(points, scenes + 1, constrained + 1) == str(level)
    if free < len(FREE):
        assert at(points, scenes, constrained - 1) != str(level), "one constrained scene too few"


def test_miit_rates_are_computed_from_raw_counts() -> None:
    row = best()
    del row["F2"], row["F3"], row["M4"]
    row |= {
        "equipment": [30],
        "digital_equipment": [3],
        "networked_equipment": [4],
        "digital_spend": [1.0],
        "turnover": [5.0],
    }
    scores = ix.framework("miit-sme", edition=2024).score(row)
    assert np.asarray(scores["F2"])[0] == 0.0, "3 / 30 is the edge 10 %, in the lowest band"
    assert np.asarray(scores["F3"])[0] == 1.5
    assert np.asarray(scores["M4"])[0] == 1.875
    row["equipment"] = [0]
    with pytest.warns(ix.errors.DerivedColumnWarning, match="zero denominator"):
        scores = ix.framework("miit-sme", edition=2024).score(row)
    assert np.isnan(np.asarray(scores["F2"])[0]), "a zero denominator is missing, not zero"


def test_miit_answers_as_columns_and_as_text_agree() -> None:
    text = ix.datasets.make_miit_questionnaire(300, form="text", rng=3, truth=True)
    columns = ix.datasets.make_miit_questionnaire(300, form="columns", rng=3)
    codes = ix.datasets.make_miit_questionnaire(300, form="codes", rng=3)
    index = ix.framework("miit-sme", edition=2024)
    expected = np.asarray(text["true_score"])
    for data in (text, columns, codes):
        scores = index.score(data)
        np.testing.assert_allclose(np.asarray(scores["scored"]), expected, rtol=0, atol=1e-12)
        assert [int(level) for level in scores["level"]] == list(np.asarray(text["true_level"]))


def test_dii_mean_score_is_the_sum_of_the_component_shares() -> None:
    data = ix.datasets.make_ict_survey(20_000, rng=5)
    index = ix.framework("eurostat-dii", edition=2023)
    items = [node["id"] for node in index.nodes if node["kind"] == "indicator"]
    weight = np.asarray(data["weight"])
    mean = np.average(np.asarray(index.score(data)["dii"]), weights=weight)
    shares = sum(np.average(np.asarray(data[item]), weights=weight) for item in items)
    assert abs(mean - shares) < 1e-12


def test_dii_level_shares_of_the_generator_add_to_100_and_meet_the_published_ones() -> None:
    """Eurostat isoc_e_dii, EU27 2023, enterprises with 10 or more persons: 41.13 / 33.54 / 20.31 / 5.02."""
    data = ix.datasets.make_ict_survey(100_000, rng=1)
    table = ix.framework("eurostat-dii", edition=2023).score(data).levels(sample_weight="weight")
    shares = 100 * np.asarray(table["share"])[:4]
    assert abs(shares.sum() - 100) < 1e-9
    np.testing.assert_allclose(shares, [41.13, 33.54, 20.31, 5.02], rtol=0, atol=1.5)


@pytest.mark.parametrize(
    ("score", "level"), [(0, "very_low"), (3, "very_low"), (4, "low"), (6, "low"), (7, "high"), (9, "high")]
)
@pytest.mark.parametrize("edition", [2021, 2022, 2023, 2024, 2025])
def test_dii_levels_below_on_and_above_every_threshold(edition: int, score: int, level: str) -> None:
    index = ix.framework("eurostat-dii", edition=edition)
    items = [node["id"] for node in index.nodes if node["kind"] == "indicator"]
    # Items that others imply come first, so that no answer contradicts another one.
    implied = sorted(items, key=lambda item: item in ("E_SM1_GE2", "E_CC1_SI"))
    data = {item: [1.0 if i < score else 0.0] for i, item in enumerate(implied)}
    assert list(index.score(data)["level"]) == [level]
    data = {item: [1.0] for item in items}
    assert list(index.score(data)["level"]) == ["very_high"]
