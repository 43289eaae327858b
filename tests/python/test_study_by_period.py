"""A panel by period: rows in the order of a matrix, whatever the order of the data; other packages as oracles."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia.errors import DataError

study = ix.study
NAMES = [f"c{i}" for i in range(10)]


def matrix(names: list[str] = NAMES) -> np.ndarray:
    """Return a weights matrix that is not symmetric, and far from any circle of names."""
    rng = np.random.default_rng(11)
    w = rng.random((len(names), len(names))) * (rng.random((len(names), len(names))) < 0.4)
    np.fill_diagonal(w, 0)
    w[np.arange(len(names)), (np.arange(len(names)) + 3) % len(names)] += 1.0
    return w


def mapping(w: np.ndarray, names: list[str] = NAMES) -> dict[str, dict[str, float]]:
    return {a: {b: float(w[i, j]) for j, b in enumerate(names) if w[i, j] > 0} for i, a in enumerate(names)}


def panel(years: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(12)
    order = rng.permutation(NAMES)
    frame = pd.DataFrame({"city": np.tile(order, years), "year": np.repeat(range(2018, 2018 + years), len(NAMES))})
    return frame.assign(y=rng.normal(size=len(frame)), x=rng.random(len(frame)))


def by_hand(y: np.ndarray, w: np.ndarray) -> float:
    """Compute Moran's I with row standardization."""
    w = w / np.where(w.sum(axis=1) > 0, w.sum(axis=1), 1)[:, None]
    z = y - y.mean()
    return float(len(y) / w.sum() * (z @ w @ z) / (z @ z))


def libpysal_w(w: np.ndarray, names: list[str] = NAMES) -> Any:
    weights = pytest.importorskip("libpysal").weights
    near = mapping(w, names)
    made = weights.W(
        {a: list(own) for a, own in near.items()}, {a: list(own.values()) for a, own in near.items()},
        id_order=names, silence_warnings=True,
    )  # fmt: skip
    made.transform = "r"
    return made


def moran(y: np.ndarray, w: Any) -> dict[str, float]:
    esda = pytest.importorskip("esda")
    found = esda.Moran(y, w, permutations=0)
    return {"moran": found.I, "z": found.z_norm}


def test_moran_by_year_is_that_of_aligned_rows_whatever_their_order() -> None:
    w, frame = libpysal_w(matrix()), panel()
    found = study.by_period(frame, "y", moran, unit="city", time="year", neighbors=w)
    assert list(found) == ["year", "n", "left_out", "unknown", "islands", "moran", "z"]
    unaligned = []
    for year, rows in frame.groupby("year"):
        y = rows.set_index("city").loc[NAMES, "y"].to_numpy()
        assert found.set_index("year").loc[year, "moran"] == pytest.approx(by_hand(y, matrix()), rel=1e-12)
        unaligned.append(moran(rows["y"].to_numpy(), w)["moran"])
    # The same column in the order of the rows gives another number, without a word.
    assert (np.abs(found["moran"] - unaligned) > 0.01).all()
    for seed in range(5):
        shuffled = frame.sample(frac=1, random_state=seed)
        again = study.by_period(shuffled, "y", moran, unit="city", time="year", neighbors=w)
        pd.testing.assert_frame_equal(again, found)


def test_every_kind_of_matrix_is_put_into_order() -> None:
    graph = pytest.importorskip("libpysal.graph")
    frame, w = panel(), matrix()
    near = mapping(w)
    edges = pd.DataFrame(
        [(a, b, v) for a, own in near.items() for b, v in own.items()], columns=["focal", "neighbor", "weight"]
    )

    def plain(y: np.ndarray, near: dict[str, dict[str, float]]) -> float:
        names = list(near)
        full = np.array([[near[a].get(b, 0.0) for b in names] for a in names])
        return by_hand(y, full)

    keys: dict[str, Any] = {"unit": "city", "time": "year"}
    expected = study.by_period(frame, "y", moran, neighbors=libpysal_w(w), **keys)["moran"]
    for given in (near, edges, edges.sample(frac=1, random_state=1).to_dict("list")):
        np.testing.assert_allclose(study.by_period(frame, "y", plain, neighbors=given, **keys)["value"], expected)
    g = graph.Graph.from_arrays(*(edges[name].to_numpy() for name in edges)).transform("r")
    turned = study.by_period(frame, "y", moran, neighbors=g, **keys)["moran"]
    np.testing.assert_allclose(turned, expected)


@pytest.mark.parametrize("kind", ["W", "Graph", "mapping"])
def test_what_is_missing_is_told_or_dropped_from_rows_and_matrix(kind: str) -> None:
    frame, w = panel(2), matrix()
    frame.loc[(frame["city"] == "c4") & (frame["year"] == 2018), "y"] = np.nan
    frame = frame[~((frame["city"] == "c7") & (frame["year"] == 2018))]
    frame = pd.concat([frame, pd.DataFrame({"city": ["z"], "year": [2018], "y": [0.3]})])
    given: Any = mapping(w)
    if kind == "W":
        given = libpysal_w(w)
    elif kind == "Graph":
        graph = pytest.importorskip("libpysal.graph")
        given = graph.Graph.from_W(libpysal_w(w))
        given = given.transform("r")
    seen: list[Any] = []

    def call(y: np.ndarray, near: Any) -> int:
        seen.append((y, near))
        return len(y)

    keys: dict[str, Any] = {"unit": "city", "time": "year", "neighbors": given}
    with pytest.raises(
        DataError, match=r"2 ids of neighbors= have no value \('c4', 'c7'\) and 1 units .*\('z'\).*2018"
    ):
        study.by_period(frame, "y", call, **keys)
    found = study.by_period(frame, "y", call, missing="drop", **keys)
    assert found[["n", "left_out", "unknown", "islands", "value"]].values.tolist() == [
        [8, 2, 1, 0, 8],
        [10, 0, 0, 0, 10],
    ]
    kept = [name for name in NAMES if name not in ("c4", "c7")]
    y, near = seen[0]
    rows = frame[frame["year"] == 2018].set_index("city")
    np.testing.assert_array_equal(y, rows.loc[kept, "y"])
    places = [NAMES.index(name) for name in kept]
    cut = matrix()[np.ix_(places, places)]
    if kind == "mapping":
        assert list(near) == kept
        full = np.array([[near[a].get(b, 0.0) for b in kept] for a in kept])
        np.testing.assert_allclose(full, cut)
    else:
        # Cut from the original weights and standardized again: rows sum to one.
        full = near.full()[0] if kind == "W" else near.sparse.toarray()
        assert [str(i) for i in (near.id_order if kind == "W" else near.unique_ids)] == kept
        np.testing.assert_allclose(full, cut / cut.sum(axis=1, keepdims=True))


def test_columbus_in_any_order_is_the_number_of_its_matrix() -> None:
    libpysal, esda = pytest.importorskip("libpysal"), pytest.importorskip("esda")
    path = libpysal.examples.get_path
    files = [libpysal.io.open(path(name)) for name in ("columbus.gal", "columbus.dbf")]
    w, crime = files[0].read(), files[1].by_col("CRIME")
    for file in files:
        file.close()
    frame = pd.DataFrame({"id": np.arange(1, 50), "crime": crime}).sample(frac=1, random_state=3)

    def row_standardized(y: np.ndarray, w: Any) -> dict[str, float]:
        found = esda.Moran(y, w, permutations=0)
        return {"moran": found.I, "expected": found.EI, "geary": esda.Geary(y, w, permutations=0).C}

    with pytest.raises(DataError, match=r"ids are such as '1', units such as \d+: make them one type"):
        study.by_period(frame, "crime", row_standardized, unit="id", neighbors=w)
    found = study.by_period(frame.assign(id=frame["id"].astype(str)), "crime", row_standardized, unit="id", neighbors=w)
    # The neighbor list of that package; another one in circulation gives 0.5109.
    assert found["moran"].item() == pytest.approx(0.5001885571828611, rel=1e-12)
    assert found["expected"].item() == pytest.approx(-1 / 48)
    assert row_standardized(frame["crime"].to_numpy(), w)["moran"] != pytest.approx(0.5, abs=0.1)


def test_local_indicators_keep_their_names() -> None:
    w, frame = libpysal_w(matrix()), panel(2)

    def local(y: np.ndarray, w: Any) -> dict[str, Any]:
        z = (y - y.mean()) / y.std()
        return {"local": z * (w.sparse @ z), "year_mean": y.mean()}

    found = study.by_period(frame, "y", local, unit="city", time="year", neighbors=w, by_unit=True)
    assert len(found) == 20 and found["city"].tolist() == NAMES * 2
    rows = frame[frame["year"] == 2019].set_index("city")["y"]
    full = matrix() / matrix().sum(axis=1, keepdims=True)
    z = (rows - rows.mean()) / rows.std(ddof=0)
    for place, name in enumerate(NAMES):
        own = found[(found["year"] == 2019) & (found["city"] == name)]
        assert own["local"].item() == pytest.approx(z[name] * (full[place] @ z[NAMES].to_numpy()))
    assert found.groupby("year")["year_mean"].nunique().eq(1).all()


def test_densities_and_ellipses_without_neighbors() -> None:
    stats = pytest.importorskip("scipy.stats")
    polars = pytest.importorskip("polars")
    frame = panel(3)
    frame.loc[4, "y"] = np.nan
    grid = np.linspace(-3, 3, 7)

    def density(y: np.ndarray) -> dict[str, Any]:
        return {"at": grid, "density": stats.gaussian_kde(y)(grid)}

    with pytest.raises(DataError, match=r"1 rows have no value in year 2018, the first is row 4"):
        study.by_period(frame, "y", density, time="year")
    found = study.by_period(polars.from_pandas(frame), "y", density, time="year", missing="drop")
    assert isinstance(found, polars.DataFrame) and found.shape == (21, 5)
    assert found["n"].unique().sort().to_list() == [9, 10] and found["left_out"].max() == 1
    y = frame.loc[(frame["year"] == 2019), "y"]
    np.testing.assert_allclose(found.filter(polars.col("year") == 2019)["density"], stats.gaussian_kde(y)(grid))


def test_what_a_function_may_not_do_is_told() -> None:
    frame = panel(2)
    for call, kind, message in (
        (lambda y: np.ones((2, 2)), TypeError, r"an array of shape \(2, 2\) as 'value'"),
        (lambda y: {"n": 1.0}, DataError, "'n', which is another column"),
        (lambda y: {"a": [1.0, 2.0], "b": [1.0]}, DataError, "different length"),
        (lambda y: {}, DataError, "returned nothing"),
        (lambda y: object(), TypeError, "returned object"),
        ("mean", TypeError, "a function, found str"),
    ):
        with pytest.raises(kind, match=message):
            study.by_period(frame, "y", call, time="year")
    names = iter(["a", "b"])
    with pytest.raises(DataError, match="returned b in year 2019, and other names before"):
        study.by_period(frame, "y", lambda y: {next(names): 1.0}, time="year")

    def broken(y: np.ndarray) -> float:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine") as caught:
        study.by_period(frame, "y", broken, time="year")
    assert "raised by call=broken in year 2018, with 10 units" in caught.value.__notes__
    with pytest.raises(DataError, match="say unit="):
        study.by_period(frame, "y", moran, neighbors={"a": {"b": 1.0}})
    with pytest.raises(DataError, match=r"from 'a' to 'b'.*at least 0, found -1"):
        study.by_period(frame, "y", moran, unit="city", time="year", neighbors={"a": {"b": -1.0}})
    edges = {"focal": ["a", "a"], "neighbor": ["b", "b"]}
    with pytest.raises(DataError, match="the edge from 'a' to 'b' is there twice"):
        study.by_period(frame, "y", moran, unit="city", time="year", neighbors=edges)
    with pytest.raises(TypeError, match="found int"):
        study.by_period(frame, "y", moran, unit="city", time="year", neighbors=3)
    with pytest.raises(DataError, match="no unit of neighbors= has a value in year 2018"):
        study.by_period(frame, "y", moran, unit="city", time="year", neighbors={"a": {"b": 1.0}}, missing="drop")
    with pytest.raises(DataError, match="no row"):
        study.by_period({"y": [], "t": []}, "y", len, time="t")
    with pytest.raises(DataError, match=r"unique in 'city'.*time="):
        study.by_period(frame, "y", moran, unit="city", neighbors={"a": {"b": 1.0}})


PAGE = (Path(__file__).parents[2] / "docs" / "study.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_recipes_with_other_packages_show_what_they_give() -> None:
    # Blocks marked "py" need packages that are not asked for elsewhere; what they show is compared here.
    pytest.importorskip("esda")
    names: dict[str, Any] = {}
    blocks = FENCE.findall(PAGE)
    shown = []
    for (kind, code), (after, output) in pairwise([*blocks, ("", "")]):
        if kind not in ("python", "py"):
            continue
        tree = ast.parse(code)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "docs/study.md", "exec"), names)
        found = None if last is None else eval(compile(ast.Expression(last.value), "docs/study.md", "eval"), names)
        if kind == "py":
            assert after == "text" and repr(found) == output.strip()
            shown.append(found)
    aligned, unaligned = shown
    assert all(abs(row[5] - wrong) > 0.5 for row, wrong in zip(aligned, unaligned, strict=True))
    # The ellipse of four points whose axes are known: 3 and 1 from the center, 30 degrees from north.
    turn = np.radians(30)
    major, minor = np.array([np.sin(turn), np.cos(turn)]), np.array([np.cos(turn), -np.sin(turn)])
    lon, lat = (np.array([7.0, -2.0])[:, None] + np.stack([3 * major, -3 * major, minor, -minor], axis=1)).tolist()
    found = names["ellipse"](np.array(lon), np.array(lat), np.full(4, 2.0))
    expected = [7.0, -2.0, 3 / np.sqrt(2), 1 / np.sqrt(2), 30.0]
    assert list(found.values()) == pytest.approx(expected)
    # A weight that moves the center: three quarters on the first point.
    found = names["ellipse"](np.array(lon), np.array(lat), np.array([3.0, 1.0, 0.0, 0.0]))
    assert [found["lon"], found["lat"]] == pytest.approx(list(np.array([7.0, -2.0]) + 1.5 * major))
    # The rules of the bandwidth on a sample whose parts are known by hand.
    y = np.array([1.0, 2.0, 3.0, 4.0, 10.0])
    assert names["bandwidth"](y, "scipy") == pytest.approx(np.sqrt(12.5) * 5**-0.2)
    assert names["bandwidth"](y, "stata") == pytest.approx(0.9 * 2 / 1.349 * 5**-0.2)
    assert names["bandwidth"](y, "matlab") == pytest.approx((4 / 15) ** 0.2 / 0.6745)
