"""Any table in, the same kind out: types, missing values, index, keys, errors."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kinds import MAKERS, Make, kind, values

import indicia as ix
from indicia._encode import encode
from indicia._factor import factor
from indicia.errors import ColumnTypeError, DataError, MissingColumnError, UnknownNameError
from indicia.frames import source_of

DEFINITION = {
    "id": "mixed",
    "indicator": [
        {"id": "number", "parent": "mixed", "scale": "none"},
        {"id": "whole", "parent": "mixed", "scale": "none"},
        {"id": "yes", "parent": "mixed", "scale": "flag"},
        {"id": "answer", "parent": "mixed", "scale": {"options": {"points": {"none": 0, "some": 1, "all": 2}}}},
    ],
    "group": [{"id": "mixed", "aggregate": "sum"}],
    "levels": {"thresholds": {"low": 0, "high": 4}},
}
DATA: dict[str, Any] = {
    "firm": ["Acme", "Berg", "Cato", "Dux"],
    "number": [0.5, 1.5, None, 2.5],
    "whole": [1, 2, 3, 4],
    "yes": [True, False, True, None],
    "answer": ["some", None, "all", "none"],
}
# Berg has no answer: 0 to 2 points more. Cato has no number. Dux did not say yes or no.
SCORES = [3.5, None, None, None]
LOW = [3.5, 3.5, None, 6.5]


def test_every_kind_scores_alike_and_comes_back(make: Make) -> None:
    data = make(DATA)
    scores = ix.Index.from_dict(DEFINITION).score(data, unit="firm")
    frame = scores.to_frame("all")
    wanted = kind(data) if not isinstance(data, dict) else "pandas"
    assert kind(frame) == wanted
    assert kind(scores["mixed"]) == wanted
    assert values(scores["mixed"]) == SCORES
    assert values(frame["firm"]) == DATA["firm"]
    assert values(frame["answer"]) == [1.0, None, 2.0, 0.0]
    assert values(frame["yes"]) == [1.0, 0.0, 1.0, None]
    assert values(scores.level) == ["low", None, None, "high"]
    assert values(scores.level_low) == ["low", "low", "none", "high"]
    assert values(scores.low)[0] == 3.5
    assert values(frame["ix_low"])[3] == 6.5


@pytest.mark.parametrize("name", MAKERS)
def test_levels_table_of_every_kind(name: str) -> None:
    data = MAKERS[name](DATA | {"size": ["b", "a", "a", "b"], "w": [1.0, 2.0, 3.0, 4.0]})
    table = ix.Index.from_dict(DEFINITION).score(data).levels(by="size", sample_weight="w")
    found = dict(
        zip(zip(values(table["size"]), values(table["level"]), strict=True), values(table["share"]), strict=True)
    )
    assert found == {
        ("a", "low"): 0.0, ("a", "high"): 0.0, ("a", "unknown"): 1.0,
        ("b", "low"): 0.2, ("b", "high"): 0.8, ("b", "unknown"): 0.0,
    }  # fmt: skip


def test_the_input_is_never_changed(make: Make) -> None:
    data, before = make(DATA), make(DATA)
    scores = ix.Index.from_dict(DEFINITION).score(data, unit="firm")
    scores.to_frame("all")
    changed = scores.to_frame()
    if kind(changed) == "pandas":
        changed["mixed"] = -1.0
        series = scores["mixed"]
        series.iloc[0] = 99.0
        assert values(scores["mixed"]) == SCORES
    if isinstance(data, dict):
        assert data == before
    elif kind(data) == "pandas":
        pd.testing.assert_frame_equal(data, before)
    else:
        assert data.equals(before)


def name_of(column: Any) -> str:
    return f"{kind(column)} {column.dtype if hasattr(column, 'dtype') else column.type}"


NUMBERS = [
    (np.array([1, 0], dtype=np.int8), "whole"),
    (np.array([1, 0], dtype=np.uint8), "whole"),
    (np.array([1, 0], dtype=np.int16), "whole"),
    (np.array([1, 0], dtype=np.int64), "whole"),
    (np.array([1, 0], dtype=np.uint16), "number"),
    (np.array([1, 0], dtype=np.uint64), "number"),
    (np.array([1, 0], dtype=np.float32), "number"),
    (np.array([1, 0], dtype=np.float16), "number"),
    (np.array([1, 0], dtype=">i4"), "whole"),
    (np.array([1, 0], dtype=">f8"), "number"),
    (np.array([True, False]), "whole"),
    (np.array([1, 0.0], dtype=object), "number"),
    (np.array([True, False], dtype=object), "number"),
    (np.array([decimal.Decimal("1.0"), 0], dtype=object), "number"),
    (pd.Series([1, 0], dtype="Int64"), "number"),
    (pd.Series([True, False], dtype="boolean"), "number"),
    (pd.Series(pd.Categorical([1, 0])), "number"),
    (pd.Series([1, 0], dtype="Sparse[int]"), "whole"),
    (pd.Series([1, 0], dtype=pd.ArrowDtype(pa.decimal128(5, 2))), "number"),
    (pl.Series([1, 0], dtype=pl.Int8), "whole"),
    (pl.Series([1, 0], dtype=pl.UInt64), "number"),
    (pl.Series([1.0, 0.0], dtype=pl.Float32), "number"),
    (pl.Series([True, False]), "whole"),
    (pl.Series([decimal.Decimal("1.0"), decimal.Decimal("0.0")]), "number"),
    (pa.array([1, 0], pa.uint32()), "number"),
    (pa.array([1.0, 0.0], pa.float32()), "number"),
    (pa.array([True, False]), "whole"),
    (pa.array([decimal.Decimal("1.0"), decimal.Decimal("0.0")]), "number"),
]


# Types that the oldest supported releases do not have.
if hasattr(pl, "Int128"):
    NUMBERS.append((pl.Series([1, 0], dtype=pl.Int128), "number"))


@pytest.mark.parametrize(("column", "wanted"), NUMBERS, ids=[name_of(column) for column, _ in NUMBERS])
def test_numbers_of_every_type(column: Any, wanted: str) -> None:
    encoded = encode("x", column)
    assert encoded.kind == wanted
    assert encoded.values.tolist() == [1, 0]
    assert encoded.values.dtype.isnative


def test_no_copy_where_memory_allows() -> None:
    array = np.arange(6.0).reshape(3, 2)
    assert np.shares_memory(encode("x", array[:, 1]).values, array)
    flags = np.array([True, False])
    assert np.shares_memory(encode("x", flags).values, flags)
    series = pl.Series([1.0, 2.0])
    assert np.shares_memory(encode("x", series).values, series.to_numpy())


TEXTS = [
    np.array(["a", "b"]),
    np.array(["a", "b"], dtype=object),
    pd.Series(["a", "b"]),
    pd.Series(["a", "b"], dtype=object),
    pd.Series(["a", "b"], dtype="category"),
    pd.Series(["a", "b"], dtype=pd.ArrowDtype(pa.string())),
    pl.Series(["a", "b"]),
    pl.Series(["a", "b"], dtype=pl.Enum(["b", "a"])),
    pl.Series(["a", "b"], dtype=pl.Categorical),
    pa.array(["a", "b"]),
    pa.array(["a", "b"], pa.large_string()),
    pa.array(["a", "b"]).dictionary_encode(),
    pa.DictionaryArray.from_arrays(pa.array([1, 2], pa.uint8()), pa.array([None, "a", "b"])),
]


if hasattr(pa, "string_view"):
    TEXTS.append(pa.array(["a", "b"], pa.string_view()))


@pytest.mark.parametrize("column", TEXTS, ids=map(name_of, TEXTS))
def test_texts_of_every_type(column: Any) -> None:
    encoded = encode("x", column)
    assert encoded.kind == "text"
    assert [encoded.labels[code] for code in encoded.values] == ["a", "b"]


def test_missing_texts_and_mixed_values() -> None:
    encoded = encode("x", np.array(["a", None, float("nan"), pd.NA, 3.0, 3], dtype=object))
    words = [None if code < 0 else encoded.labels[code] for code in encoded.values]
    assert words == ["a", None, None, None, "3", "3"]
    assert np.isnan(encode("x", pl.Series([None, None])).values).all()
    assert np.isnan(encode("x", pa.nulls(2)).values).all()
    assert np.isnan(encode("x", np.ma.masked_array([1, 2], mask=[True, False])).values[0])
    assert encode("x", np.array([10**400], dtype=object)).values[0] == np.inf


STRANGE = [
    pd.Series(pd.to_datetime(["2020-01-01"])),
    pd.Series([dt.date(2020, 1, 1)]),
    pd.Series(pd.period_range("2020", periods=1)),
    pd.Series(pd.to_timedelta(["1D"])),
    pl.Series([dt.date(2020, 1, 1)]),
    pl.Series([[1]]),
    pa.array([dt.date(2020, 1, 1)]),
    np.array(["2020-01-01"], dtype="M8[D]"),
    np.array([1j]),
    np.array([b"x"]),
    np.array([[1], None], dtype=object)[:1],
]


@pytest.mark.parametrize("column", STRANGE, ids=map(name_of, STRANGE))
def test_other_types_are_refused_by_name(column: Any) -> None:
    with pytest.raises(ColumnTypeError, match="column 'number': expected"):
        ix.Index.from_dict(DEFINITION).score({"number": column, "whole": [1], "yes": [1], "answer": ["all"]})


def test_what_is_no_table() -> None:
    index = ix.Index.from_dict(DEFINITION)
    for data in (None, 3, "file.csv", [1, 2], pd.Series([1.0]), object()):
        with pytest.raises(TypeError, match="expected a dataframe"):
            index.score(data)
    with pytest.raises(TypeError, match="an array has no column names"):
        index.score(np.ones((2, 4)))
    with pytest.raises(TypeError, match="for arrays"):
        index.score(pd.DataFrame(DATA), columns=["a"])
    with pytest.raises(TypeError, match="one value per row"):
        index.score(DATA | {"number": 3.0})
    with pytest.raises(DataError, match="collect it first"):
        index.score(pl.LazyFrame(DATA))
    with pytest.raises(DataError, match="'number' has 1 rows, others have 4"):
        index.score(DATA | {"number": [1.0]})
    with pytest.raises(DataError, match="found more than once: 'a'"):
        source_of(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(DataError, match="found more than once: 'a'"):
        source_of(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]))


class Stream:
    """Something that only speaks Arrow."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.table(DATA).__arrow_c_stream__(requested_schema)


def test_arrow_streams_and_narwhals_frames() -> None:
    index = ix.Index.from_dict(DEFINITION)
    assert values(index.score(Stream())["mixed"]) == SCORES
    assert kind(index.score(Stream())["mixed"]) == "pyarrow"
    assert kind(index.score(nw.from_native(pl.DataFrame(DATA)))["mixed"]) == "polars"


def test_arrays_in_arrays_out() -> None:
    index = ix.Index.flat({"a": 1, "b": -1})
    array = np.array([[1.0, 4.0], [3.0, 2.0], [2.0, np.nan]])
    for data in (array, np.asfortranarray(array), np.repeat(array, 2, axis=0)[::2], array[::-1][::-1]):
        scores = index.fit_score(data, columns=["a", "b"])
        assert isinstance(scores["index"], np.ndarray)
        assert scores["index"].tolist() == [0.0, 1.0, 0.5]
    array.flags.writeable = False
    assert index.fit_score(array, columns=["a", "b"]).to_frame()["index"].tolist() == [0.0, 1.0, 0.5]
    with pytest.raises(DataError, match="names 1 columns, the array has 2"):
        index.fit(array, columns=["a"])
    records = np.array([(1.0, 4), (3.0, 2)], dtype=[("a", "f8"), ("b", "i4")])
    assert index.fit_score(records)["index"].tolist() == [0.0, 1.0]


def test_the_index_of_pandas_is_kept() -> None:
    index = ix.Index.flat(["a"])
    rows = pd.MultiIndex.from_tuples([("x", 2021), ("y", 2020), ("x", 2020)], names=["firm", "year"])
    frame = pd.DataFrame({"a": [1.0, 3.0, 2.0]}, index=rows)
    scores = index.fit_score(frame, unit="firm", time="year")
    assert scores["index"].index.equals(rows)
    assert scores.to_frame().index.equals(rows)
    assert "firm" not in scores.to_frame().columns
    assert scores.to_frame().loc[("y", 2020), "index"] == 1.0
    assert scores.explain(("x", 2020))["child_score"].tolist() == [0.5]
    odd = pd.DataFrame({"a": [1.0, 3.0]}, index=[7, 7])
    assert index.fit_score(odd)["index"].index.tolist() == [7, 7]


def test_keys_must_exist_and_be_unique(make: Make) -> None:
    index = ix.Index.flat(["a"])
    data = make({"firm": ["x", "y", "x"], "year": [2020, 2020, 2020], "a": [1.0, 2.0, 3.0]})
    with pytest.raises(
        DataError, match=r"unique in 'firm', found more than once: row 'x' \(2 times\); for several periods"
    ):
        index.fit(data, unit="firm")
    with pytest.raises(DataError, match=r"unique in 'firm', 'year', found more than once: row 'x', 2020 \(2 times\)$"):
        index.fit(data, unit="firm", time="year")
    with pytest.raises(MissingColumnError, match="no column or index level is named 'frim'; did you mean 'firm'"):
        index.fit(data, unit="frim")


def test_names_of_the_data(make: Make) -> None:
    index = ix.Index.from_dict(DEFINITION)
    data = make({{"number": "Zahl"}.get(name, name): column for name, column in DATA.items()})
    assert values(index.score(data, columns={"number": "Zahl"})["mixed"]) == SCORES
    with pytest.raises(MissingColumnError) as caught:
        index.score(data, columns={"number": "Zhal"})
    assert "column 'Zhal' ('number' in the definition)" in str(caught.value)
    assert "did you mean 'Zahl'?" in str(caught.value)
    with pytest.raises(UnknownNameError, match="no column 'nummer'; did you mean 'number'"):
        index.score(data, columns={"nummer": "Zahl"})


def test_infinity_is_named_by_column_and_row(make: Make) -> None:
    data = make({"firm": ["Acme", "Berg"], "a": [1.0, float("inf")]})
    with pytest.raises(DataError, match="column 'a', row 'Berg': inf"):
        ix.Index.flat(["a"]).fit(data, unit="firm")


def test_zero_rows_and_no_columns() -> None:
    index = ix.Index.from_dict(DEFINITION)
    for name, maker in MAKERS.items():
        if name not in ("pyarrow chunks",):
            empty = maker({column: DATA[column][:0] for column in DATA})
            assert len(index.score(empty)) == 0
            assert len(index.score(empty).to_frame("all")) == 0 or isinstance(empty, dict)
    with pytest.raises(MissingColumnError, match="no columns"):
        index.score(pd.DataFrame())
    with pytest.raises(ValueError, match="no rows to fit on"):
        ix.Index.flat(["a"]).fit({"a": []})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=3), st.sampled_from(["a", "b"])), max_size=8))
def test_codes_say_what_the_column_says(words: list[str | None]) -> None:
    for column in (
        np.array(words, dtype=object),
        pd.Series(words, dtype=object),
        pd.Series(words, dtype="str"),
        pl.Series(words, dtype=pl.String),
        pl.Series(words, dtype=pl.Categorical),
        pa.array(words, pa.string()),
    ):
        codes, labels = factor(column)
        assert [None if code < 0 else labels[code] for code in codes.tolist()] == words
