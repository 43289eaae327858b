"""`Index` and `FittedIndex`: reading, writing, making, fitting, errors, warnings, equality."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import values

import indicia as ix
from indicia import errors
from indicia.errors import (
    ComparabilityWarning,
    ConstantColumnWarning,
    DataError,
    DefinitionError,
    DegenerateError,
    IgnoredRowWarning,
    MissingColumnError,
    NotFittedError,
    UnknownNameError,
)

PANEL = {
    "city": ["a", "b", "c", "a", "b", "c"],
    "year": [2011, 2011, 2011, 2012, 2012, 2012],
    "x": [1.0, 2.0, 4.0, 2.0, 4.0, 8.0],
    "y": [9.0, 3.0, 1.0, 5.0, 4.0, 2.0],
}
BOOKS = [
    *("desi-2022", "eurostat-dii-2021", "eurostat-dii-2023", "miit-sme-2024"),
    *("sme-size-china-2011", "sme-size-eu-2003", "gradient-specialized-2022", "gradient-little-giant-2022"),
]


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("suffix", ["toml", "json", "yaml", "yml"])
def test_a_definition_survives_every_file(name: str, suffix: str, tmp_path: Path) -> None:
    index = ix.framework(name)
    path = tmp_path / f"book.{suffix}"
    index.write(path)
    assert ix.Index.read(path) == index
    assert ix.Index.read(str(path)).hash == index.hash


@pytest.mark.parametrize("name", BOOKS)
def test_a_definition_survives_python(name: str) -> None:
    index = ix.framework(name)
    for same in (
        ix.Index.from_dict(index.to_dict()),
        ix.Index.from_toml(index.to_toml()),
        ix.Index.from_json(index.to_json()),
        pickle.loads(pickle.dumps(index)),
        copy.deepcopy(index),
    ):
        assert same == index
        assert hash(same) == hash(index)
        assert isinstance(same, ix.Index)
    assert index != ix.Index.flat(["a"])
    assert index != "index"


def test_an_index_does_not_change() -> None:
    index = ix.Index.flat(["a"])
    with pytest.raises(AttributeError, match=r"Index\.using gives a new one"):
        index.id = "b"
    with pytest.raises(TypeError, match="make an index with"):
        ix.Index()
    definition = index.to_dict()
    definition["id"] = "changed"
    index.nodes[0]["id"] = "changed"
    assert index.id == "index"
    assert index.nodes[0]["id"] == "a"


def test_what_a_definition_says() -> None:
    index = ix.framework("miit-sme", edition=2024)
    assert (index.id, index.edition) == ("miit-sme", "2024")
    assert index.label == "SME digitalization level 2024 (MIIT)"
    assert repr(index) == "Index(miit-sme 2024: 31 indicators, 14 groups, 5 levels)"
    assert index.stages() == []
    first = index.columns[0]
    assert first["name"] == "F1"
    assert ["F1"] in first["alternatives"]
    described = index.describe()
    assert str(described).startswith("# SME digitalization level")
    assert "<h2>" in described._repr_html_()
    assert described._repr_markdown_() == str(described)
    assert "<script>" not in ix.Index.flat(["<script>"]).describe()._repr_html_()


def test_problems_of_a_definition_come_together() -> None:
    text = 'id = "x"\n[[indicator]]\nid = "a"\nparent = "g"\nscale = "flg"\nwieght = 1\n'
    with pytest.raises(DefinitionError) as caught:
        ix.Index.from_toml(text)
    message = str(caught.value)
    assert message.startswith("3 problems\n  - ")
    assert 'did you mean "flag"?' in message
    assert 'did you mean "weight"?' in message
    assert caught.value.code == "definition"
    paths = {problem["path"] for problem in caught.value.problems}
    assert paths == {"indicator[0].scale", "indicator[0].wieght", "indicator[0].parent"}
    assert isinstance(caught.value, ValueError | ix.errors.IndiciaError)


def test_bad_files(tmp_path: Path) -> None:
    for name, text, match in (
        ("a.toml", "id = ", "line 1"),
        ("a.json", "{", "not valid JSON"),
        ("a.yaml", "a: [", "not valid YAML"),
        ("b.yaml", "- 1", "definition"),
    ):
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(DefinitionError, match=match):
            ix.Index.read(path)
    (tmp_path / "c.toml").write_bytes(b"id = '\xff'")
    with pytest.raises(DefinitionError, match="not UTF-8"):
        ix.Index.read(tmp_path / "c.toml")
    with pytest.raises(UnknownNameError, match="the suffix says the format"):
        ix.Index.read(tmp_path / "a.txt")
    with pytest.raises(FileNotFoundError):
        ix.Index.read(tmp_path / "nothing.toml")
    with pytest.raises(TypeError, match="expected a dict"):
        ix.Index.from_dict([])  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="cannot hold set"):
        ix.Index.from_dict({"id": {1}})
    with pytest.raises(DefinitionError, match="not a definition"):
        ix.Index.from_dict({"id": float("nan")})


def test_flat_and_using() -> None:
    index = ix.Index.flat({"x": 1, "y": -1}, weights="entropy", aggregate="geometric", id="city")
    assert [node["direction"] for node in index.nodes if node["kind"] == "indicator"] == [1, -1]
    assert index.stages() == ["scales of 2 indicators", "weights of city"]
    other = index.using(normalize={"zscore": {}}, weights={"x": 3, "y": 1}, aggregate="arithmetic", missing="error")
    assert index.nodes[-1]["aggregate"] == "geometric"
    assert [node["scale"] for node in other.nodes[:2]] == ["zscore", "zscore"]
    fitted = other.fit(PANEL)
    assert values(fitted.weights["weight"]) == [0.75, 0.25]
    with pytest.raises(DataError, match="missing"):
        fitted.score({"x": [1.0], "y": [None]})
    assert other.using(weights="equal").fit(PANEL).weights["weight"].tolist() == [0.5, 0.5]
    prepared = index.using(treat="winsorize", impute={"mean": {}})
    assert prepared.to_dict()["defaults"] | {"treat": "winsorize", "impute": "mean"} == prepared.to_dict()["defaults"]
    assert prepared.using(treat="none").to_dict()["defaults"]["treat"] == "none"
    with pytest.raises(DefinitionError, match='did you mean "winsorize"'):
        index.using(treat="winsorise")
    with pytest.raises(UnknownNameError, match="no node is named 'z'"):
        index.using(weights={"z": 1})
    with pytest.raises(DefinitionError, match='did you mean "entropy"'):
        ix.Index.flat(["a"], weights="entropi")
    with pytest.raises(TypeError, match="names of columns"):
        ix.Index.flat("a")
    with pytest.raises(DefinitionError, match="twice"):
        ix.Index.flat(["a", "a"])
    with pytest.raises(DefinitionError, match="direction"):
        ix.Index.flat({"a": 2})


def test_using_leaves_rules_alone_and_puts_leaf_weights_on_top() -> None:
    miit = ix.framework("miit-sme", edition=2024).using(normalize="minmax")
    assert miit == ix.framework("miit-sme", edition=2024)
    desi = ix.framework("desi-2022").using(weights={"entropy": {"over": "leaves"}}).to_dict()
    assert [group["id"] for group in desi["group"] if "weights" in group] == ["desi"]
    assert not any("weight" in node for node in desi["indicator"])


def test_fit_score_and_files(tmp_path: Path) -> None:
    index = ix.Index.flat({"x": 1, "y": -1}, weights="entropy")
    fitted = index.fit(PANEL, unit="city", time="year")
    assert fitted.index == index
    assert values(fitted.weights["node"]) == ["x", "y"]
    assert values(fitted.scales["statistic"]) == ["min", "max", "min", "max"]
    assert values(fitted.scales["value"]) == [1.0, 8.0, 1.0, 9.0]
    whole = index.fit_score(PANEL, unit="city", time="year")
    path = tmp_path / "fitted.json"
    fitted.write(path)
    for same in (
        ix.FittedIndex.read(path),
        ix.FittedIndex.from_json(fitted.to_json()),
        pickle.loads(pickle.dumps(fitted)),
    ):
        assert same.to_json() == fitted.to_json()
        assert same.index == index
        assert values(same.score(PANEL)["index"]) == values(whole["index"])
    assert repr(fitted) == "FittedIndex(index: fitted in 2 stages)"
    assert "<table" in fitted._repr_html_()
    with pytest.raises(DefinitionError, match="not a fitted index"):
        ix.FittedIndex.from_json("{}")
    with pytest.raises(AttributeError, match="fit again"):
        fitted.index = index
    with pytest.raises(NotFittedError, match="3 nodes are to be fitted first: x, y, index") as caught:
        index.score(PANEL)
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, AttributeError)


def test_ranks_keep_records_and_say_so() -> None:
    fitted = ix.Index.flat(["x"], normalize="rank").fit(PANEL)
    with pytest.raises(DataError, match="include_records=True"):
        fitted.to_json()
    again = ix.FittedIndex.from_json(fitted.to_json(include_records=True))
    assert values(again.score(PANEL)["index"]) == values(fitted.score(PANEL)["index"])
    assert pickle.loads(pickle.dumps(fitted)).score(PANEL)["index"].tolist() == again.score(PANEL)["index"].tolist()


def test_warnings_are_typed_and_name_the_caller() -> None:
    index = ix.Index.flat(["x", "y"])
    data = PANEL | {"x": [1.0] * 6}
    with pytest.warns(ConstantColumnWarning, match="'x': .*constant|'x': ") as caught:
        index.fit(data)
    assert caught[0].filename == __file__
    with pytest.warns(ConstantColumnWarning) as caught:
        index.fit_score(data)
    assert caught[0].filename == __file__
    with pytest.warns(ConstantColumnWarning) as caught:
        index.fit_batches([data])
    assert caught[0].filename == __file__


def test_periods() -> None:
    definition = ix.Index.flat(["x"]).to_dict()
    each = ix.Index.from_dict(definition | {"period": "each"})
    base = ix.Index.from_dict(definition | {"period": {"base": 2011}})
    with pytest.warns(ComparabilityWarning, match="not comparable"):
        scores = each.fit_score(PANEL, unit="city", time="year")
    assert np.allclose(scores["index"], [0, 1 / 3, 1, 0, 1 / 3, 1])
    assert values(scores.fitted.weights["period"]) == [2011, 2012]
    assert scores.audit(("b", 2012)).to_dict()["answers"][0]["points"] == pytest.approx(1 / 3)
    scores = base.fit_score(PANEL, unit="city", time="year")
    assert np.allclose(scores["index"], [0, 1 / 3, 1, 1 / 3, 1, 7 / 3])
    with pytest.warns(errors.UnseenPeriodWarning, match="2013"):
        later = each_fitted(each).score({"year": [2013], "x": [1.0]}, time="year")
    assert values(later["index"]) == [None]
    for index in (each, base):
        with pytest.raises(DataError, match="no time column was given; say time"):
            index.fit(PANEL)
    with pytest.raises(DataError, match="base period 2010 is not in the data; there are 2011, 2012"):
        ix.Index.from_dict(definition | {"period": {"base": 2010}}).fit(PANEL, time="year")
    with pytest.raises(DataError, match="'year': 1 rows have no period, the first is row 0"):
        each.fit(PANEL | {"year": [None, *PANEL["year"][1:]]}, time="year")


def each_fitted(index: ix.Index) -> ix.FittedIndex:
    with pytest.warns(ComparabilityWarning):
        return index.fit(PANEL, time="year")


def test_periods_of_every_type() -> None:
    index = ix.Index.from_dict(ix.Index.flat(["x"]).to_dict() | {"period": "each"})
    for years, labels in (
        (pd.Series(pd.to_datetime(["2011-01-01", "2012-01-01"])), ["2011-01-01", "2012-01-01"]),
        (np.array(["2011-01-01", "2012-01-01"], dtype="M8[ns]"), ["2011-01-01", "2012-01-01"]),
        (pd.Series(pd.period_range("2011Q1", periods=2, freq="Q")), ["2011Q1", "2011Q2"]),
        (["2011Q1", "2011Q2"], ["2011Q1", "2011Q2"]),
        ([2011.0, 2012.0], [2011, 2012]),
    ):
        with pytest.warns(errors.IndiciaWarning):
            fitted = index.fit({"t": years, "x": [1.0, 2.0]}, time="t")
        assert [part["period"] for part in json.loads(fitted.to_json())["parts"]] == labels


def test_units_that_anchor_a_scale() -> None:
    definition = ix.Index.flat(["x"]).to_dict()
    definition["defaults"]["scale"] = {"distance_to_reference": {"unit": "b"}}
    index = ix.Index.from_dict(definition)
    data = {name: column[:3] for name, column in PANEL.items()}
    assert values(index.fit_score(data, unit="city")["index"]) == [0.0, 1.0, 3.0]
    frame = pd.DataFrame(data).set_index("city")
    assert values(index.fit_score(frame)["index"]) == [0.0, 1.0, 3.0]
    with pytest.raises(errors.IndiciaError, match="b"):
        index.fit({"x": [1.0]})


def test_batches_are_the_whole() -> None:
    index = ix.Index.flat({"x": 1, "y": -1}, weights="entropy")
    whole = index.fit(PANEL)
    parts = [{name: column[i : i + 2] for name, column in PANEL.items()} for i in range(0, 6, 2)]
    for source in (parts, lambda: iter(parts), [pd.DataFrame(part) for part in parts]):
        fitted = index.fit_batches(source)
        assert np.allclose(fitted.weights["weight"], whole.weights["weight"], rtol=1e-12)
    with pytest.raises(TypeError, match="reads the data 2 times, an iterator can be read once"):
        index.fit_batches(iter(parts))
    assert ix.Index.flat(["x"]).fit_batches(iter(parts)).scales["value"].tolist() == [1.0, 8.0]
    with pytest.raises(DegenerateError):
        index.fit_batches([])
    with pytest.raises(MissingColumnError, match="column 'x'"):
        index.fit_batches([{"y": [1.0]}])
    with pytest.raises(DataError, match="batch 1, row 0"):
        index.fit_batches([parts[0], {"x": [float("inf")], "y": [1.0]}])
    sources = iter([parts, parts[:1]])
    with pytest.raises(DataError, match="the data must not change"):
        index.fit_batches(lambda: next(sources))


def test_what_fit_refuses() -> None:
    index = ix.Index.flat(["x"])
    with pytest.raises(ValueError, match="no step of this definition is defined with weights"):
        index.fit(PANEL, sample_weight="w")
    with pytest.raises(UnknownNameError, match="absent= is 'error' or 'unknown'"):
        index.fit(PANEL, absent="zero")  # type: ignore[arg-type]
    for threads in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match="threads= is a number"):
            index.fit(PANEL, threads=threads)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match='assume: the definition uses no column "z"'):
        index.fit(PANEL, assume={"z": 1})
    with pytest.raises(TypeError, match="assume= takes"):
        index.fit(PANEL, assume={"x": None})  # type: ignore[dict-item]
    with pytest.raises(DataError, match="finite"):
        index.fit(PANEL, assume={"x": float("nan")})
    with pytest.raises(errors.ColumnTypeError, match="column 'x', row 'b'"):
        index.fit({"city": ["a", "b"], "x": np.array([1, "two"], dtype=object)}, unit="city")


def test_tables_of_a_definition() -> None:
    meta = pd.DataFrame(
        {
            "iCode": ["a", "b", "c", "size", "p", "top"],
            "iName": ["A", "B", None, "Size", "Pillar", "Index"],
            "Parent": ["p", "p", "top", None, "top", None],
            "Direction": [1, -1, 1, 1, 1, 1],
            "Weight": [2, 1, 1, 1, 3, 1],
            "Type": ["Indicator", "Indicator", "Indicator", "Denominator", "Aggregate", "Aggregate"],
            "Unit": ["%", None, None, None, None, None],
        }
    )
    with pytest.warns(IgnoredRowWarning, match="left out: size") as caught:
        index = ix.Index.from_table(meta, aggregate="geometric")
    assert caught[0].filename == __file__
    assert index.id == "top"
    assert [(node["id"], node["parent"]) for node in index.nodes] == [
        ("a", "p"),
        ("b", "p"),
        ("c", "top"),
        ("p", "top"),
        ("top", None),
    ]
    assert index.nodes[1]["direction"] == -1
    fitted = index.using(aggregate="arithmetic").fit({"a": [0.0, 1.0], "b": [1.0, 0.0], "c": [0.0, 1.0]})
    effective = dict(zip(values(fitted.weights["node"]), values(fitted.weights["effective"]), strict=True))
    assert effective == pytest.approx({"a": 0.5, "b": 0.25, "c": 0.25, "p": 0.75})
    table = index.to_table()
    assert ix.Index.from_table(table, aggregate="geometric").to_dict()["indicator"] == index.to_dict()["indicator"]
    with pytest.raises(MissingColumnError, match="needs the columns id"):
        ix.Index.from_table({"a": [1]})
    with pytest.raises(DefinitionError, match="direction is 1 or -1, found 0"):
        ix.Index.from_table({"id": ["a", "b"], "parent": ["b", None], "direction": [0, 1]})
    with pytest.raises(DefinitionError, match="weight is a number, found 'much'"):
        ix.Index.from_table({"id": ["a", "b"], "parent": ["b", None], "weight": ["much", "1"]})


def test_frameworks() -> None:
    table = ix.frameworks()
    assert {"id", "edition", "valid_from", "valid_to", "source", "confidence"} <= set(table.columns)
    assert ix.framework("eurostat-dii", edition=2023) == ix.framework("eurostat-dii-2023")
    assert ix.framework("miit-sme", as_of="2026-05-01").edition == "2024"
    with pytest.raises(UnknownNameError, match="several editions"):
        ix.framework("eurostat-dii")
    schema = json.loads(ix.Index.schema())
    assert "indicator" in schema["properties"]


@pytest.mark.parametrize("name", [name for name in errors.__all__ if name.endswith("Error")])
def test_errors_keep_their_text(name: str) -> None:
    error = getattr(errors, name)("two\nlines", [{"column": "a"}])
    assert str(error) == "two\nlines"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.problems) == (type(error), str(error), [{"column": "a"}])
    assert issubclass(type(error), errors.IndiciaError)


def test_an_optional_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(errors.OptionalDependencyError, match=r"pip install 'indicia\[yaml\]'"):
        ix.Index.flat(["a"]).write(tmp_path / "a.yaml")


def test_import_is_light() -> None:
    heavy = (
        "{'pandas', 'polars', 'pyarrow', 'matplotlib', 'sklearn', 'yaml', 'scipy', 'indicia.datasets', 'indicia.cli'}"
    )
    code = f"import indicia, sys; print(sorted({heavy} & set(sys.modules))); indicia.datasets; indicia.nothing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]"
    assert "module 'indicia' has no attribute 'nothing'" in done.stderr


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=2, max_size=20),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
)
def test_order_and_threads_do_not_matter(numbers: list[float], threads: int, random: Any) -> None:
    if max(numbers) - min(numbers) < 1e-3:
        numbers = [*numbers, min(numbers) + 1.0]
    index = ix.Index.flat(["x"])
    scores = index.fit_score({"x": numbers})["index"].to_numpy()
    assert np.array_equal(index.fit_score({"x": numbers}, threads=threads)["index"], scores)
    order = list(range(len(numbers)))
    random.shuffle(order)
    assert np.array_equal(index.fit_score({"x": [numbers[i] for i in order]})["index"], scores[order])


@pytest.mark.parametrize("name", ["x" * 1_000_000, "\0", "a\nb", "名称" * 50, "<b>", "{x}", "%s"])
def test_strange_names_work_and_messages_stay_short(name: str) -> None:
    index = ix.Index.flat({name: 1})
    scores = index.fit_score({name: [0.0, 1.0]})
    assert values(scores["index"]) == [0.0, 1.0]
    assert name in scores.to_frame("all")
    assert len(scores._repr_html_()) < 5_000
    for ask in (
        lambda: scores[name + "?"],
        lambda: index.fit({name + "?": [1]}),
        lambda: index.fit({"a": [1]}, unit=name),
    ):
        with pytest.raises(errors.IndiciaError) as caught:
            ask()
        assert len(str(caught.value)) < 1_500


def test_many_columns_and_deep_definitions() -> None:
    with pytest.raises(MissingColumnError, match=r"\.\.\. \(20000 in all\)"):
        ix.Index.flat(["a"]).fit({f"c{i}": [1] for i in range(20_000)})
    deep: dict[str, Any] = {}
    for _ in range(5_000):
        deep = {"all": [deep]}
    with pytest.raises(DefinitionError):
        ix.Index.from_dict({"id": "x", "levels": {"level": [{"id": "a", "when": deep}]}})


@pytest.mark.parametrize("group_period", ["pooled", "each", {"base": 2021}])
def test_weights_and_scales_may_have_periods_of_their_own(group_period: Any) -> None:
    rng = np.random.default_rng(7)
    data = pd.DataFrame(rng.random((60, 3)) ** [[1, 2, 3]] + 0.1, columns=list("abc"))
    data["year"] = np.repeat([2020, 2021, 2022], 20)
    leaves = [{"id": name, "parent": "g", "period": "each"} for name in "abc"]
    group = {"id": "g", "weights": "entropy", "period": group_period}
    definition = {"id": "g", "defaults": {"scale": {"minmax": {"to": [0.1, 1]}}}, "indicator": leaves, "group": [group]}
    with pytest.warns(UserWarning, match="not comparable"):
        scores = ix.Index.from_dict(definition).fit_score(data, time="year")["g"]

    x = data[list("abc")]
    ends = x.groupby(data["year"]).transform
    scaled = 0.1 + 0.9 * (x - ends("min")) / (ends("max") - ends("min"))

    def weights(part: pd.DataFrame) -> np.ndarray:
        p = part.to_numpy() / part.to_numpy().sum(axis=0)
        d = 1 + (p * np.log(p)).sum(axis=0) / np.log(len(p))
        return d / d.sum()

    of = {"pooled": lambda _: scaled, "each": lambda year: scaled[data["year"] == year]}
    seen = of.get(str(group_period), lambda _: scaled[data["year"] == 2021])
    expected = [row @ weights(seen(year)) for row, year in zip(scaled.to_numpy(), data["year"], strict=True)]
    np.testing.assert_allclose(scores, expected, rtol=1e-12)
