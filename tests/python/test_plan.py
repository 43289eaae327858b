"""Paths: equal to trying every choice of measures; the level promised is the level reached."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import indicia as ix
from indicia.errors import DataError, IndiciaError, MissingColumnError, UnknownNameError

BOOK = {
    "id": "aid",
    "indicator": [
        {"id": "cloud", "parent": "use", "scale": "flag", "tags": ["core"]},
        {"id": "erp", "parent": "use", "scale": "flag", "tags": ["core"]},
        {"id": "shop", "parent": "use", "scale": "flag"},
        {"id": "data", "parent": "use", "scale": {"options": {"points": {"none": 0, "some": 1, "all": 2.5}}}},
        {
            "id": "safe",
            "parent": "use",
            "scale": {"options": {"multiple": True, "points": {"rules": 1, "backup": 1, "test": 1}, "cap": 2}},
        },
        {"id": "scene", "parent": "scenes", "scale": "none", "domain": [0, 4], "tags": ["scene"]},
        {"id": "other", "parent": "scenes", "scale": "none", "domain": [0, 4], "tags": ["scene"]},
        {"id": "debt", "scale": "none"},
    ],
    "group": [{"id": "use", "aggregate": "sum"}, {"id": "scenes", "aggregate": "min"}],
    "root": "use",
    "levels": {
        "level": [
            {
                "id": "good",
                "when": {
                    "all": [
                        {"node": "use", "ge": 3},
                        {"count": {"under": "use", "tag": "core", "ge": 1}, "at_least": 1},
                        {"any": [{"node": "scenes", "ge": 2}, {"column": "prize", "is": True}]},
                        {"node": "debt", "le": 0.7},
                        {"of": [{"column": "staff", "ge": 10}, {"column": "plan", "is": True}], "at_least": 1},
                    ]
                },
            }
        ]
    },
}
MEASURES = [
    {"id": "cloud", "cost": 3, "months": 2, "sets": {"cloud": True}},
    {"id": "erp", "cost": 5, "months": 4, "sets": {"erp": True}, "requires": ["cloud"]},
    {"id": "suite", "cost": 6.5, "sets": {"erp": True, "shop": True}},
    {"id": "data", "cost": 4, "sets": {"data": "all"}},
    {"id": "safe", "cost": 1, "sets": {"safe": "rules; backup"}},
    {"id": "scene", "cost": 2, "sets": {"scene": 2}},
    {"id": "other", "cost": 2.5, "sets": {"other": 3}},
    {"id": "prize", "cost": 4.2, "sets": {"prize": True}},
    {"id": "debt", "cost": 1.5, "sets": {"debt": {"at_most": 0.6}}},
    {"id": "plan", "cost": 0.5, "sets": {"plan": True}, "requires": ["data"]},
]

answers = st.fixed_dictionaries(
    {
        "cloud": st.sampled_from([0.0, 1.0, np.nan]),
        "erp": st.sampled_from([0.0, 1.0, np.nan]),
        "shop": st.sampled_from([0.0, 1.0]),
        "data": st.sampled_from(["none", "some", "all", ""]),
        "safe": st.sampled_from(["rules", "test", "test;backup", ""]),
        "scene": st.sampled_from([0.0, 1.0, 2.0, 4.0, np.nan]),
        "other": st.sampled_from([0.0, 2.0, 3.0]),
        "debt": st.sampled_from([0.5, 0.7, 0.9, np.nan]),
        "prize": st.sampled_from(["yes", "no", ""]),
        "staff": st.sampled_from([5.0, 10.0, np.nan]),
        "plan": st.sampled_from(["yes", "no", ""]),
    }
)
FINE = {
    "cloud": 1.0, "erp": 1.0, "shop": 1.0, "data": "all", "safe": "rules", "scene": 4.0, "other": 3.0, "debt": 0.5,
    "prize": "yes", "staff": 10.0, "plan": "yes",
}  # fmt: skip


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).assign(firm=[f"f{i}" for i in range(len(rows))])


def changed(row: dict[str, Any], chosen: list[dict[str, Any]]) -> dict[str, Any]:
    """The row after measures, written out plainly."""
    row = dict(row)
    order = ["", "none", "some", "all"]
    for measure in chosen:
        for item, answer in measure["sets"].items():
            now = row[item]
            if item == "data":
                row[item] = max(now, answer, key=order.index)
            elif item == "safe":
                row[item] = ";".join(dict.fromkeys([p for p in now.split(";") if p] + answer.split("; ")))
            elif item in ("prize", "plan"):
                row[item] = "yes"
            elif isinstance(answer, dict):
                row[item] = np.fmin(now, answer["at_most"])
            else:
                row[item] = np.fmax(now, float(answer))
    return row


def brute(row: dict[str, Any]) -> tuple[float | None, None]:
    index = ix.Index.from_dict(BOOK)
    names = {measure["id"]: measure for measure in MEASURES}
    sets = [list(s) for n in range(len(MEASURES) + 1) for s in itertools.combinations(MEASURES, n)]
    # What a required measure would bring may be there already.
    in_place = {name for name, m in names.items() if changed(row, [m]) == row or _same(changed(row, [m]), row)}
    closed = [s for s in sets if all(r in in_place or names[r] in s for m in s for r in m.get("requires", []))]
    rows = table([changed(row, s) for s in closed])
    met = np.asarray(index.score(rows, unit="firm").eligibility().answer) == "met"
    costs = [sum(m["cost"] for m in s) for s, fine in zip(closed, met, strict=True) if fine]
    return (min(costs) if costs else None), None


def _same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return all(a[k] == b[k] or (a[k] != a[k] and b[k] != b[k]) for k in a)


@settings(max_examples=40, deadline=None)
@given(row=answers)
def test_no_choice_of_measures_is_cheaper(row: dict[str, Any]) -> None:
    data = table([row, FINE])
    paths = ix.plan.path(ix.Index.from_dict(BOOK), data, "good", MEASURES, unit="firm")
    found = paths.to_frame()
    expected, _ = brute(row)
    if expected is None:
        assert found["state"][0] == "unreachable"
        assert np.isnan(found["cost"][0])
    else:
        assert found["cost"][0] == pytest.approx(expected)
        assert paths.after.eligibility().answer[0] == "met"
    assert found["state"][1] == "there"
    assert found["cost"][1] == 0


def test_a_plan_is_told_with_its_steps() -> None:
    row = FINE | {"cloud": 0.0, "erp": 0.0, "shop": 0.0, "data": "none", "safe": "", "plan": "no", "staff": 5.0}
    index = ix.Index.from_dict(BOOK)
    paths = ix.plan.path(index, table([row]), "good", MEASURES, unit="firm", within=0.3)
    frame = paths.to_frame()
    assert frame["cost"].tolist() == [7.5]
    assert frame["measures"].tolist() == ["cloud; data; plan"]
    assert frame["gap"].tolist() == [0]
    assert paths.steps()["measure"].tolist() == ["cloud", "data", "plan"]
    assert paths.steps()["step"].tolist() == [1, 2, 3]
    assert frame["months"].isna().all(), "one measure does not say how long it takes"
    assert paths.alternatives("f0") == []
    wide = ix.plan.path(index, table([row]), "good", MEASURES, unit="firm", within=2.0)
    assert wide.alternatives("f0")[0]["cost"] > 7.5
    assert repr(paths) == "Paths(to good: 1 planned; total cost 7.5)"
    assert "cloud; data; plan" in paths._repr_html_()
    assert paths.summary()["units"].sum() == 3


def test_months_are_the_longest_chain() -> None:
    measures = [dict(m, months=3.0) for m in MEASURES]
    row = FINE | {"cloud": 0.0, "erp": 0.0, "plan": "no", "staff": 5.0, "data": "some", "safe": ""}
    frame = ix.plan.path(ix.Index.from_dict(BOOK), table([row]), "good", measures, unit="firm").to_frame()
    assert frame["measures"].tolist() == ["cloud; data; plan"]
    assert frame["months"].tolist() == [6.0]


def test_what_is_unknown_is_taken_at_its_worst() -> None:
    row = FINE | {"debt": np.nan}
    paths = ix.plan.path(ix.Index.from_dict(BOOK), table([row]), "good", MEASURES, unit="firm")
    assert paths.to_frame()["measures"].tolist() == ["debt"]
    assert paths.needed()["column"].tolist() == ["debt"]
    assert paths.applied()["debt"].tolist() == [0.6]


def test_a_small_limit_tells_its_gap() -> None:
    names = [f"i{k}" for k in range(18)]
    index = ix.Index.from_dict(
        {
            "id": "sum",
            "indicator": [{"id": n, "parent": "s", "scale": "flag", "weight": 1 + k % 3} for k, n in enumerate(names)],
            "group": [{"id": "s", "aggregate": "sum"}],
            "levels": {"thresholds": {"far": 17.5}},
        }
    )
    costs = [{"id": n, "cost": 7 + k * k % 7 + 2 * (k % 3), "sets": {n: True}} for k, n in enumerate(names)]
    data = table([dict.fromkeys(names, 0)])
    exact = ix.plan.path(index, data, "far", costs, unit="firm").to_frame()
    quick = ix.plan.path(index, data, "far", costs, unit="firm", limit=1).to_frame()
    assert exact["state"].tolist() == ["planned"]
    assert quick["cost"][0] >= exact["cost"][0] >= quick["cost"][0] * (1 - quick["gap"][0]) - 1e-9


def test_costs_come_as_a_table_or_a_file(tmp_path: Path) -> None:
    rows = [
        (
            m["id"],
            item,
            None if isinstance(a, dict) else str(a),
            a["at_most"] if isinstance(a, dict) else None,
            m["cost"],
            m,
        )
        for m in MEASURES
        for item, a in m["sets"].items()
    ]
    costs = pd.DataFrame(
        {
            "measure": [r[0] for r in rows],
            "item": [r[1] for r in rows],
            "answer": [r[2] for r in rows],
            "at_most": [r[3] for r in rows],
            "cost": [r[4] for r in rows],
            "requires": [";".join(r[5].get("requires", [])) for r in rows],
        }
    )
    data = table([FINE | {"cloud": 0.0, "erp": np.nan, "debt": 0.8, "scene": 0.0, "prize": "no"}])
    index = ix.Index.from_dict(BOOK)
    listed = ix.plan.path(index, data, "good", MEASURES, unit="firm")
    for given_costs in (costs, pl.from_pandas(costs)):
        assert ix.plan.path(index, data, "good", given_costs, unit="firm").cost.tolist() == listed.cost.tolist()
    file = tmp_path / "costs.toml"
    file.write_text(
        '[[measure]]\nid = "all"\ncost = 1\n[measure.sets]\ncloud = true\nprize = true\ndebt = { at_most = 0.5 }\n'
    )
    assert ix.plan.path(index, data, "good", file, unit="firm").cost.tolist() == [1]
    there = ix.plan.path(index, pl.from_pandas(data), "good", MEASURES, unit="firm")
    assert isinstance(there.applied(), pl.DataFrame)
    assert there.applied().columns == list(data.columns)


@pytest.mark.parametrize(
    ("costs", "message"),
    [
        ([{"id": "a", "cost": -1, "sets": {"cloud": True}}], "at least 0, found -1"),
        ([{"id": "a", "cost": 1, "sets": {"clowd": True}}], "did you mean.*cloud"),
        ([{"id": "a", "cost": 1, "sets": {}}], "changes no answer"),
        ([{"id": "a", "cost": 1, "sets": {"data": "some more"}}], "unknown option"),
        ([{"id": "a", "cost": 1, "sets": {"cloud": True}, "requires": ["b"]}], "no measure \"b\""),
        ([{"id": "a", "cost": 1, "sets": {"cloud": True}, "requires": ["a"]}], "circle: a -> a"),
        ([{"id": "a", "price": 1, "sets": {"cloud": True}}], "has no 'price'"),
        ([{"id": "a", "sets": {"cloud": True}}], "lacks 'cost'"),
        ([{"id": "a", "cost": "dear", "sets": {"cloud": True}}], "is a number, found 'dear'"),
        (pd.DataFrame({"measure": ["a"], "item": ["cloud"], "cost": [1.0]}), "'answer'"),
        (pd.DataFrame({"measure": ["a", "a"], "item": ["cloud", "erp"], "answer": [1, 1], "cost": [1.0, 2.0]}), "say it once"),
    ],
)  # fmt: skip
def test_bad_measures_are_told(costs: Any, message: str) -> None:
    with pytest.raises((DataError, MissingColumnError, IndiciaError), match=message):
        ix.plan.path(ix.Index.from_dict(BOOK), table([FINE]), "good", costs, unit="firm")


def test_levels_have_names() -> None:
    with pytest.raises(UnknownNameError, match="there are: good"):
        ix.plan.path(ix.Index.from_dict(BOOK), table([FINE]), "best", MEASURES, unit="firm")


def miit_measures(rng: np.random.Generator) -> list[dict[str, Any]]:
    """Scene upgrades step by step, and items, with made-up costs; a product that covers three scenes."""
    book = ix.framework("miit-sme", edition=2024).to_dict()
    measures = []
    for leaf in book["indicator"]:
        scale, name = leaf.get("scale"), leaf["id"]
        if name.startswith("S"):
            for grade in range(1, 5):
                before = [f"{name}@{grade - 1}"] if grade > 1 else []
                cost = float(rng.integers(5, 40)) * grade
                measures.append({"id": f"{name}@{grade}", "cost": cost, "sets": {name: grade}, "requires": before})
        elif isinstance(scale, dict) and "options" in scale:
            for option, points in scale["options"]["points"].items():
                if points > 0:
                    measures.append(
                        {"id": f"{name}={option}", "cost": float(rng.integers(3, 30)), "sets": {name: option}}
                    )
    measures.append({"id": "suite", "cost": 45.0, "sets": {"S1": 2, "S2": 2, "S3": 2}})
    return measures


def test_miit_plans_reach_their_level() -> None:
    firms = ix.datasets.make_miit_questionnaire(300, missing=0.05, rng=8)
    book = ix.framework("miit-sme", edition=2024)
    paths = ix.plan.path(book, firms, "2", miit_measures(np.random.default_rng(1)), unit="firm")
    frame = paths.to_frame()
    assert not (frame["state"] == "limit").any()
    reached = paths.after.eligibility("2").answer
    planned = frame["state"].isin(["planned", "there"])
    assert (reached[planned.to_numpy()] == "met").all()
    assert planned.mean() > 0.5
    one = ix.plan.path(book, firms, "2", miit_measures(np.random.default_rng(1)), unit="firm", threads=1).to_frame()
    pd.testing.assert_frame_equal(frame, one)
