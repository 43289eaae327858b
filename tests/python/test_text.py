"""Counting terms in texts: kinds of input, conventions, missing texts, audit, and the way into an Index."""

from __future__ import annotations

import _thread
import pickle
import threading
import time
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from kinds import Make

import indicia as ix
from indicia.errors import (
    ColumnTypeError,
    DataError,
    DefinitionError,
    MissingColumnError,
    MissingTextWarning,
    UnknownNameError,
)

TERMS = {"ai": ["人工智能", "AI"], "data": ["大数据"], "web": ["移动互联网", "移动互联", "B2B", "B2C"]}
TEXTS = ["人工智能、大数\n据，ＡＩ与MAIN", "移动互联网；移动互联。B2B2C", "无"]
# By hand; the third text has none.
COUNTS = {"ai": [2, 0, 0], "data": [1, 0, 0], "web": [0, 2, 0], "ix_total": [3, 2, 0]}


def values(column: Any) -> list[Any]:
    """A column of any library as a list, missing as None."""
    listed = (
        column.to_list() if hasattr(column, "to_list") else column.tolist() if hasattr(column, "tolist") else column
    )
    listed = listed.to_pylist() if hasattr(listed, "to_pylist") else listed
    return [None if value is None or value != value else value for value in listed]


def check(found: Any) -> None:
    assert {name: values(found[name]) for name in COUNTS} == COUNTS


def test_every_kind_of_table_gives_the_same_counts_in_its_own_kind(make: Make) -> None:
    frame = make({"firm": ["A", "B", "C"], "year": [2020, 2020, 2021], "report": TEXTS, "other": [1.0, 2.0, 3.0]})
    found = ix.text.count(frame, "report", dictionary=TERMS, unit="firm", time="year")
    check(found)
    assert values(found["firm"]) == ["A", "B", "C"] and values(found["year"]) == [2020, 2020, 2021]
    assert "other" not in list(getattr(found, "column_names", None) or found.columns)
    if not isinstance(frame, dict):
        assert type(found) is type(frame)


@pytest.mark.parametrize(
    "texts",
    [
        TEXTS,
        tuple(TEXTS),
        iter(TEXTS),
        (text for text in TEXTS),
        np.array(TEXTS),
        np.array(TEXTS, dtype=object),
        pd.Series(TEXTS),
        pd.Series(TEXTS, dtype=object),
        pd.Series(TEXTS, dtype="category"),
        pd.Series(TEXTS, dtype=pd.StringDtype("python")),
        pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
        pl.Series(TEXTS),
        pl.Series(TEXTS, dtype=pl.Categorical),
        pa.array(TEXTS),
        pa.array(["cut off", *TEXTS, "too"], pa.large_string()).slice(1, 3),
        pa.array(TEXTS, pa.string_view()),
        pa.array(TEXTS).dictionary_encode(),
        pa.chunked_array([TEXTS[:1], [], TEXTS[1:]]),
    ],
    ids=lambda texts: type(texts).__name__ + str(getattr(texts, "dtype", getattr(texts, "type", "")))[:12],
)
def test_columns_lists_and_iterators(texts: Any) -> None:
    check(ix.text.count(texts, dictionary=TERMS))


def test_the_index_of_a_series_is_kept_and_other_columns_of_a_table() -> None:
    series = pd.Series(TEXTS, index=[7, 5, 3])
    assert list(ix.text.count(series, dictionary=TERMS).index) == [7, 5, 3]
    table = pl.DataFrame({"report": TEXTS, "size": ["s", "m", "l"]})
    assert ix.text.count(table, "report", dictionary=TERMS).columns[0] == "size"


def test_a_dict_of_texts_alone() -> None:
    check(ix.text.count({"report": TEXTS}, "report", dictionary=TERMS))
    assert ix.text.audit({"report": TEXTS}, "report", dictionary=TERMS).columns[0] == "row"
    with pytest.raises(DataError, match="column 'report' has 3 rows, others have 2"):
        ix.text.count({"report": TEXTS, "firm": ["A", "B"]}, "report", dictionary=TERMS)


def test_missing_and_empty_texts_are_missing_and_told() -> None:
    texts = ["大数据", None, "", " \n　", "无"]
    for given in (texts, pd.Series(texts), pl.Series(texts), pa.array(texts)):
        with pytest.warns(MissingTextWarning) as caught:
            found = ix.text.count(given, dictionary=TERMS)
        assert str(caught[0].message) == (
            "3 of 5 texts are empty or missing: their counts are missing, never zero (first row 1)"
        )
        assert values(found["data"]) == [1, None, None, None, 0]
        assert values(found["ix_characters"]) == [3, None, None, None, 1]
    frame = pd.DataFrame({"firm": ["A", "B"], "report": ["大数据", np.nan]})
    with pytest.warns(MissingTextWarning, match="first row 'B'"):
        assert values(ix.text.count(frame, "report", dictionary=TERMS, unit="firm", measure="any")["ai"]) == [0, None]


def test_no_texts_at_all() -> None:
    assert list(ix.text.count([], dictionary=TERMS)["ai"]) == []
    assert len(ix.text.audit(pl.Series([], dtype=pl.String), dictionary=TERMS)) == 0


def test_measures() -> None:
    texts = ["大数据大数据 ab", "无 无"]

    def measured(measure: str) -> list[Any]:
        return values(ix.text.count(texts, dictionary=TERMS, measure=measure)["data"])

    assert measured("count") == [2, 0]
    assert measured("any") == [1, 0]
    np.testing.assert_allclose(measured("ln1p"), [1.0986122886681098, 0.0], rtol=1e-15)
    assert measured("per_100_characters") == [25.0, 0.0]
    assert measured("per_10000_characters") == [2500.0, 0.0]
    with pytest.raises(UnknownNameError, match="measure= is one of 'count', 'ln1p'"):
        measured("per_0_characters")
    with pytest.raises(DataError, match="tokens are known only where texts are lists of tokens"):
        measured("per_100_tokens")


def test_tokens_are_matched_whole() -> None:
    lists = [["大数据", "大", "数据", "ＡＩ", " "], ["大数", "据", "人工智能"], None, []]
    arrow = pa.array(lists)
    for given in (lists, arrow, pl.Series(lists), pd.Series(lists), pd.Series(lists, dtype=pd.ArrowDtype(arrow.type))):
        with pytest.warns(MissingTextWarning, match="2 of 4 texts"):
            found = ix.text.count(given, dictionary=TERMS, tokens=True, measure="per_100_tokens")
        assert values(found["data"]) == [25.0, 0.0, None, None]
        assert values(found["ix_tokens"]) == [4, 3, None, None]
    audit = ix.text.audit(lists[:2], dictionary=TERMS, tokens=True)
    assert list(zip(audit["row"], audit["position"], audit["term"], strict=True)) == [
        (0, 0, "大数据"), (0, 6, "AI"), (1, 3, "人工智能"),
    ]  # fmt: skip
    with pytest.raises(ColumnTypeError, match="row 0: expected a list of tokens, found a text"):
        ix.text.count(TEXTS, dictionary=TERMS, tokens=True)
    with pytest.raises(ColumnTypeError, match="for lists of tokens say tokens=True"):
        ix.text.count(lists, dictionary=TERMS)


def test_an_iterator_is_read_once_with_its_keys() -> None:
    read: list[int] = []

    def reports() -> Any:
        for i in range(70_000):
            read.append(i)
            yield f"firm {i % 35_000}", 2020 + i // 35_000, "大数据" * (i % 3) or "无"

    told: list[tuple[int, int | None]] = []
    found = ix.text.count(
        reports(), dictionary=TERMS, unit="firm", time="year",
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert read == list(range(70_000)) and told == [(65_536, None), (70_000, None)]
    assert list(found["data"]) == [i % 3 for i in range(70_000)]
    assert list(found["firm"][-2:]) == ["firm 34998", "firm 34999"] and set(found["year"]) == {2020, 2021}
    with pytest.raises(DataError, match="found more than once: row 'A'"):
        ix.text.count([("A", "x"), ("A", "y")], dictionary=TERMS, unit="firm")
    with pytest.raises(DataError, match="row 1: expected a tuple of 1 keys and the text, found str"):
        ix.text.count([("A", "x"), "y"], dictionary=TERMS, unit="firm")


def test_progress_goes_to_stderr_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    ix.text.count(TEXTS, dictionary=TERMS)
    assert capsys.readouterr() == ("", "")
    ix.text.count(TEXTS, dictionary=TERMS, progress=True)
    assert capsys.readouterr() == ("", "\r3 texts of 3\n")


def test_the_audit_adds_up_to_the_counts_and_gives_reasons() -> None:
    texts = pl.DataFrame({"firm": ["A", "B"], "report": ["公司不用大数据，用AI。MAIN", "移动互联网"]})
    contexts = [{"id": "negation", "words": ["不"], "window": 2}]
    made = ix.text.Dictionary.from_dict(TERMS, contexts=contexts)
    audit = ix.text.audit(texts, "report", dictionary=made, unit="firm", around=2)
    assert audit.drop("row").rows() == [
        ("A", 4, "大数据", "data", "不用", "大数据", "，用", False, "negation"),
        ("A", 9, "AI", "ai", "，用", "AI", "。M", True, None),
        ("A", 13, "AI", "ai", "。M", "AI", "N", False, "boundary"),
        ("B", 0, "移动互联网", "web", "", "移动互联网", "", True, None),
        ("B", 0, "移动互联", "web", "", "移动互联", "网", False, "overlap"),
    ]
    counts = ix.text.count(texts, "report", dictionary=made, unit="firm")
    assert (
        counts["ix_total"].to_list()
        == audit.group_by("firm", maintain_order=True).agg(pl.col("counted").sum())["counted"].to_list()
    )
    assert counts["ix_dropped_negation"].to_list() == [1, 0]
    kept = ix.text.count(texts, "report", dictionary=made, contexts=[])
    assert kept["data"].to_list() == [1, 0] and "ix_dropped_negation" not in kept.columns
    with pytest.raises(UnknownNameError, match='no context is named "negatoin"; did you mean "negation"'):
        ix.text.count(texts, "report", dictionary=made, contexts=["negatoin"])


def test_counts_go_straight_into_an_index() -> None:
    reports = ix.datasets.make_reports(40, rng=3, frame="polars")
    counts = ix.text.count(reports, "report", unit="firm", time="year", measure="ln1p")
    groups = list(ix.text.dictionary().groups)
    scores = ix.Index.flat(groups, weights="entropy").fit_score(counts, unit="firm", time="year")
    frame = scores.to_frame()
    assert frame.height == reports.height and frame.columns[:2] == ["firm", "year"]
    assert counts["ix_total"].is_not_nan().all()


def test_terms_as_columns() -> None:
    found = ix.text.count(TEXTS, dictionary=TERMS, by="term", boundary="none", overlaps="all")
    assert {name: list(found[name]) for name in ("AI", "B2B", "B2C", "移动互联")} == {
        "AI": [2, 0, 0], "B2B": [0, 1, 0], "B2C": [0, 1, 0], "移动互联": [0, 2, 0],
    }  # fmt: skip


def test_a_dictionary_is_written_read_and_compared(tmp_path: Any) -> None:
    shipped = ix.text.dictionary("wufei-2021")
    assert {name: len(terms) for name, terms in shipped.groups.items()} == {
        "artificial_intelligence": 15, "big_data": 9, "cloud_computing": 13, "blockchain": 5,
        "digital_technology_application": 34,
    }  # fmt: skip
    assert shipped.confidence == "secondary" and "管理世界" in shipped.source
    assert {context["confidence"] for context in shipped.contexts.values()} == {"unconfirmed"}
    for suffix in ("toml", "json", "yaml"):
        shipped.write(tmp_path / f"words.{suffix}")
        assert ix.text.Dictionary.read(tmp_path / f"words.{suffix}") == shipped
    assert pickle.loads(pickle.dumps(shipped)) == shipped
    assert shipped.using(case="keep") != shipped and shipped.using() is shipped
    with pytest.raises(UnknownNameError, match="no dictionary is named 'wufei-2020'; did you mean 'wufei-2021'"):
        ix.text.dictionary("wufei-2020")
    with pytest.raises(UnknownNameError, match="overlaps= is one of 'longest', 'all', found 'longst'"):
        shipped.using(overlaps="longst")  # type: ignore[arg-type]


def test_problems_of_a_dictionary_are_told_together() -> None:
    with pytest.raises(DefinitionError) as caught:
        ix.text.Dictionary.from_dict({"a": ["大数据", ""], "b": ["大数据", "AI", "ai"]})
    assert str(caught.value) == (
        "3 problems\n  - group[0].terms[1]: a term is empty; remove it\n"
        '  - group[1].terms[0]: the term "大数据" stands in groups "a" and "b"; '
        "keep it in one group, or say shared_terms = true to count it in both\n"
        '  - group[1].terms[2]: the terms "AI" and "ai" are equal after folding; keep one of them'
    )
    both = ix.text.Dictionary.from_dict({"a": ["大数据"], "b": ["大数据"]}, shared_terms=True)
    found = ix.text.count(["大数据"], dictionary=both)
    assert [found[name][0] for name in ("a", "b", "ix_total")] == [1, 1, 1]


def test_slips_of_the_caller() -> None:
    frame = pd.DataFrame({"firm": ["A"], "report": ["x"], "ai": [1]})
    with pytest.raises(MissingColumnError, match="no column is named 'reprot'; did you mean 'report'"):
        ix.text.count(frame, "reprot", dictionary=TERMS)
    with pytest.raises(TypeError, match="text= names the column"):
        ix.text.count(frame, dictionary=TERMS)
    with pytest.raises(DataError, match="columns named like results: ai"):
        ix.text.count(frame, "report", dictionary=TERMS)
    with pytest.raises(DataError, match=r"no folder is named '大数据'; for a single text say \[text\]"):
        ix.text.count("大数据", dictionary=TERMS)
    with pytest.raises(ColumnTypeError, match="row 1: expected a text, found int"):
        ix.text.count(["x", 1], dictionary=TERMS)
    with pytest.raises(ColumnTypeError, match="found bytes; decode them first"):
        ix.text.count([b"x"], dictionary=TERMS)
    with pytest.raises(DataError, match=r"row 0: the text holds half a character \(surrogate\) at 1"):
        ix.text.count(["a\ud800"], dictionary=TERMS)
    with pytest.raises(TypeError, match="contexts= is a list of names"):
        ix.text.count(TEXTS, dictionary=TERMS, contexts="negation")  # type: ignore[arg-type]


def test_inputs_are_never_changed_and_threads_change_nothing() -> None:
    texts = [text * 20_000 for text in TEXTS] * 4
    array = pa.array(texts)
    one, two = (ix.text.count(array, dictionary=TERMS, threads=n).to_pydict() for n in (1, 2))
    assert one == two and array.to_pylist() == texts


def test_ctrl_c_interrupts_a_long_count() -> None:
    texts = pa.array(["大数据，" * 100_000] * 25)

    def work() -> None:
        for _ in range(500):
            ix.text.count(texts, dictionary=TERMS, threads=1)

    started = time.perf_counter()
    threading.Timer(0.2, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        work()
    assert time.perf_counter() - started < 3.0, "it would take longer"
    check(ix.text.count(TEXTS, dictionary=TERMS))
