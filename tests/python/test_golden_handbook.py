"""Published examples: the handbook of the OECD and the JRC (2008) on 23 countries, and ranking methods of the literature."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix

GOLDEN = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden"
BOOK = GOLDEN / "handbook"
pytestmark = pytest.mark.skipif(not BOOK.exists(), reason="reference data not present")

# UNDP 2001, the goalposts of the Technology Achievement Index; telephones and electricity are log10 in the table.
POSTS = {
    "patents": (0, 994),
    "royalties": (0, 272.6),
    "internet": (0, 232.4),
    "exports": (0, 80.8),
    "telephones": (0, np.log10(901)),
    "electricity": (np.log10(22), np.log10(6969)),
    "schooling": (0.8, 12),
    "university": (0.1, 27.4),
}
NAMES = list(POSTS)


def tai() -> pd.DataFrame:
    return pd.read_csv(BOOK / "tai_raw_23.csv").set_index("country")


def ranks(scores: Any, index: Any) -> pd.Series:
    return pd.Series(np.asarray(scores), index=index).rank(ascending=False, method="min").astype(int)


def by_goalposts(weights: Any) -> Any:
    leaves = [
        {"id": n, "parent": "tai", "scale": {"goalposts": {"low": float(a), "high": float(b)}}}
        for n, (a, b) in POSTS.items()
    ]
    group = {"id": "tai", "weights": weights}
    return ix.Index.from_dict({"id": "tai", "indicator": leaves, "group": [group]}).fit_score(tai())["tai"]


def test_table_15_scales_of_one_indicator() -> None:
    printed = pd.read_csv(BOOK / "oecd_table15_normalisation_schooling.csv")
    x = {"x": printed["schooling"].to_numpy(float)}
    np.testing.assert_array_equal(ix.normalize.rank(x)["x"], printed["rank"])
    for column, scale in (("zscore", ix.normalize.zscore), ("minmax", ix.normalize.minmax)):
        np.testing.assert_allclose(scale(x)["x"], printed[column], atol=0.006, err_msg=column)
    np.testing.assert_allclose(ix.normalize.fraction_of_max(x)["x"], printed["ratio_best"], atol=0.006)
    # The book divides the rank by n; ours is (rank - 1) / (n - 1), so that the worst gets 0.
    n = len(printed)
    ours = np.asarray(ix.normalize.percentile(x)["x"])
    np.testing.assert_allclose(100 * (ours * (n - 1) + 1) / n, printed["percentile"], atol=0.06)


@pytest.mark.parametrize("column", ["EW", "BAP"])
def test_tables_22_and_23_ranks_by_weighting(column: str) -> None:
    weights = pd.read_csv(BOOK / "oecd_table18_22_weights.csv").set_index("indicator")[column]
    printed = pd.read_csv(BOOK / "oecd_table23_ranks_by_weighting.csv").set_index("country")[column]
    found = ranks(by_goalposts({"fixed": {name: float(weights[name]) for name in NAMES}}), tai().index)
    assert found.to_dict() == printed.astype(int).to_dict()


def test_table_36_outranking_of_five_countries() -> None:
    printed = pd.read_csv(BOOK / "oecd_table36_outranking.csv", index_col=0)
    case = next(c for c in json.loads((GOLDEN / "mcdm/extra_cases.json").read_text()) if c["id"] == "TAI5_kemeny")
    five = pd.DataFrame(case["matrix"], index=NAMES).T
    found = ix.aggregate.outranking(five)
    np.testing.assert_allclose(found.matrix, printed.to_numpy(float), atol=1e-12)
    order = ix.aggregate.kemeny(five.reset_index(names="country"), NAMES, unit="country")
    assert order.exact
    assert order.score * len(NAMES) / 8 == pytest.approx(case["max_score"])


def test_table_38_ranks_by_aggregation() -> None:
    printed = pd.read_csv(BOOK / "oecd_table38_ranks_by_aggregation.csv").set_index("country")
    assert ranks(by_goalposts("equal"), tai().index).to_dict() == printed["LIN"].astype(int).to_dict()
    # The geometric mean is of the raw data, where zeros are zero.
    found = ix.aggregate.geometric(tai(), NAMES, zero="zero")
    assert ranks(found, tai().index).to_dict() == printed["GME"].astype(int).to_dict()


def example(case: str) -> tuple[pd.DataFrame, dict[str, float], dict[str, Any]]:
    found = next(c for c in json.loads((GOLDEN / "mcdm/worked_examples.json").read_text()) if c["case"] == case)
    matrix = np.asarray(found["matrix"], dtype=float)
    if len(found["weights"]) != matrix.shape[1]:
        matrix = matrix.T
    names = [f"c{k}" for k in range(matrix.shape[1])]
    return pd.DataFrame(matrix, columns=names), dict(zip(names, found["weights"], strict=True)), found


def test_vikor_of_papathanasiou_and_ploskas() -> None:
    data, weights, case = example("VIKOR")
    # Published is Q, of which less is better, with v = (m + 1) / 2m for m criteria, as the book has it.
    found = ix.aggregate.vikor(data, weights=weights, v=5 / 8)
    np.testing.assert_allclose(1 - np.asarray(found), case["real_result"], atol=6e-4)


def test_promethee_of_papathanasiou_and_ploskas() -> None:
    data, weights, case = example("PROMETHEE_II")
    found = ix.aggregate.promethee(data, weights=weights, preference="linear", q=1.0, p=2.0)
    np.testing.assert_allclose(found, case["real_result"], atol=1e-9)


def test_promethee_of_ziemba_and_others() -> None:
    data, weights, case = example("PROMETHEE_II_3")
    # One threshold per criterion: each column in units of its own, turned where less is better.
    turned = data / np.asarray(case["p"])
    directions = dict(zip(data.columns, case["types"], strict=True))
    found = ix.aggregate.promethee(turned, directions, weights=weights, p=1.0)
    np.testing.assert_allclose(found, case["real_result"], atol=6e-4)


@pytest.mark.parametrize("name", ["Borda_Condorcet_Moulin", "Condorcet1785_60"])
def test_votes_of_the_handbook(name: str) -> None:
    case = next(c for c in json.loads((GOLDEN / "mcdm/extra_cases.json").read_text()) if c["id"] == name)
    found = ix.aggregate.kemeny_of_rankings([(voters, ranking) for voters, ranking in case["profile"]])
    expected = case.get("kemeny_order") or case["condorcet_order"]
    assert "".join(found.order) == expected
    if "kemeny_scores" in case:
        assert found.score == max(case["kemeny_scores"].values())
    # Each ranking as a column, each name as a unit: the Borda points are the mean count times the number of voters.
    names = sorted(case["borda"])
    columns = {
        f"r{k}": [float(len(names) - ranking.index(name)) for name in names]
        for k, (_, ranking) in enumerate(case["profile"])
    }
    voters = {f"r{k}": float(count) for k, (count, _) in enumerate(case["profile"])}
    points = np.asarray(ix.aggregate.borda(columns, weights=voters)) * sum(voters.values())
    assert dict(zip(names, points.round().astype(int).tolist(), strict=True)) == case["borda"]


@pytest.mark.parametrize(
    ("column", "options"),
    [
        ("topsis_w_inside", {}),
        ("topsis_w_on_sq", {"weighting": "outside"}),
        ("topsis_vector_norm", {"normalization": "vector"}),
    ],
)
def test_topsis_of_the_city_panel(column: str, options: dict[str, Any]) -> None:
    panel = pd.read_csv(GOLDEN / "study/panel_sample_16cities_6years.csv")
    expected = pd.read_csv(GOLDEN / "study/scores_by_method_16cities.csv")[column]
    names = [name for name in panel.columns if name.startswith("var")]
    directions = {name: -1 if name in ("var3", "var5") else 1 for name in names}
    entropy = ix.weights.entropy(panel, directions)
    weights = dict(zip(entropy["indicator"], entropy["weight"].astype(float), strict=True))
    found = ix.aggregate.topsis(panel, directions, weights=weights, normalize="minmax", **options)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_obstacle_degrees_of_the_city_panel() -> None:
    panel = pd.read_csv(GOLDEN / "study/panel_sample_16cities_6years.csv")
    expected = pd.read_csv(GOLDEN / "study/obstacle_16cities.csv")
    names = [name for name in panel.columns if name.startswith("var")]
    directions = {name: -1 if name in ("var3", "var5") else 1 for name in names}
    found = ix.compare.obstacle(ix.Index.flat(directions, weights="entropy").fit_score(panel))
    np.testing.assert_allclose(found[names], expected[names], rtol=1e-9, atol=1e-12)
    with pytest.raises(ix.errors.DataError, match="need scores in"):
        ix.compare.obstacle(ix.Index.flat(directions, normalize="zscore").fit_score(panel))
