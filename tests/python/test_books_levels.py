"""Small rule books: levels on a given score (MIIT 2022, GB/T 39116), and two indices of countries (UN, ITU)."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
import thresholds

import indicia as ix
from indicia.frameworks import find

MIIT = ix.framework("miit-sme", edition=2022)
CMMM = ix.framework("gbt-39116")
EGDI = ix.framework("un-egdi")
IDI = ix.framework("itu-idi", edition=2010)


def levels(index: ix.Index, **columns: object) -> list[str | None]:
    return [None if level != level else str(level) for level in index.score(columns).level]


@pytest.mark.parametrize(("bound", "below", "above"), [(20, "0", "1"), (40, "1", "2"), (60, "2", "3"), (80, "3", "4")])
def test_miit_2022_every_level_below_on_and_above(bound: float, below: str, above: str) -> None:
    assert levels(MIIT, score=list(thresholds.around(bound))) == [below, above, above]
    parts = {"operation": [10.0] * 3, "management": [5.0] * 3, "effect": [0.0] * 3}
    assert levels(MIIT, foundation=[v - 15 for v in thresholds.around(bound)], **parts) == [below, above, above]


@pytest.mark.parametrize(
    ("bound", "below", "above"),
    [(0.8, "0", "1"), (1.8, "1", "2"), (2.8, "2", "3"), (3.8, "3", "4"), (4.8, "4", "5")],
)
def test_cmmm_every_level_below_on_and_above(bound: float, below: str, above: str) -> None:
    assert levels(CMMM, score=list(thresholds.around(bound))) == [below, above, above]


@pytest.mark.parametrize("name", ["miit-sme-2022", "gbt-39116-2020"])
def test_no_other_bounds_are_there(name: str) -> None:
    bounds = sorted(bound for _, bound in thresholds.compared(tomllib.loads(find(name))["levels"], "node"))
    assert bounds == ([20, 40, 60, 80] if name == "miit-sme-2022" else [0.8, 1.8, 2.8, 3.8, 4.8])


def test_cmmm_published_assessments() -> None:
    # Two published reports: 3.55 and 3.71, both level 3.
    assert levels(CMMM, score=[3.55, 3.71]) == ["3", "3"]


def test_unknown_scores_are_not_low_ones() -> None:
    for index in (MIIT, CMMM):
        scores = index.score({"score": [np.nan]})
        assert (str(scores.level_low[0]), str(scores.level_high[0])) == ("0", "4" if index is MIIT else "5")
    row = {"foundation": [30.0], "operation": [np.nan], "management": [10.0], "effect": [45.0]}
    assert levels(MIIT, **row) == [None]


@pytest.mark.parametrize("value", [-1.0, 100.5])
def test_miit_2022_refuses_what_is_no_score(value: float) -> None:
    with pytest.raises(ix.errors.IndiciaError, match=r"outside its domain \[0, 100\]"):
        MIIT.score({"score": [value]})


def test_miit_2022_editions_feed_the_gradient_alike() -> None:
    level = MIIT.score({"score": [10.0, 45.0, 60.0, np.nan]}).level
    firms = ix.datasets.make_gradient(4, frame="dict") | {"digital_level": level}
    found = ix.framework("gradient-specialized", edition=2022).score(firms)["digital_level"]
    np.testing.assert_array_equal(found, [0.0, 3.0, 5.0, np.nan])


# Countries

# ITU (2011), Measuring the Information Society 2011, annex box 1.2: Republic of Korea, values of 2010.
KOREA = {
    "fixed_telephone": 59.2,
    "mobile": 105.4,
    "bandwidth": 11_878.4,
    "computer": 82.0,
    "internet_home": 97.0,
    "internet_users": 84.0,
    "fixed_broadband": 36.6,
    "mobile_broadband": 91.0,
    "literacy": 97.9,
    "secondary": 102.0,
    "tertiary": 99.0,
}
# The column "normalized values" of the same table, but for mobile: 105.4 / 180, where it prints 0.62 = 105.4 / 170.
PRINTED = dict(zip(KOREA, (0.99, 0.59, 0.75, 0.82, 0.97, 0.84, 0.61, 0.91, 0.98, 1.00, 0.99), strict=True))


def test_idi_equals_the_worked_example_of_the_itu() -> None:
    scores = IDI.score({name: [value] for name, value in KOREA.items()})
    for name, printed in PRINTED.items():
        assert round(float(scores[name][0]), 2) == pytest.approx(printed), name
    assert round(float(scores["access"][0]), 2) == 0.82
    # Table 2.1 of the report: the largest values are 7.85, 9.89 and 8.40 of 10, and this country is first. The inputs are
    # printed as whole percents, half a point each.
    assert float(scores["use"][0]) == pytest.approx(0.785, abs=0.005)
    assert float(scores["skills"][0]) == pytest.approx(0.989, abs=0.005)
    assert float(scores["idi"][0]) == pytest.approx(8.40, abs=0.02)


REFERENCE = {"fixed_telephone": 60, "mobile": 180, "fixed_broadband": 60, "bandwidth": 10**5.45}


@pytest.mark.parametrize("name", KOREA)
def test_idi_references_below_on_and_above(name: str) -> None:
    bound = REFERENCE.get(name, 100.0)
    rows = {other: [0.5 * value] * 3 for other, value in KOREA.items()} | {name: list(thresholds.around(bound))}
    below, on, above = np.asarray(IDI.score(rows)[name])
    assert below < 1.0 and on == pytest.approx(1.0, abs=1e-12) and above == pytest.approx(1.0, abs=1e-12)
    low = 1.0 if name == "bandwidth" else 0.0
    assert float(IDI.score({k: [low if k == name else v] for k, v in KOREA.items()})[name][0]) == 0.0


def test_idi_gap_leaves_the_index_open() -> None:
    row = {name: [value] for name, value in KOREA.items()} | {"mobile": [np.nan]}
    scores = IDI.score(row)
    assert np.isnan(scores["idi"][0]) and not np.isnan(scores["use"][0])
    low, high = (float(scores.range()[end][0]) for end in ("low", "high"))
    # A fifth of access, which is two fifths of ten.
    assert high - low == pytest.approx(10 * 0.4 * 0.2)


def test_egdi_is_the_mean_of_standardized_components() -> None:
    random = np.random.default_rng(3)
    table = {"osi": random.random(40), "tii": random.gamma(2.0, size=40), "hci": random.normal(5.0, 2.0, 40)}
    scores = EGDI.fit_score(table)
    expected = np.zeros(40)
    for name, values in table.items():
        z = (values - values.mean()) / values.std(ddof=1)
        part = (z - z.min()) / (z.max() - z.min())
        np.testing.assert_allclose(scores[name], part, rtol=0, atol=1e-12)
        expected += part / 3
    np.testing.assert_allclose(scores["egdi"], expected, rtol=0, atol=1e-12)
    assert np.asarray(scores["osi"]).min() == 0.0 and np.asarray(scores["osi"]).max() == 1.0


def test_egdi_needs_all_three() -> None:
    table = {"osi": [0.0, 1.0, 0.5], "tii": [0.0, 1.0, np.nan], "hci": [0.0, 1.0, 0.5]}
    scores = EGDI.fit_score(table)
    assert np.isnan(scores["egdi"][2]) and np.asarray(scores["egdi"])[:2].tolist() == [0.0, 1.0]
