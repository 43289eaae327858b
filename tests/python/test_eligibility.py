"""Eligibility: the answer about a level, what fails and by how much, what is still to be answered; editions side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import indicia as ix
from indicia.errors import DataChangedError, DataError, UnknownNameError

BOOK = {
    "id": "aid",
    "edition": "2026",
    "source": "made up",
    "confidence": "secondary",
    "derived": {"share": {"expr": "rd / revenue", "domain": [0, 10]}},
    "indicator": [
        {"id": "cloud", "parent": "use", "scale": "flag", "tags": ["core"]},
        {"id": "erp", "parent": "use", "scale": "flag", "tags": ["core"]},
        {"id": "shop", "parent": "use", "scale": "flag"},
    ],
    "group": [{"id": "use", "aggregate": "sum"}],
    "levels": {
        "level": [
            {
                "id": "eligible",
                "when": {
                    "all": [
                        {"id": "points", "node": "use", "ge": 2, "label": {"en": "Two uses", "zh": "两项应用"}},
                        {"id": "core", "count": {"under": "use", "tag": "core", "ge": 1}, "at_least": 1},
                        {
                            "id": "research",
                            "cases": {
                                "on": "revenue",
                                "edges": [100.0],
                                "then": [{"column": "share", "ge": 0.06}, {"column": "share", "ge": 0.03}],
                            },
                        },
                        {
                            "id": "route",
                            "any": [
                                {"id": "age", "column": "years", "ge": 3},
                                {"id": "prize", "column": "prize", "is": True},
                            ],
                        },
                        {"id": "patents", "column": "patents", "ge": 4},
                        {"id": "science", "column": "science", "is": True, "waives": "patents"},
                        {"id": "debt", "column": "debt", "le": 0.7},
                    ]
                },
            }
        ]
    },
}

FIRMS = pd.DataFrame(
    {
        "firm": ["fine", "waived", "poor", "open", "near", "case"],
        "cloud": [1, 1, 0, np.nan, 1, 1],
        "erp": [1, 0, 0, 1, 1, 1],
        "shop": [0, 1, 0, np.nan, 1, 0],
        "revenue": [200.0, 200, 50, np.nan, 200, 50],
        "rd": [8.0, 6, 1, 1, 5, 2.5],
        "years": [5.0, 1, 2, 3, 9, 4],
        "prize": ["no", "yes", "no", "", "no", "no"],
        "patents": [4.0, 0, 1, 4, 4, 4],
        "science": ["no", "yes", "no", "no", "no", "no"],
        "debt": [0.7, 0.1, 0.9, 0.5, 0.75, 0.5],
    }
)


def scored(data: Any = FIRMS) -> Any:
    return ix.Index.from_dict(BOOK).score(data, unit="firm")


def answer_of(data: Any = FIRMS) -> Any:
    return scored(data).eligibility()


def test_every_firm_has_its_answer() -> None:
    frame = answer_of().to_frame().set_index("firm")
    assert frame["answer"].tolist() == ["met", "met", "not met", "open", "not met", "not met"]
    assert frame["failed"].tolist() == [0, 0, 6, 0, 2, 1]
    assert frame["open"].tolist() == [0, 0, 0, 2, 0, 0]
    assert frame.loc["fine", "route"] == "age; patents"
    assert frame.loc["waived", "route"] == "prize; science"
    assert frame["route"].isna().tolist() == [False, False, True, True, True, True]
    assert set(frame["edition"]) == {"2026"}
    assert set(frame["confidence"]) == {"secondary"}


def test_what_fails_is_told_with_the_distance() -> None:
    failures = answer_of().failures(["poor"])
    rows = {(r.condition, r.way): (r.value, r.bound, r.short_by, r.share) for r in failures.itertuples()}
    assert rows["Two uses", 0] == (0, 2, 2, 1)
    assert rows["core", 0] == (0, 1, 1, 1)
    assert rows["share >= 0.06", 0] == pytest.approx((0.02, 0.06, 0.04, 2 / 3))
    assert rows["age", 1] == pytest.approx((2, 3, 1, 1 / 3))
    assert np.isnan(rows["prize", 2]).all()
    assert rows["debt", 0] == pytest.approx((0.9, 0.7, 0.2, 2 / 7))
    # A waived condition has two ways: itself, and the waiver.
    ways = failures[failures["requirement"] == "patents"]
    assert ways["way"].tolist() == [1, 2]
    assert ways["short_by"].tolist()[0] == 3
    assert "share >= 0.03" not in {name for name, _ in rows}, "only the case that applies is told"


def test_near_misses_come_nearest_first() -> None:
    near = answer_of().near_misses()
    assert near["unit"].tolist() == ["case", "near", "near"]
    assert near["requirement"].tolist() == ["research", "debt", "research"]
    assert near["share"].tolist() == pytest.approx([1 / 6, 0.05 / 0.7, 1 / 6])
    assert answer_of().near_misses(at_most=1)["unit"].tolist() == ["case"]
    with pytest.raises(ValueError, match="at least 1"):
        answer_of().near_misses(at_most=0)


def test_the_answers_that_are_needed_settle_the_matter() -> None:
    needed = answer_of().needed()
    pairs = set(zip(needed["requirement"], needed["column"], strict=True))
    # `prize` is not asked for: the firm is old enough.
    assert pairs == {("Two uses", "cloud"), ("Two uses", "shop"), ("research", "revenue")}
    for cloud, revenue in [(1, 50.0), (0, 30.0), (0, 10.0)]:
        data = FIRMS.copy()
        data.loc[3, ["cloud", "shop", "revenue"]] = [cloud, 0, revenue]
        assert answer_of(data).answer.iloc[3] != "open"
    assert answer_of().needed(["fine"]).empty


def test_the_summary_counts_every_firm_once() -> None:
    answer = answer_of()
    summary = answer.summary().set_index("id")
    assert (summary[["met", "not_met", "open"]].sum(axis=1) == len(FIRMS)).all()
    assert summary.loc["research", ["not_met", "open", "only_this_fails"]].tolist() == [3, 1, 1]
    assert summary.loc["points", "requirement"] == "Two uses"
    assert repr(answer) == "Eligibility(aid 2026, eligible: 2 met, 3 not met, 1 open)"
    assert "only this fails" in answer._repr_html_()


def test_an_answer_reads_like_one() -> None:
    answer = answer_of()
    assert answer.explain("near").splitlines() == [
        "near: not met (aid 2026, eligible) (secondary rule, not official)",
        "  fails research (share >= 0.03): 0.025, 0.005 short of 0.03",
        "  fails debt: 0.75, 0.05 short of 0.7",
    ]
    assert "by prize; science" in answer.explain("waived")
    assert "cannot tell research: needs revenue" in answer.explain("open")
    with pytest.raises(UnknownNameError, match="nobody"):
        answer.explain("nobody")


def test_levels_are_named_where_there_are_several() -> None:
    firms = ix.datasets.make_miit_questionnaire(300, missing=0.1, rng=2)
    scores = ix.framework("miit-sme", edition=2024).score(firms, unit="firm")
    with pytest.raises(UnknownNameError, match="say which level"):
        scores.eligibility()
    with pytest.raises(UnknownNameError, match="there are"):
        scores.eligibility("5")
    codes = {name: i for i, name in enumerate(["0", "1", "2", "3", "4"])}
    low, high = (np.array([codes[x] for x in column]) for column in (scores.level_low, scores.level_high))
    for level in "1234":
        # Here each level implies those below, so the answer is that of the levels.
        answer = np.asarray(scores.eligibility(level).answer)
        expected = np.where(low >= codes[level], "met", np.where(high < codes[level], "not met", "open"))
        np.testing.assert_array_equal(answer, expected)


@pytest.mark.parametrize(
    "name", ["innovative-2022", "specialized-2022", "little-giant-2022", "specialized-2026", "little-giant-2026"]
)
def test_rule_books_answer_as_their_levels_do(name: str) -> None:
    firms = ix.datasets.make_gradient(400, missing=0.05, rng=5)
    scores = ix.framework(f"gradient-{name}").score(firms, unit="firm", absent="unknown")
    answer = scores.eligibility()
    states = answer.answer
    known = np.asarray(scores.level.astype(object))
    np.testing.assert_array_equal(np.asarray(states) == "met", known == answer.level)
    np.testing.assert_array_equal(np.asarray(states) == "open", pd.isna(known))
    failures = answer.failures()
    assert set(failures["unit"]) == set(firms["firm"][np.asarray(states) == "not met"])
    assert not (failures["short_by"] < 0).any()


def test_order_and_kind_of_table_do_not_matter() -> None:
    firms = ix.datasets.make_gradient(200, missing=0.1, rng=3)
    book = ix.framework("gradient-little-giant", edition=2022)
    here = book.score(firms, unit="firm", absent="unknown").eligibility()
    turned = book.score(firms[::-1], unit="firm", absent="unknown").eligibility()
    np.testing.assert_array_equal(here.answer, turned.answer[::-1])
    there = book.score(pl.from_pandas(firms), unit="firm", absent="unknown").eligibility()
    assert isinstance(there.near_misses(), pl.DataFrame)
    assert there.near_misses()["unit"].to_list() == here.near_misses()["unit"].tolist()
    one = book.score(firms, unit="firm", absent="unknown", threads=1).eligibility()
    np.testing.assert_array_equal(here._found["states"], one._found["states"])


def test_changed_data_are_noticed() -> None:
    data = {name: np.array(FIRMS[name]) for name in FIRMS}
    answer = scored(data).eligibility()
    data["rd"][:] = 100.0
    with pytest.raises(DataChangedError):
        answer.failures(["case"])


def test_who_moves_between_editions_and_why() -> None:
    later = {**BOOK, "edition": "2027"}
    later["levels"] = {
        "level": [
            {
                "id": "eligible",
                "when": {
                    "all": [{"id": "debt", "column": "debt", "le": 0.6}, {"id": "staff", "column": "staff", "ge": 10}]
                },
            }
        ]
    }
    data = FIRMS.assign(staff=[20.0, 5, 20, np.nan, 20, 20])
    before = scored(data)
    after = ix.Index.from_dict(later).score(data[::-1], unit="firm")
    found = ix.compare.editions(before, after)
    moved = {row.unit: (row.before, row.after) for row in found.movers.itertuples()}
    assert moved == {"fine": ("met", "not met"), "waived": ("met", "not met"), "case": ("not met", "met")}
    reasons = {(row.edition, row.unit, row.requirement) for row in found.reasons.itertuples()}
    assert reasons == {("aid 2027", "fine", "debt"), ("aid 2027", "waived", "staff"), ("aid 2026", "case", "research")}
    assert found.transitions["n"].sum() == len(data)
    assert len(found.needed) == 0
    with pytest.raises(DataError, match="same units"):
        ix.compare.editions(before, ix.Index.from_dict(later).score(data[:3], unit="firm"))
