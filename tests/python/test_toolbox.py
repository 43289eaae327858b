"""Steps inside an index that no single room owns: kept records, filled values, individual treatment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import indicia as ix

FIRMS = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "b": [2.0, np.nan, 1.0, 5.0]}, index=list("wxyz"))


@pytest.mark.parametrize("name", ["copeland", "borda", "promethee"])
def test_new_rows_are_compared_with_kept_ones(name: str) -> None:
    index = ix.Index.flat(["a", "b"], normalize="none", aggregate=name)
    with pytest.raises(ix.errors.NotFittedError, match="keep_records"):
        index.fit(FIRMS).score(FIRMS)
    fitted = index.fit(FIRMS, keep_records=True)
    best = pd.DataFrame({"a": [9.0], "b": [9.0]})
    found = fitted.score(best)["index"][0]
    assert found == {"copeland": 4.0, "borda": (4 + 3) / 2, "promethee": 1.0}[name]
    with pytest.raises(ix.errors.DataError, match="confidential"):
        fitted.to_json()
    again = ix.FittedIndex.from_json(fitted.to_json(include_records=True))
    assert again.score(best)["index"][0] == found
    assert list(index.fit_score(FIRMS)["index"].index) == list("wxyz")


def test_a_unit_that_nobody_is_compared_with_is_told() -> None:
    # Only z has a on its own column; v is not observed at all, and that needs no word.
    data = pd.DataFrame(
        {"a": [1.0, 2.0, np.nan, np.nan], "b": [np.nan, np.nan, 5.0, np.nan]}, index=["x", "y", "z", "v"]
    )
    index = ix.Index.flat(["a", "b"], normalize="none", aggregate="promethee")
    told = r"^'index': promethee: no other unit is observed to compare with, .* \(1 rows, first row 'z'\)$"
    with pytest.warns(ix.errors.AloneWarning, match=told) as caught:
        found = index.fit_score(data)["index"]
    assert len(caught) == 1
    np.testing.assert_array_equal(found, [-1.0, 1.0, np.nan, np.nan])
    with pytest.warns(ix.errors.AloneWarning, match=r"\(1 rows, first row 'w'\)"):
        assert np.isnan(index.fit_score(FIRMS.iloc[:1])["index"]["w"])
    # Counts of others are defined where there are none, and so is the distance to one's own best.
    for name, alone in {"copeland": 0.0, "borda": 0.0, "grey_relational": 1.0}.items():
        assert index.using(aggregate=name).fit_score(FIRMS.iloc[:1])["index"]["w"] == alone
    # Where a row with a missing child has no score by the rule of the group, that is no news.
    whole = index.using(missing="propagate")
    assert whole.fit_score(data)["index"].isna().all()


def test_filled_values_are_not_observed_and_not_changed() -> None:
    before = FIRMS.copy()
    scores = ix.Index.flat(["a", "b"], impute="mean").fit_score(FIRMS)
    assert scores["b"].isna().sum() == 0
    assert scores.coverage.tolist() == [1.0, 0.5, 1.0, 1.0]
    pd.testing.assert_frame_equal(FIRMS, before)
    assert ix.impute.mean(FIRMS)["b"].tolist() == [2.0, 8.0 / 3.0, 1.0, 5.0]


def test_a_group_without_values_stays_missing_and_says_so() -> None:
    data = FIRMS.assign(size=["s", "l", "s", "s"])
    with pytest.warns(ix.errors.ImputationWarning, match="groups of size without a value"):
        found = ix.impute.median(data, ["b"], by="size")
    assert found["b"].isna().tolist() == [False, True, False, False]
    assert found["size"].tolist() == ["s", "l", "s", "s"]


def test_own_settings_inherit_what_they_do_not_set() -> None:
    # Without the inherited count of one point both outliers would be capped.
    data = {"x": [1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0, 300.0, 400.0]}
    own = {"winsorize": {"skewness": 0.5, "kurtosis": 0.1}}
    with pytest.warns(ix.errors.TreatmentWarning):
        one = ix.treat.table(data, {"winsorize": {"count": 1, "then": "none"}}, individual={"x": own})
    assert (one["high_count"][0], one["high"][0]) == (1, 300.0)
    assert ix.treat.winsorize(data, individual={"x": "none"})["x"].tolist() == data["x"]


def test_the_same_bits_for_any_number_of_threads() -> None:
    rng = np.random.default_rng(1)
    data = pd.DataFrame({name: rng.lognormal(size=40_000) for name in "abcd"})
    data.iloc[::17, 1] = np.nan
    for steps in (
        {"treat": "winsorize", "impute": "median", "weights": "critic"},
        {"impute": "row_mean", "aggregate": "vikor"},
        {"aggregate": "promethee", "normalize": "none"},
    ):
        index = ix.Index.flat(list("abcd"), **steps)  # type: ignore[arg-type]
        with np.errstate(all="raise"):
            one, two = (index.fit_score(data, threads=threads)["index"] for threads in (1, 2))
        np.testing.assert_array_equal(one, two)
