"""Follow-up: levels moved, points for money, the frame of an estimate, payments that add up to the coin."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indicia as ix
from indicia.errors import DataError, IndiciaError

INDEX = ix.Index.from_dict(
    {
        "id": "aid",
        "indicator": [
            {"id": "use", "parent": "all", "scale": "none", "domain": [0, 50]},
            {"id": "skill", "parent": "all", "scale": "none", "domain": [0, 50]},
        ],
        "group": [{"id": "all", "aggregate": "sum"}],
        "levels": {"thresholds": {"basic": 10, "good": 30}},
    }
)
NAN = math.nan


def wave(rows: dict[str, tuple[float, float]], **more: list[Any]) -> pd.DataFrame:
    data = pd.DataFrame(
        {"firm": list(rows), "use": [r[0] for r in rows.values()], "skill": [r[1] for r in rows.values()]}
    )
    return data.assign(**more)


def scored(data: Any) -> ix.Scores:
    return INDEX.score(data, unit="firm")


BEFORE = wave(
    {"a": (5, 0), "b": (5, 10), "c": (20, 20), "d": (5, NAN), "e": (12, 0), "gone": (1, 1)},
    sector=["x", "x", "y", "y", None, "x"],
    staff=[10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
)
# In another order, with a new firm.
AFTER = wave(
    {"e": (5, 0), "d": (25, 10), "c": (20, 20), "b": (20, NAN), "a": (20, 15), "new": (1, 1)},
    money=[0.0, 4.0, 2.0, 5.0, 10.0, 3.0],
    helped=[0, 1, 0, 1, 1, 0],
    goal=[None, "good", None, "good", "good", None],
    grant=[NAN, 100.0, NAN, 200.01, 300.0, NAN],
)


def follow(**given: Any) -> ix.plan.FollowUp:
    return ix.plan.follow_up(scored(BEFORE), scored(AFTER), **given)


def test_units_are_matched_by_label_and_nobody_is_lost() -> None:
    found = follow()
    assert len(found) == 5 and found.only_before == ["gone"] and found.only_after == ["new"]
    rows = found.to_frame().set_index("unit")
    assert rows.index.tolist() == ["a", "b", "c", "d", "e"]
    assert rows["score"].tolist()[:3] == [5.0, 15.0, 40.0] and math.isnan(rows["score"]["d"])
    assert rows["score_after"]["a"] == 35.0
    summary = found.summary().set_index("what")["n"].to_dict()
    # a rose from nothing to good; b and d are unknown on one side; e fell; c stayed.
    assert summary == {"up": 1, "down": 1, "same": 1, "unknown": 2, "only before": 1, "only after": 1}


def test_moves_keep_the_unknown_apart() -> None:
    none = INDEX.score(BEFORE, unit="firm")._levels_of().names[0]
    moves = follow().moves()
    assert len(moves) == 16 and moves["n"].sum() == 5
    told = {(str(a), str(b)): n for a, b, n in moves[["before", "after", "n"]].itertuples(index=False) if n}
    expected = {
        (none, "good"): 1,
        ("basic", "unknown"): 1,
        ("good", "good"): 1,
        ("unknown", "good"): 1,
        ("basic", none): 1,
    }
    assert told == expected
    basic = moves[moves["before"].astype(str) == "basic"]
    assert basic["share"].sum() == pytest.approx(1.0) and set(basic["share"]) == {0.0, 0.5}
    weighted = follow(sample_weight="staff").moves()
    share = weighted.set_index([weighted["before"].astype(str), weighted["after"].astype(str)])["share"]
    assert share["basic", none] == pytest.approx(50 / 70)
    assert weighted["weight"].sum() == 150.0


def test_points_for_money_name_their_denominator() -> None:
    found = follow(spent="money")
    (row,) = found.points_per_money().to_dict("records")
    # a gained 30 for 10, c nothing for 2; e spent nothing; gains of b and d are unknown.
    assert (row["n"], row["used"], row["gained"], row["spent"]) == (5, 2, 30.0, 12.0)
    assert (row["per_money"], row["per_point"]) == (2.5, 0.4)
    assert (row["nothing_spent"], row["unknown_spent"], row["unknown_gain"]) == (1, 0, 2)
    # b: 15 to between 20 and 70 for 4; d: between 5 and 55 to 35 for 5; a and c as above.
    assert row["spent_all"] == 21.0
    assert row["per_money_low"] == pytest.approx((30 + 5 - 20) / 21)
    assert row["per_money_high"] == pytest.approx((30 + 55 + 30) / 21)
    groups = found.points_per_money(by="sector")
    other = ix.plan.follow_up(scored(BEFORE.iloc[::-1].reset_index(drop=True)), scored(AFTER), spent="money")
    pd.testing.assert_frame_equal(other.points_per_money(by="sector"), groups)
    assert [None if pd.isna(name) else name for name in groups["sector"]] == [None, "x", "y"]
    assert groups["n"].tolist() == [1, 2, 2]
    assert groups["gained"].tolist() == [0.0, 30.0, 0.0] and groups["spent"].tolist() == [0.0, 10.0, 2.0]
    # Nobody without a sector spent: missing, not zero.
    assert math.isnan(groups["per_money"][0]) and groups["per_money"].tolist()[1:] == [3.0, 0.0]
    assert math.isnan(groups["per_point"][2])
    by_hand = follow(spent={"a": 10.0, "c": 2.0, "e": 0.0}).points_per_money()
    assert by_hand["gained"].tolist() == [30.0] and by_hand["unknown_spent"].tolist() == [2]


def simulated(n: int, effect: float, trend: float, rng: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores with a level of their own per unit, a common trend, and an effect on the treated."""
    random = np.random.default_rng(rng)
    own = random.uniform(5, 20, n)
    treated = random.random(n) < 0.4
    # The treated start higher: a comparison afterwards alone would be wrong.
    first = own + 6 * treated
    second = first + trend + effect * treated + random.normal(0, 0.5, n)
    names = [f"u{k}" for k in range(n)]
    frames = [
        pd.DataFrame({"firm": names, "use": values, "skill": 0.0, "helped": treated}) for values in (first, second)
    ]
    order = random.permutation(n)
    return frames[0], frames[1].iloc[order].reset_index(drop=True)


@pytest.mark.parametrize("effect", [0.0, 3.0, -2.0])
def test_the_frame_gives_the_known_effect(effect: float) -> None:
    before, after = simulated(800, effect, 1.5, 7)
    frame = ix.plan.follow_up(scored(before), scored(after), treated="helped").did_frame()
    assert len(frame) == 1600 and frame.groupby("unit").size().eq(2).all()
    mean = frame.groupby(["treated", "period"])["score"].mean()
    by_hand = (mean[1, 1] - mean[1, 0]) - (mean[0, 1] - mean[0, 0])
    assert by_hand == pytest.approx(effect, abs=4 * 0.5 * math.sqrt(1 / 320 + 1 / 480))
    # The naive comparison afterwards is off by the 6 points of the start.
    assert abs(mean[1, 1] - mean[0, 1] - effect) > 4
    # score ~ treated:post | unit + period, units taken out by their means.
    within = frame["score"] - frame.groupby("unit")["score"].transform("mean")
    x = frame["treated_post"] - frame.groupby("unit")["treated_post"].transform("mean")
    post = frame["post"] - 0.5
    slope = np.linalg.lstsq(np.column_stack([x, post]), within, rcond=None)[0][0]
    assert slope == pytest.approx(by_hand, abs=1e-10)


def test_the_frame_has_groups_and_what_is_reached() -> None:
    frame = follow(treated="helped", promised="goal", granted="grant").did_frame(by=["sector", "staff"])
    assert list(frame) == [
        "unit", "period", "treated", "post", "treated_post", "score", "level", "reached", "sector", "staff",
    ]  # fmt: skip
    a, d = frame[frame["unit"] == "a"], frame[frame["unit"] == "d"]
    assert a["period"].tolist() == [0, 1] and a["treated_post"].tolist() == [0, 1]
    assert a["reached"].tolist() == [0.0, 1.0] and a["score"].tolist() == [5.0, 35.0]
    assert math.isnan(d["reached"].iloc[0]) and d["reached"].iloc[1] == 1.0
    assert a["staff"].tolist() == [10.0, 10.0]
    unknown = ix.plan.follow_up(scored(BEFORE), scored(AFTER.assign(helped=[0, 1, NAN, 1, 1, 0])), treated="helped")
    assert "c" not in set(unknown.did_frame()["unit"]) and "reached" not in unknown.did_frame()
    with pytest.raises(DataError, match="say who was funded"):
        follow().did_frame()


def test_the_second_payment_waits_for_a_certain_level() -> None:
    paid = follow(spent="money", promised="goal", granted="grant").payments({"first": 0.5})
    rows = paid.to_frame().set_index("unit")
    assert rows.index.tolist() == ["a", "b", "d"]
    assert rows["state"].astype(str).tolist() == ["due", "withheld", "due"]
    assert rows["first"].tolist() == [150.0, 100.0, 50.0]
    assert rows["second"].tolist() == [150.0, 0.0, 50.0] and rows["withheld"].tolist() == [0.0, 100.01, 0.0]
    assert "skill" in rows["reason"]["b"] and rows["reason"].isna()["a"]
    assert paid.needed().to_dict("records")[0] | {"requirement": ""} == {
        "unit": "b",
        "requirement": "",
        "column": "skill",
    }
    assert paid.totals == {
        "granted": 600.01,
        "first": 300.0,
        "second": 200.0,
        "withheld": 100.01,
        "unpaid": 0.0,
        "excess": 0.0,
    }
    assert "2 due, 1 withheld, 0 not due" in repr(paid)


def test_who_missed_the_level_is_told_by_how_much() -> None:
    paid = follow(promised={"e": "good", "a": "good"}, granted={"e": 10.0, "a": 20.0}).payments()
    rows = paid.to_frame().set_index("unit")
    assert str(rows["state"]["e"]) == "not due" and rows["unpaid"]["e"] == 5.0
    # 5 points, 30 are needed.
    assert "25 short" in rows["reason"]["e"]


def test_who_spent_less_and_who_vanished() -> None:
    given = {"promised": {"a": "good", "gone": "good", "d": "good"}, "granted": {"a": 5.0, "gone": 7.0, "d": 2.0}}
    paid = follow(spent={"a": 8.0, "d": NAN}, **given).payments({"first": 0.25, "rate": 0.5})
    rows = paid.to_frame().set_index("unit")
    assert (rows["second"]["a"], rows["unpaid"]["a"]) == (2.75, 1.0)
    assert rows["reason"]["a"] == "spent 8, which allows less"
    assert str(rows["state"]["gone"]) == "withheld" and rows["reason"]["gone"] == "no answers after"
    assert str(rows["state"]["d"]) == "withheld" and rows["reason"]["d"] == "spending is unknown"


def test_who_spent_too_little_has_nothing_due_whatever_the_level() -> None:
    given = {"promised": {"a": "good", "b": "good"}, "granted": {"a": 10.0, "b": 10.0}}
    rows = follow(spent={"a": 4.0, "b": 4.0}, **given).payments({"rate": 0.5}).to_frame().set_index("unit")
    assert rows["state"].astype(str).tolist() == ["not due", "not due"]
    assert rows["excess"].tolist() == [3.0, 3.0] and rows["second"].tolist() == [0.0, 0.0]
    assert set(rows["reason"]) == {"spent 4, which allows no more"}
    whole = follow(**given).payments({"first": 1.0}).to_frame()
    assert set(whole["reason"]) == {"all was paid first"}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1e5), st.sampled_from([5.0, 40.0, NAN])), min_size=1, max_size=20),
    st.floats(0, 1),
)
def test_sums_check_to_the_cent(units: list[tuple[float, float]], first: float) -> None:
    names = [f"u{k}" for k in range(len(units))]
    before = pd.DataFrame({"firm": names, "use": 0.0, "skill": 0.0})
    after = before.assign(use=[use for _, use in units])
    promise = {
        "promised": dict.fromkeys(names, "good"),
        "granted": dict(zip(names, (g for g, _ in units), strict=True)),
    }
    paid = ix.plan.follow_up(scored(before), scored(after), **promise).payments({"first": first})
    rows = paid.to_frame()

    def cents(values: Any) -> list[int]:
        exact = [Decimal(repr(float(value))) * 100 for value in values]
        assert all(value == value.to_integral_value() for value in exact)
        return [int(value) for value in exact]

    parts = [cents(rows[name]) for name in ("first", "second", "withheld", "unpaid")]
    assert [sum(row) for row in zip(*parts, strict=True)] == cents(rows["granted"])
    for name in ("granted", "first", "second", "withheld", "unpaid"):
        assert cents([paid.totals[name]]) == [sum(cents(rows[name]))]
    due = np.array([use == 40.0 for _, use in units])
    assert not np.any(np.asarray(rows["second"])[~due] > 0)


def test_plans_promise_their_level() -> None:
    city = ix.datasets.make_city(400, missing=0.0)
    book = ix.framework("miit-sme", edition=2024)
    paths = ix.plan.path(book, city.firms, to="2", costs=city.costs, unit="firm")
    later = city.after(paths.to_frame(), rng=3)
    found = ix.plan.follow_up(
        paths.before,
        book.score(later, unit="firm"),
        spent="spent",
        promised=paths,
        granted=dict.fromkeys(later["firm"], 12.0),
    )
    rows = found.payments().to_frame()
    funded = set(later["firm"][later["treated"]])
    assert set(rows["unit"]) == funded
    reached = set(rows["unit"][(rows["state"].astype(str) == "due")])
    full = set(later["firm"][later["treated"] & (later["planned"] == later["done"])])
    # A cheapest plan that is not carried out in full rarely does; one that is does, but for a scene that slips back.
    assert len(reached & full) > 0.8 * len(full) and len(reached - full) < 0.1 * len(funded - full)
    limited = found.payments({"rate": 0.4}).totals
    assert limited["excess"] > 0 and limited["second"] < found.payments().totals["second"]
    assert set(found.did_frame()["unit"][found.did_frame()["treated"] == 1]) == funded


class Allocated:
    """Stands for an allocation: its funded units with level and grant."""

    def funded(self) -> pd.DataFrame:
        return pd.DataFrame({"unit": ["a", "d"], "to": ["good", "basic"], "grant": [10.0, 4.0]})


def test_an_allocation_promises_levels_and_grants() -> None:
    rows = follow(promised=Allocated()).payments().to_frame()
    assert rows["promised"].astype(str).tolist() == ["good", "basic"]
    assert rows["granted"].tolist() == [10.0, 4.0] and rows["second"].tolist() == [5.0, 2.0]


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"spent": "mony"}, "no column 'mony'; did you mean 'money'?"),
        ({"spent": {"zz": 1.0}}, "spent=: there is no unit 'zz'"),
        ({"promised": {"a": "great"}, "granted": {"a": 1.0}}, "there is no level 'great'"),
        ({"promised": {"zz": "good"}, "granted": {"zz": 1.0}}, "there is no unit 'zz'"),
        ({"promised": {"a": "good"}, "granted": {"b": 1.0}}, "no grant for 'a'"),
        ({"treated": {"a": 2}}, "treated=: expected yes or no, found 2"),
        ({"treated": ["zz"]}, "treated=: there is no unit 'zz'"),
        ({"sample_weight": "sector"}, "expected numbers"),
    ],
)
def test_bad_input_is_named(given: dict[str, Any], part: str) -> None:
    with pytest.raises(IndiciaError) as error:
        follow(**given)
    assert part in str(error.value)


def test_rules_of_payments_are_checked() -> None:
    found = follow(spent="money", promised="goal", granted="grant")
    for rule, part in (
        ({"first": 1.5}, "rule.first"),
        ({"rate": 0}, "rule.rate"),
        ({"frist": 0.5}, "there is no 'frist'"),
        ({"decimals": 9}, "rule.decimals"),
    ):
        with pytest.raises(DataError, match=part):
            found.payments(rule)
    with pytest.raises(DataError, match="a rate needs spent="):
        follow(promised="goal", granted="grant").payments({"rate": 0.5})
    with pytest.raises(DataError, match="say which level each funded unit promised"):
        follow().payments()
    with pytest.raises(DataError, match="no grant for 'a', 'b', 'd'"):
        follow(promised="goal").payments()
    with pytest.raises(DataError, match=r"expected an amount from 0"):
        follow(promised={"a": "good"}, granted={"a": -1.0}).payments()
    with pytest.raises(DataError, match=r"unit 'a'.*-3: spent=: expected a finite number of at least 0"):
        follow(spent={"a": -3.0}).points_per_money()


def test_waves_must_be_comparable() -> None:
    twice = INDEX.score(pd.concat([AFTER, AFTER]).set_index("firm"))
    with pytest.raises(DataError, match="after: units are there more than once: 'e'"):
        ix.plan.follow_up(scored(BEFORE), twice)
    with pytest.raises(DataError, match="no unit is in both"):
        ix.plan.follow_up(scored(BEFORE), scored(AFTER.assign(firm=list("uvwxyz"))))
    other = ix.Index.from_dict(INDEX.to_dict() | {"levels": {"thresholds": {"basic": 10, "best": 30}}})
    with pytest.raises(DataError, match="levels differ"):
        ix.plan.follow_up(scored(BEFORE), other.score(AFTER, unit="firm"))
    with pytest.raises(TypeError, match="before: expected scores"):
        ix.plan.follow_up(BEFORE, scored(AFTER))


def test_polars_in_polars_out() -> None:
    before, after = (pl.from_pandas(data) for data in (BEFORE, AFTER))
    found = ix.plan.follow_up(scored(before), scored(after), spent="money", promised="goal", granted="grant")
    for made in (
        found.moves(),
        found.to_frame(),
        found.points_per_money(by="sector"),
        found.did_frame(),
        found.payments().to_frame(),
    ):
        assert isinstance(made, pl.DataFrame)
    assert found.points_per_money()["per_money"].to_list() == [2.5]
