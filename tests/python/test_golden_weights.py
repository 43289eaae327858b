"""Weights against reference values: a city panel (computed, 1e-10), worked examples of the literature (printed digits).

Where a publication is known to follow another convention, the test says which, and reproduces it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix

GOLDEN = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden"
pytestmark = pytest.mark.skipif(not (GOLDEN / "study").exists(), reason="reference data not present")

NAMES = [f"var{i}" for i in range(1, 10)]
DIRECTIONS = {name: -1 if name in ("var3", "var5") else 1 for name in NAMES}
ENTROPY = "study/entropy_weights_conventions_matlab_sample.csv"
METHODS = "study/weights_by_method_16cities.csv"


def panel() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "study/panel_sample_16cities_6years.csv")


def expected(file: str, column: str) -> pd.Series:
    return pd.read_csv(GOLDEN / file).set_index("indicator")[column]


def agree(found: Any, wanted: pd.Series, column: str = "weight", rtol: float = 1e-10) -> None:
    assert list(found["indicator"]) == list(wanted.index)
    np.testing.assert_allclose(found[column], wanted, rtol=rtol, atol=0)


@pytest.mark.parametrize(
    ("column", "options"),
    [
        ("shift0_0ln0", {}),
        ("shift0_0ln0", {"preset": "stata_ewm"}),
        ("shift1e-4", {"shift": 1e-4}),
        ("shift1e-3", {"shift": 1e-3}),
        ("shift1e-3", {"preset": "matlab_shift"}),
        ("shift0.01", {"shift": 0.01}),
        ("shift0.01", {"preset": "spssau"}),
        ("shift1", {"shift": 1}),
    ],
)
def test_entropy_conventions(column: str, options: dict[str, Any]) -> None:
    agree(ix.weights.entropy(panel(), DIRECTIONS, **options), expected(ENTROPY, column))


def test_the_copied_normalizer_is_reproduced_with_a_warning() -> None:
    with pytest.warns(ix.errors.WeightWarning, match="turns the weights around"):
        found = ix.weights.entropy(panel(), DIRECTIONS, preset="copied_ln_t", normalizer={"ln": 6})
    agree(found, expected(ENTROPY, "stata_copied_lnT"))


@pytest.mark.parametrize(
    ("column", "make"),
    [
        ("entropy", lambda data: ix.weights.entropy(data, DIRECTIONS)),
        ("zhgrading_minmax", lambda data: ix.weights.scatter_degree(data, DIRECTIONS)),
        ("critic", lambda data: ix.weights.critic(data, DIRECTIONS)),
        ("critic_absr", lambda data: ix.weights.critic(data, DIRECTIONS, conflict="absolute")),
        ("cv_raw", lambda data: ix.weights.cv(data, DIRECTIONS)),
        ("cv_minmax", lambda data: ix.weights.cv(data, DIRECTIONS, normalize="minmax")),
    ],
)
def test_methods_on_the_panel(column: str, make: Callable[[pd.DataFrame], Any]) -> None:
    agree(make(panel()), expected(METHODS, column))


def test_entropies_on_the_panel() -> None:
    agree(ix.weights.entropy(panel(), DIRECTIONS), expected(METHODS, "entropy_e"), "entropy")


def test_mean_of_yearly_entropy_weights() -> None:
    with pytest.warns(ix.errors.ComparabilityWarning):
        found = ix.weights.entropy(panel(), DIRECTIONS, time="year", period="each_mean")
    agree(found, expected(METHODS, "entropy_year_mean"))


def test_grading_on_zscores_is_refused_by_name() -> None:
    """The reference prints negative weights, for z-scores of all years together and for those of each year."""
    pooled = expected(METHODS, "zhgrading_zscore_pooled")
    negative = ", ".join(f'"{name}"' for name in pooled.index[pooled < 0])
    with pytest.raises(ix.errors.DegenerateError, match=f"negative weights for {negative}"):
        ix.weights.scatter_degree(panel(), DIRECTIONS, normalize="zscore")
    yearly = expected(METHODS, "zhgrading_zscore_byyear")
    negative = ", ".join(f'"{name}"' for name in yearly.index[yearly < 0])
    data = panel()
    groups = data.groupby("year")[NAMES]
    scores = (data[NAMES] - groups.transform("mean")) / groups.transform("std")
    with pytest.raises(ix.errors.DegenerateError, match=f"negative weights for {negative}"):
        ix.weights.scatter_degree(scores, DIRECTIONS, normalize="none")


def test_the_component_reference_adds_signed_loadings() -> None:
    """Eigenvalues above 1, signs by the sum of each vector, |sum_k v_jk l_k|; rule="variance" adds |v_jk| l_k instead.

    With signs, parts of an indicator on several components cancel each other, and the result depends on how the signs
    of later components are chosen. Both conventions are computed here independently.
    """
    scores = panel()[NAMES].apply(lambda column: (column - column.min()) / (column.max() - column.min()))
    for name in ("var3", "var5"):
        scores[name] = 1 - scores[name]
    values, vectors = np.linalg.eigh(np.corrcoef(scores.to_numpy().T))
    kept = values > 1
    vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
    signed = np.abs((vectors * values)[:, kept].sum(axis=1))
    absolute = np.abs(vectors * values)[:, kept].sum(axis=1)
    np.testing.assert_allclose(signed / signed.sum(), expected(METHODS, "pca"), rtol=1e-10)
    with pytest.warns(ix.errors.WeightWarning, match="runs against the others"):
        found = ix.weights.pca(panel(), DIRECTIONS, rule="variance")
    np.testing.assert_allclose(found["weight"], absolute / absolute.sum(), rtol=1e-10)


# Worked examples


def example(case: str, number: int = 0) -> tuple[dict[str, Any], dict[str, int], list[float]]:
    cases = json.loads((GOLDEN / "mcdm/worked_examples.json").read_text(encoding="utf-8"))
    weights = [found for found in cases if found["case"] == case and any("weight" in call for call in found["calls"])]
    found = weights[number]
    matrix = np.asarray(found["matrix"], dtype=float)
    names = [f"c{j}" for j in range(matrix.shape[1])]
    return (
        {name: matrix[:, j] for j, name in enumerate(names)},
        dict(zip(names, found["types"], strict=False)),
        found["real_result"],
    )


def extra(name: str) -> dict[str, Any]:
    cases = json.loads((GOLDEN / "mcdm/extra_cases.json").read_text(encoding="utf-8"))
    return next(case for case in cases if case["id"] == name)


def table(columns: list[list[float]]) -> dict[str, Any]:
    return {f"c{j}": np.asarray(column, dtype=float) for j, column in enumerate(columns)}


def benefits(data: dict[str, Any], types: dict[str, int]) -> dict[str, Any]:
    """Costs as min / x, as the publications have it."""
    return {name: values.min() / values if types[name] < 0 else values for name, values in data.items()}


def printed(found: Any, wanted: list[float], digits: int) -> None:
    np.testing.assert_allclose(found["weight"], wanted, rtol=0, atol=0.5 * 10.0**-digits * 1.001)


def test_critic_published() -> None:
    data, types, wanted = example("CRITIC")
    # The publication calls the first column a cost and scales it like the others.
    assert types["c0"] == -1
    printed(ix.weights.critic(data), wanted, 3)


def test_critic_of_the_original_paper() -> None:
    case = extra("CRITIC_Diakoulaki1995")
    data = table(np.transpose(case["matrix"]).tolist())
    printed(ix.weights.critic(data), case["expected"]["pearson_scaled"], 8)
    printed(ix.weights.critic(data, normalize="none"), case["expected"]["pearson_unscaled"], 8)


def test_critic_with_a_cost() -> None:
    case = extra("critic_JMcDM")
    data = table(np.transpose(case["matrix"]).tolist())
    found = ix.weights.critic(data, dict(zip(data, case["types"], strict=True)))
    # The values of the example are printed with four digits behind the point.
    np.testing.assert_allclose(found["weight"], case["expected"], rtol=0, atol=5e-6)


@pytest.mark.parametrize(("number", "digits"), [(0, 3), (1, 3)])
def test_entropy_published(number: int, digits: int) -> None:
    data, _, wanted = example("Entropy", number)
    printed(ix.weights.entropy(data, normalize="none"), wanted, digits)


def test_entropy_of_another_program() -> None:
    case = extra("entropy_JMcDM")
    printed(ix.weights.entropy(table(case["columns"]), normalize="none"), case["expected"], 9)


def test_cv_published() -> None:
    data, _, wanted = example("Coeff_var")
    printed(ix.weights.cv(data), wanted, 4)


def test_cilos_published() -> None:
    data, types, wanted = example("CILOS")
    printed(ix.weights.cilos(benefits(data, types), normalize="none"), wanted, 3)


def test_idocriw_published() -> None:
    """The publication takes impact losses from min / x for costs, entropies from the values as they are."""
    data, types, wanted = example("IDOCRIW")
    turned = benefits(data, types)
    losses = ix.weights.cilos(turned, normalize="none")["weight"].to_numpy()
    product = losses * ix.weights.entropy(data, normalize="none")["weight"].to_numpy()
    # Made from weights of four digits.
    np.testing.assert_allclose(product / product.sum(), wanted, rtol=0, atol=1e-4)
    found = ix.weights.idocriw(turned, normalize="none")
    product = losses * ix.weights.entropy(turned, normalize="none")["weight"].to_numpy()
    np.testing.assert_allclose(found["weight"], product / product.sum(), rtol=1e-12)


def test_merec_published() -> None:
    case = extra("merec_mcdm_scalajs")
    data = table(case["columns"])
    types = dict(zip(data, case["types"], strict=True))
    found = ix.weights.merec(benefits(data, types), normalize="none")
    np.testing.assert_allclose(found["weight"], case["expected"], rtol=1e-12)


def test_best_worst_published() -> None:
    case = extra("BWM_Rezaei2015_nonlinear")
    best, worst = (dict(zip("abc", case[name], strict=True)) for name in ("best_to_others", "others_to_worst"))
    found = ix.weights.best_worst(best, worst, model="nonlinear")
    np.testing.assert_allclose(list(found.weights.values()), case["expected"]["weights"], rtol=0, atol=1e-3)
    assert round(found.ksi, 2) == case["expected"]["ksi"]


# The Handbook of OECD and JRC


def test_judgements_of_the_handbook() -> None:
    matrix = pd.read_csv(GOLDEN / "handbook/oecd_table20_ahp_matrix.csv", index_col=0)
    found = ix.weights.ahp(matrix.map(lambda text: float(Fraction(str(text)))))
    wanted = [0.2291, 0.1346, 0.0594, 0.1761, 0.0385, 0.0385, 0.2522, 0.0715]
    np.testing.assert_allclose(list(found.weights.values()), wanted, rtol=0, atol=5.1e-5)
    assert round(found.lambda_max, 4) == 8.2111
    assert round(found.consistency_ratio or 0.0, 4) == 0.0214


def test_factors_of_the_handbook() -> None:
    """Table 18, within 0.01, but for exports.

    The text puts exports on the second factor, where its share is greatest (0.23), as here; the printed weight of 0.07
    is that of its loading on the first one (0.64 squared), as the printed loadings show.
    """
    printed_weights = pd.read_csv(GOLDEN / "handbook/oecd_table18_22_weights.csv").set_index("indicator")["PC"]
    names = list(printed_weights.index)
    found = ix.weights.factor(pd.read_csv(GOLDEN / "handbook/tai_raw_23.csv"), names, keep={"count": 4})
    found = found.set_index("indicator")
    off = (found["weight"] - printed_weights).abs()
    assert list(off.index[off > 0.01]) == ["exports"]
    assert found["factor"]["exports"] == found["factor"]["patents"]

    loadings = pd.read_csv(GOLDEN / "handbook/oecd_table17_9_varimax_pc_loadings.csv").set_index("indicator")
    squares = loadings[[f"loading{k}" for k in range(1, 5)]] ** 2
    own = (squares / squares.sum()).to_numpy().argmax(axis=1)
    by_share = pd.Series(squares.to_numpy()[range(len(own)), own], index=squares.index)
    np.testing.assert_allclose(found["weight"], by_share / by_share.sum(), rtol=0, atol=0.005)
    by_loading = squares.max(axis=1)
    np.testing.assert_allclose(by_loading / by_loading.sum(), printed_weights, rtol=0, atol=0.0051)
