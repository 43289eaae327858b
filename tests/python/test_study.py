"""Study room: exposure to partners and peers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia.errors import DataError, IndiciaError, UndefinedStatisticWarning

GOLDEN = Path(os.environ.get("INDICIA_SHARED", Path(__file__).parents[3] / "shared")) / "golden" / "study"
golden = pytest.mark.skipif(not GOLDEN.exists(), reason="reference data not present")
study = ix.study


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"{name}.csv")


def panel(n: int = 120, years: int = 3, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"city": np.tile([f"c{i}" for i in range(n)], years), "year": np.repeat(range(2018, 2018 + years), n)}
    )
    frame["region"] = np.tile(rng.choice(["east", "west", "north"], n), years)
    frame["y"] = np.exp(rng.normal(size=len(frame)) + (frame["region"] == "east"))
    frame["w"] = rng.uniform(0.5, 2, len(frame))
    return frame


# Exposure


@golden
def test_exposure_is_that_of_the_hand_made_case() -> None:
    links, levels = table("network_exposure_edges"), table("network_exposure_levels").rename(columns={"firm": "name"})
    expected = table("network_exposure_conventions").set_index(["focal", "year", "lag"])
    for lag in (0, 1):
        found = study.exposure(
            links, levels, "digital", focal="focal", partner="partner", share="share", percent=True,
            unit="name", time="year", lag=lag,
        )  # fmt: skip
        for row in found.itertuples(index=False):
            known = expected.loc[(row.focal, row.year, lag)]
            assert (row.partners, row.matched) == (known.n_partners, known.n_matched)
            got = [row.mean, row.weighted, row.sum]
            named = ["simple_mean", "share_weighted_mean_renorm", "share_weighted_sum_no_renorm"]
            np.testing.assert_allclose(got, known[named].astype(float), rtol=1e-12)


def test_exposure_over_all_steps_solves_the_system_and_counts_what_is_left_out() -> None:
    rng = np.random.default_rng(1)
    n = 12
    matrix = rng.random((n, n)) * (rng.random((n, n)) < 0.4)
    np.fill_diagonal(matrix, 0)
    matrix[0] = 0
    a, b = np.nonzero(matrix)
    links = pd.DataFrame({"f": a, "p": b, "s": matrix[a, b]})
    levels = pd.DataFrame({"firm": range(n), "d": rng.random(n)})
    shares = matrix / np.where(matrix.sum(1) > 0, matrix.sum(1), 1)[:, None]
    asked: dict[str, Any] = {"focal": "f", "partner": "p", "share": "s", "unit": "firm"}
    found = study.exposure(links, levels, "d", steps=None, decay=0.7, **asked).set_index("f")
    solved = np.linalg.solve(np.eye(n) - 0.7 * shares, shares @ levels["d"].to_numpy())
    np.testing.assert_allclose(found["exposure"], solved[found.index], rtol=1e-12)
    three = study.exposure(links, levels, "d", steps=3, decay=0.7, **asked).set_index("f")
    d = shares @ levels["d"].to_numpy()
    np.testing.assert_allclose(three["exposure"], (d + 0.7 * shares @ d + 0.49 * shares @ shares @ d)[three.index])
    assert 0 not in found.index
    selfish = pd.concat([links, pd.DataFrame({"f": [1], "p": [1], "s": [5.0]})])
    with pytest.warns(UndefinedStatisticWarning, match="1 links of firms to themselves"):
        again = study.exposure(selfish, levels, "d", **asked).set_index("f")
    np.testing.assert_allclose(again["weighted"], shares[again.index] @ levels["d"].to_numpy())
    with pytest.raises(DataError, match="rescale"):
        study.exposure(links.assign(s=links["s"] * 50), levels, "d", steps=2, rescale=False, **asked)
    with pytest.raises(DataError, match="decay"):
        study.exposure(links, levels, "d", steps=2, decay=1.0, **asked)
    with pytest.raises(IndiciaError, match="unique"):
        study.exposure(links, pd.concat([levels, levels]), "d", **asked)


def test_peers_leave_the_unit_out_in_any_kind_of_frame() -> None:
    polars = pytest.importorskip("polars")
    frame = panel(40, 2)
    frame.loc[5, "y"] = np.nan
    found = study.peers(frame, "y", "region", unit="city", time="year")
    for row in (0, 5, 50):
        same = (frame["region"] == frame["region"][row]) & (frame["year"] == frame["year"][row]) & (frame.index != row)
        assert found["peers"][row] == pytest.approx(frame["y"][same].mean())
        assert found["others"][row] == frame["y"][same].notna().sum()
    again = study.peers(polars.from_pandas(frame), "y", "region", unit="city", time="year")
    assert isinstance(again, polars.DataFrame)
    np.testing.assert_array_equal(again["peers"].to_numpy(), found["peers"].to_numpy())
