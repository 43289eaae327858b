"""`Scores` and `Audit`: columns, bounds, levels, ranks, explanations, people's views."""

from __future__ import annotations

import csv
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from kinds import SHARED, Make, kind, values

import indicia as ix
from indicia.errors import (
    ComparabilityWarning,
    ContradictionWarning,
    DataChangedError,
    DataError,
    DerivedColumnWarning,
    IndiciaWarning,
    MissingColumnError,
    RangeWarning,
    ShadowedColumnWarning,
    UnknownNameError,
)

DII = ix.framework("eurostat-dii", edition=2023)
MIIT = ix.framework("miit-sme", edition=2024)
ITEMS = [node["id"] for node in DII.nodes if node["kind"] == "indicator"]
needs_desi = pytest.mark.skipif(not (SHARED / "data" / "desi_2022").is_dir(), reason="the DESI tables are not here")


def firms(rows: list[str]) -> pd.DataFrame:
    """Firms from texts of twelve characters: 1 yes, 0 no, blank unanswered."""
    answers = {"1": 1.0, "0": 0.0, " ": np.nan}
    frame = pd.DataFrame([[answers[c] for c in row] for row in rows], columns=ITEMS)
    return frame.assign(firm=[f"F{i}" for i in range(len(rows))])


THREE = ["111100000000", "1111000000  ", "            "]


def test_nodes_levels_and_bounds() -> None:
    scores = DII.score(firms(THREE), unit="firm")
    assert len(scores) == 3
    assert values(scores["dii"]) == [4.0, None, None]
    assert values(scores["E_SM1_ANY"]) == [1.0, 1.0, None]
    assert values(scores["level"]) == ["low", "low", None]
    assert values(scores.level_low) == ["low", "low", "very_low"]
    assert values(scores.level_high) == ["low", "low", "very_high"]
    assert values(scores.low) == [4.0, 4.0, 0.0]
    assert values(scores.high) == [4.0, 6.0, 12.0]
    assert np.allclose(scores.coverage, [1, 10 / 12, 0])
    assert np.allclose(scores.answered, [1, 10 / 12, 0])
    assert values(scores.assumed) == [0, 0, 0]
    assert scores.level.cat.ordered and list(scores.level.cat.categories) == [
        "none",
        "very_low",
        "low",
        "high",
        "very_high",
    ]
    assert values(scores.range("dii")["high"]) == [4.0, 6.0, 12.0]
    assert scores.range().columns.tolist() == ["firm", "dii", "low", "high", "coverage"]


def test_what_is_assumed_is_counted() -> None:
    scores = DII.score(firms(THREE), unit="firm", assume={"E_AI_TANY": False, ITEMS[10]: False})
    assert values(scores["dii"]) == [4.0, 4.0, None]
    frame = scores.to_frame()
    assert values(frame["ix_assumed"]) == [0, 2, 2]
    assert scores.recipe["assumed"] == {"E_AI_TANY": 2, ITEMS[10]: 2}
    assert "ix_assumed" not in DII.score(firms(THREE), unit="firm").to_frame()
    audit = scores.audit("F1")
    assert audit.answers["assumed"].sum() == 2
    assert "[assumed]" in str(audit)


def test_unknown_names_are_helped() -> None:
    scores = DII.score(firms(THREE), unit="firm")
    with pytest.raises(UnknownNameError, match=r"'E_CRN' is no node; did you mean 'E_CRM'.*there are: dii"):
        scores["E_CRN"]
    with pytest.raises(UnknownNameError, match="no row is labeled 'F9'"):
        scores.audit("F9")
    with pytest.raises(KeyError, match="did you mean 'F0'"):
        scores.explain("F00")
    with pytest.raises(UnknownNameError, match="'E_CRM' is an indicator and has no children"):
        scores.contributions("E_CRM")
    with pytest.raises(UnknownNameError, match="what= is"):
        scores.to_frame("everything")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="ties= is"):
        scores.rank(ties="random")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="'dii' has no levels"):
        scores.levels(node="dii")
    with pytest.raises(UnknownNameError, match="'scenes' has no score of its own"):
        MIIT.score(ix.datasets.make_miit_questionnaire(3))["scenes"]
    with pytest.raises(UnknownNameError, match="'level' is no node"):
        ix.Index.flat(["a"]).fit_score({"a": [0.0, 1.0]})["level"]


def test_scores_do_not_change() -> None:
    scores = DII.score(firms(THREE), unit="firm")
    with pytest.raises(AttributeError, match="do not change"):
        scores.fitted = None
    with pytest.raises(TypeError, match=r"pickle scores\.to_frame"):
        pickle.dumps(scores)
    with pytest.raises(TypeError, match="scores are made by"):
        ix.Scores()


def test_changed_data_are_noticed() -> None:
    data = {name: np.array([1.0, 0.0]) for name in ITEMS}
    scores = DII.score(data)
    data["E_CRM"][0] = 0.0
    for ask in (lambda: scores["E_CRM"], lambda: scores.to_frame("all"), lambda: scores.audit(0)):
        with pytest.raises(DataChangedError, match="score them again"):
            ask()
    assert values(scores["dii"]) == [12.0, 0.0]
    assert scores.audit(1).to_dict()["groups"][0]["score"] == 0.0
    assert values(scores.low) == [12.0, 0.0], "levels need the range, so it was computed with the scores"
    data = {"a": np.array([0.0, 1.0])}
    scores = ix.Index.flat(["a"]).fit_score(data)
    data["a"][0] = 0.5
    with pytest.raises(DataChangedError, match="score them again"):
        scores.low  # noqa: B018


def test_frames_hold_keys_nodes_and_extras() -> None:
    scores = MIIT.score(ix.datasets.make_miit_questionnaire(20, missing=0.1), unit="firm")
    extras = ["ix_level", "ix_level_low", "ix_level_high", "ix_level_confidence", "ix_low", "ix_high", "ix_coverage"]
    frame = scores.to_frame()
    assert frame.columns.tolist() == ["firm", "scored", *extras, "ix_answered"]
    assert set(frame["ix_level_confidence"]) == {"secondary"}
    groups = scores.to_frame("groups")
    assert groups.columns.tolist()[1:4] == ["scored", "foundation", "equipment"]
    assert "scenes" not in groups
    both = scores.to_frame("all")
    assert {"F1", "S16"} <= set(both.columns)
    assert values(both["F1"]) == values(scores["F1"])
    clash = DII.score(firms(THREE).assign(dii=["a", "b", "c"]), unit="dii")
    with pytest.raises(DataError, match="'dii' names a key of the data and a node"):
        clash.to_frame()


def test_ranks() -> None:
    scores = ix.Index.flat(["a"]).fit_score({"a": [1.0, 3.0, 2.0, 3.0, None]})
    assert values(scores.rank()) == [4.0, 1.0, 3.0, 1.0, None]
    assert values(scores.rank(ties="average")) == [4.0, 1.5, 3.0, 1.5, None]
    assert values(scores.rank(ties="max")) == [4.0, 2.0, 3.0, 2.0, None]
    assert values(scores.rank("a", ties="dense")) == [3.0, 1.0, 2.0, 1.0, None]
    assert values(scores.rank(ties="first")) == [4.0, 1.0, 3.0, 2.0, None]


def test_levels_tell_unknown_apart() -> None:
    data = firms([*THREE, "1" * 12]).assign(size=["s", "s", "m", None], w=[1.0, 2.0, 3.0, 4.0])
    scores = DII.score(data, unit="firm")
    table = scores.levels()
    assert dict(zip(table["level"], table["n"], strict=True)) == {
        "very_low": 0,
        "low": 2,
        "high": 0,
        "very_high": 1,
        "unknown": 1,
    }
    assert table["share"].sum() == 1.0
    table = scores.levels(by="size", sample_weight="w")
    assert values(table["size"].drop_duplicates()) == [None, "m", "s"]
    assert np.allclose(table.groupby("size", dropna=False, sort=False)["share"].sum(), 1)
    assert table.loc[table["size"] == "s", "weight"].tolist() == [0.0, 3.0, 0.0, 0.0, 0.0]
    weights = np.array([0.0, 0.0, 3.0, 1.0])
    zero = scores.levels(by=["size"], sample_weight=weights)
    assert zero.loc[zero["size"] == "s", "share"].isna().all()
    assert scores.levels(by=np.array([1, 1, 2, 2]))["by_0"].tolist() == [1] * 5 + [2] * 5
    assert scores.levels(by=["size", data["firm"]]).columns.tolist() == [
        "size",
        "firm",
        "level",
        "n",
        "weight",
        "share",
    ]


def test_levels_refuse_what_makes_no_sense() -> None:
    data = firms(THREE).assign(w=[1.0, -2.0, 3.0], t=["x", "y", "z"], n=[1, 2, 3])
    scores = DII.score(data, unit="firm")
    with pytest.raises(DataError, match=r"column 'w' .*row 'F1': -2"):
        scores.levels(sample_weight="w")
    with pytest.raises(MissingColumnError, match="by=: the scored data have no column 'T'"):
        scores.levels(by="T")
    with pytest.raises(MissingColumnError, match="sample_weight=: the scored data have no column 'v'"):
        scores.levels(sample_weight="v")
    with pytest.raises(TypeError, match="weights are numbers"):
        scores.levels(sample_weight="t")
    with pytest.raises(DataError, match="has 2 values, the scored data have 3 rows"):
        scores.levels(sample_weight=[1.0, 2.0])
    with pytest.raises(DataError, match="an array has 2 values"):
        scores.levels(by=np.array([1, 2]))
    with pytest.raises(DataError, match="'n' is the name of a column of the result"):
        scores.levels(by="n")
    with pytest.raises(UnknownNameError, match="the index has no levels"):
        ix.Index.flat(["a"]).fit_score({"a": [0.0, 1.0]}).levels()


def test_groups_keep_the_order_of_categories() -> None:
    sizes = ["large", "small", "medium"]
    data = firms(THREE).assign(size=pd.Categorical(sizes, categories=["small", "medium", "large"], ordered=True))
    assert DII.score(data).levels(by="size")["size"].drop_duplicates().tolist() == ["small", "medium", "large"]
    frame = pl.DataFrame(firms(THREE)).with_columns(size=pl.Series(sizes, dtype=pl.Enum(["small", "medium", "large"])))
    found = DII.score(frame).levels(by="size")
    assert found["size"].unique(maintain_order=True).to_list() == ["small", "medium", "large"]
    assert found["level"].dtype == pl.Enum
    indexed = firms(THREE).assign(size=sizes).set_index(["size", "firm"])
    assert DII.score(indexed).levels(by="size")["size"].drop_duplicates().tolist() == ["large", "medium", "small"]


def test_contributions_add_up() -> None:
    data = ix.datasets.make_miit_questionnaire(30)
    scores = MIIT.score(data, unit="firm")
    for node in ("scored", "foundation", "equipment"):
        table = scores.contributions(node).set_index("firm")
        assert np.allclose(table.sum(axis=1), scores[node], atol=1e-9)
    firm = data["firm"][3]
    told = scores.explain(firm)
    assert told.columns.tolist() == ["node", "child", "child_score", "weight", "contribution", "adds_up_to"]
    assert told.loc[told["node"] == "scored", "contribution"].sum() == pytest.approx(scores["scored"][3])


def test_an_audit_tells_everything() -> None:
    data = ix.datasets.make_miit_questionnaire(40, missing=0.1)
    scores = MIIT.score(data.rename(columns={"F5": "question5"}), unit="firm", columns={"F5": "question5"})
    for row in range(40):
        audit = scores.audit(data["firm"][row])
        assert [answer["points"] for answer in audit.to_dict()["answers"]] == [
            values(scores[node])[row] for node in MIIT_ITEMS
        ]
        assert values(audit.levels["certain"]) == [scores.level_low[row]]
        assert values(audit.levels["possible"]) == [scores.level_high[row]]
    audit = scores.audit(data["firm"][0])
    answers = audit.answers.set_index("node")
    assert answers.loc["F5", "column"] in ("question5", None) or pd.isna(answers.loc["F5", "column"])
    assert {"answer", "points", "rule", "source", "confidence", "edition", "snapped", "assumed", "reason"} <= set(
        answers.columns
    )
    assert set(audit.conditions["state"]) <= {"yes", "no", "unknown"}
    text = str(audit)
    assert "rules: secondary, not official" in text
    assert "unconfirmed, not official" in text
    assert repr(audit).startswith("Audit('M000001': 31 answers, level ")
    assert audit._repr_html_().count("<table") == 3


MIIT_ITEMS = [node["id"] for node in MIIT.nodes if node["kind"] == "indicator"]


def test_units_are_found_by_label() -> None:
    index = ix.Index.flat(["a"])
    data = {"id": [10, 20, 10], "year": [1, 1, 2], "a": [0.0, 1.0, 2.0]}
    scores = index.fit_score(data, unit="id", time="year")
    assert scores.audit((10, 2)).unit == (10, 2)
    assert scores.audit(20).unit == (20, 1)
    with pytest.raises(DataError, match=r"2 rows are labeled 10 \(row 10, 1, row 10, 2\); give a tuple"):
        scores.audit(10)
    with pytest.raises(UnknownNameError, match=r"no row is labeled \(10, 3\)"):
        scores.audit((10, 3))
    labeled = index.fit_score(pd.DataFrame({"a": [0.0, 1.0]}, index=["x", "y"]))
    assert labeled.explain("y")["contribution"].tolist() == [1.0]
    plain = index.fit_score(pl.DataFrame({"a": [0.0, 1.0]}))
    assert plain.audit(1).unit == 1
    assert plain.audit(-1).unit == 1
    assert kind(plain.explain(1)) == "polars"
    for label in ("x", 2, 1.5, None, [1], np.array([1, 2])):
        with pytest.raises(UnknownNameError, match="no row is labeled"):
            plain.audit(label)
    for label in ("X", 0, None, ["x"], np.array(["x", "y"])):
        with pytest.raises(UnknownNameError, match="no row is labeled"):
            labeled.audit(label)


def test_people_see_safe_and_small_views() -> None:
    bad = "<script>alert(1)</script>"
    definition = ix.Index.flat(["a"], id=bad).to_dict()
    data = {"unit": [f"{bad}{i}" for i in range(1_000)], "a": np.linspace(0, 1, 1_000)}
    scores = ix.Index.from_dict(definition).fit_score(data, unit="unit")
    for html in (
        scores._repr_html_(),
        scores.audit(f"{bad}1")._repr_html_(),
        scores.fitted._repr_html_(),
        ix.Index.from_dict(definition)._repr_html_(),
    ):
        assert "<script" not in html
        assert len(html) < 50_000
        assert "color" not in html.replace("color: inherit", "")
    assert "first 10 of 1000 rows" in scores._repr_html_()
    assert (
        repr(DII.score(firms(THREE))) == "Scores(eurostat-dii 2023: 3 units; dii 2 missing; levels: low 2, unknown 1)"
    )
    assert repr(DII.score(firms([]))) == "Scores(eurostat-dii 2023: 0 units; dii 0 missing)"
    assert "levels (secondary rule)" in repr(MIIT.score(ix.datasets.make_miit_questionnaire(3)))
    assert "secondary, not official" in MIIT.score(ix.datasets.make_miit_questionnaire(3))._repr_html_()


def test_a_recipe_is_complete() -> None:
    recipe = DII.score(firms(THREE), unit="firm").recipe
    assert recipe["definition_sha256"] == DII.hash
    assert recipe["indicia"] == ix.__version__
    assert (recipe["rows"], recipe["edition"], recipe["comparable"]) == (3, "2023", "v3")


def test_warnings_name_nodes_rows_and_the_caller() -> None:
    data = firms(["000100000000"])
    with pytest.warns(ContradictionWarning, match=r"'E_SM1_GE2': .*first row 'F0'") as caught:
        DII.score(data, unit="firm")
    assert caught[0].filename == __file__
    scores = ix.Index.flat(["a", "b"]).fit_score({"a": [0.0, 1.0, None], "b": [0.0, 1.0, 1.0]})
    with pytest.warns(RangeWarning, match="'a', 'b': no domain is declared") as caught:
        assert values(scores.low) == [0.0, 1.0, 0.5]
    assert caught[0].filename == __file__
    definition = {
        "id": "d",
        "derived": {"rate": {"expr": "a / b"}},
        "indicator": [{"id": "rate", "parent": "d", "scale": "minmax"}],
        "group": [{"id": "d"}],
    }
    index = ix.Index.from_dict(definition)
    with pytest.warns(IndiciaWarning) as caught:
        scores = index.fit_score({"a": [1.0, 3.0, 1.0], "b": [1.0, 1.0, 0.0], "rate": ["x", "y", "z"]})
    found = {warning.category: str(warning.message) for warning in caught}
    assert len(caught) == 2
    assert found[ShadowedColumnWarning].startswith("'rate': the definition derives")
    assert "1 rows: zero denominator" in found[DerivedColumnWarning]
    assert values(scores["d"]) == [0.0, 1.0, None]
    assert scores.recipe["reasons"] == {"rate": {"zero_denominator": 1}}
    assert scores.audit(2).answers["reason"].tolist() == ["rate: the denominator is zero"]


def test_trends_warn_when_editions_do_not_compare() -> None:
    data = ix.datasets.make_ict_survey(20)
    scores = DII.score(data, unit="firm")
    table = ix.trend({2023: scores})
    assert table.columns.tolist() == ["period", "unit", "edition", "score", "level"]
    assert values(table["score"]) == values(scores["dii"])
    other = ix.framework("eurostat-dii", edition=2022)
    columns = {column["name"]: ITEMS[i] for i, column in enumerate(other.columns)}
    with pytest.warns(ComparabilityWarning, match=r"2022: eurostat-dii 2022 \(v4\)") as caught:
        table = ix.trend({2022: other.score(data, unit="firm", columns=columns), 2023: scores})
    assert caught[0].filename == __file__
    assert len(table) == 40
    index = ix.Index.flat(["a"])
    parts = {1: index.fit_score({"a": [0.0, 1.0]}), 2: index.fit_score({"a": [0.0, 2.0]})}
    with pytest.warns(ComparabilityWarning, match="fitted on each period"):
        ix.trend(parts)
    with pytest.raises(DataError, match="no scores"):
        ix.trend({})
    with pytest.raises(TypeError, match="dict of period to Scores"):
        ix.trend({1: table})  # type: ignore[dict-item]


def test_an_index_with_levels_and_no_score(make: Make) -> None:
    definition = {
        "id": "gate",
        "levels": {"level": [{"id": "in", "when": {"all": [{"column": "x", "ge": 1}, {"column": "y", "is": True}]}}]},
    }
    data = make({"x": [1.0, 0.0, 2.0], "y": [True, None, None]})
    scores = ix.Index.from_dict(definition).score(data)
    assert values(scores.level) == ["in", "none", None]
    assert len(values(scores.answered)) == 3
    for ask in (lambda: scores.low, lambda: scores.rank(), lambda: scores.contributions()):
        with pytest.raises(UnknownNameError, match="no score of its own"):
            ask()
    frame = scores.to_frame()
    columns = list(frame) if isinstance(frame, pd.DataFrame) else getattr(frame, "column_names", None) or frame.columns
    assert list(columns) == ["ix_level", "ix_level_low", "ix_level_high", "ix_answered"]
    assert "levels: none 1, in 1, unknown 1" in repr(scores)
    assert scores._repr_html_().startswith("<div>")


def desi() -> dict[str, list[Any]]:
    table: dict[str, dict[str, float]] = {}
    with (SHARED / "data" / "desi_2022" / "raw.csv").open() as file:
        for row in csv.DictReader(file):
            table.setdefault(row["code"], {})[row["geo"]] = float(row["value"])
    units = list(next(iter(table.values())))
    return {"geo": units} | {code: [row[unit] for unit in units] for code, row in table.items()}


@needs_desi
def test_desi_comes_out_as_published(make: Make) -> None:
    scores = ix.framework("desi-2022").score(make(desi()), unit="geo")
    frame = scores.to_frame("groups")
    found = {
        name: values(frame[name])
        for name in ("geo", "desi", "human_capital", "connectivity", "integration", "public_services")
    }
    published = {
        "FI": (69.5976, 71.3908, 60.5480, 59.0864, 87.3652),
        "DE": (52.8830, 44.9668, 67.3208, 35.8350, 63.4092),
        "RO": (30.5849, 30.9177, 55.2260, 15.1526, 21.0433),
    }
    for unit, (total, *dimensions) in published.items():
        row = found["geo"].index(unit)
        assert found["desi"][row] == pytest.approx(total, abs=6e-5)
        for name, value in zip(
            ("human_capital", "connectivity", "integration", "public_services"), dimensions, strict=True
        ):
            assert found[name][row] == pytest.approx(value, abs=2e-4)
