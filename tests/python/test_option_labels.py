"""Labels of options: in definitions, drop-downs, answers read back, audits and descriptions."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import indicia as ix
from indicia._answer_cells import Cell, Trouble
from indicia._answer_options import entry_of
from indicia._answer_values import value_of
from indicia._questionnaire import _asked
from indicia._questions import Question
from indicia.errors import DefinitionError

POINTS = {"none": 0, "one": 1, "class2": 2}
LABELS: dict[str, Any] = {
    "one": {"en": "one link, or more", "zh": "一个环节、或更多"},
    "class2": {"en": "Class II", "zh": "Ⅱ类"},
}
OWN: dict[str, Any] = {
    "id": "own",
    "indicator": [
        {"id": "links", "parent": "own", "scale": {"options": {"points": POINTS, "labels": LABELS}}},
        {
            "id": "rules",
            "parent": "own",
            "scale": {"options": {"points": POINTS, "labels": LABELS, "multiple": True, "none": "none"}},
        },
        {
            "id": "steps",
            "parent": "own",
            "scale": {"options": {"points": {"0": 0, "1": 5}, "labels": {"0": "not used", "1": "in use"}}},
        },
        {
            "id": "ticks",
            "parent": "own",
            "label": {"en": "Ticks", "zh": "多选"},
            "scale": {
                "options": {
                    "points": {"a": 1, "b": 1},
                    "labels": {"a": {"en": "first", "zh": "甲"}},
                    "multiple": True,
                    "none": "nothing",
                    "columns": "t_{option}",
                }
            },
        },
    ],
    "group": [{"id": "own", "aggregate": "sum"}],
}
INDEX = ix.Index.from_dict(OWN)
BOOKS = sorted(path.name.removesuffix(".toml") for path in Path(ix.__file__).parent.glob("frameworks/*.toml"))


def question(index: ix.Index, name: str) -> Question:
    return next(question for question in _asked(index) if question.column == name)


@pytest.mark.parametrize("form", ["toml", "json", "yaml"])
def test_labels_survive_every_form(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"own.{form}"
    INDEX.write(path)
    read = ix.Index.read(path)
    assert read.to_dict() == INDEX.to_dict() and read.hash == INDEX.hash
    options = read.to_dict()["indicator"][0]["scale"]["options"]
    assert options["labels"] == LABELS and list(options["labels"]) == list(LABELS)


def test_a_table_of_codes_is_as_it_was() -> None:
    bare = copy.deepcopy(OWN)
    for item in bare["indicator"]:
        del item["scale"]["options"]["labels"]
    with_labels, without = INDEX.to_table(), ix.Index.from_dict(bare).to_table()
    assert {name: list(with_labels[name]) for name in with_labels} == {name: list(without[name]) for name in without}


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"ones": "x"}, 'labels.ones: no option "ones", expected one of none, one, class2; did you mean "one"?'),
        ({"one": {"zh": " "}}, "labels.one.zh: expected a text"),
        ({"one": {}}, "labels.one: expected a text, or texts by language such as"),
        ({"one": 3}, "labels.one: expected a text, or a table of texts by language"),
        ({"one": {"en": "none"}}, 'labels.one.en: "none" is the key of another option, "none"; say it otherwise'),
        ({"none": "x", "one": "x"}, 'labels.one: "x" is the label of "none" too; say one of them otherwise'),
    ],
)
def test_refused_labels(labels: Any, message: str) -> None:
    bad = copy.deepcopy(OWN)
    bad["indicator"][0]["scale"]["options"]["labels"] = labels
    with pytest.raises(DefinitionError) as caught:
        ix.Index.from_dict(bad)
    assert f"indicator[0].scale.options.{message}" in str(caught.value)


def test_a_slip_in_the_key_has_a_hint() -> None:
    bad = copy.deepcopy(OWN)
    bad["indicator"][0]["scale"]["options"]["lables"] = {}
    with pytest.raises(DefinitionError, match=r'options\.lables: unknown key "lables".*did you mean "labels"\?'):
        ix.Index.from_dict(bad)


def test_the_schema_knows_labels() -> None:
    validate = pytest.importorskip("jsonschema").validators.validator_for(schema := json.loads(ix.Index.schema()))(
        schema
    )
    assert not list(validate.iter_errors(OWN))
    for place, value in (("labels", {"one": 3}), ("lables", {}), ("cap", "x")):
        bad = copy.deepcopy(OWN)
        bad["indicator"][0]["scale"]["options"][place] = value
        assert list(validate.iter_errors(bad)), place


@pytest.mark.parametrize("name", BOOKS)
def test_every_option_of_every_rule_book_has_labels(name: str) -> None:
    definition = ix.framework(name).to_dict()
    found = 0
    for item in definition.get("indicator", []):
        scale = item.get("scale")
        if not isinstance(scale, dict) or "options" not in scale:
            continue
        options = scale["options"]
        keys = set(options["points"]) | ({options["none"]} if "none" in options else set())
        assert set(options["labels"]) == keys, item["id"]
        for label in options["labels"].values():
            assert set(label) == {"en", "zh"}
            assert label["en"].isascii() and any("\u4e00" <= character <= "\u9fff" for character in label["zh"])
        found += 1
    wanted = {"edih-dma": 26, "gradient-innovative-2022": 1, "gradient-specialized-2022": 5, "miit-sme-2024": 8}
    assert found == wanted.get(name, 0)


class TestTemplate:
    @pytest.mark.parametrize(
        ("language", "links", "steps", "label"),
        [
            ("en", ["none", "one link, or more", "Class II"], ["not used", "in use"], "Ticks: first"),
            ("zh", ["none", "一个环节、或更多", "Ⅱ类"], ["not used", "in use"], "多选：甲"),
            (
                ("zh", "en"),
                ["none", "一个环节、或更多", "Ⅱ类", "one link, or more", "Class II"],
                ["not used", "in use"],
                "多选：甲",
            ),
        ],
    )
    def test_drop_downs_and_headings(self, language: Any, links: list[str], steps: list[str], label: str) -> None:
        book = INDEX.template(language=language)
        lists = [[cell for cell in column if cell] for column in book["choices"].iter_cols(values_only=True)]
        assert lists[:2] == [links, steps]
        heads = dict(zip(*book["data"].iter_rows(max_row=2, values_only=True), strict=True))
        assert heads["t_a"] == label
        assert heads["t_b"] == label.replace("first", "b").replace("甲", "b")
        assert heads["t_nothing"] == label.replace("first", "none of these").replace("甲", "以上皆无")

    def test_what_to_enter(self) -> None:
        rows = INDEX.template()["data"].iter_rows(max_row=4, values_only=True)
        table = {column[0]: column[-1] for column in zip(*rows, strict=True)}
        assert table["links"] == ("one of: none | one link, or more | Class II\n单选：none | 一个环节、或更多 | Ⅱ类")
        assert table["rules"] == (
            "one or more, separated by ; (none stands alone): none | one: one link, or more | class2: Class II\n"
            "可多选，以;分隔（none不与其他选项同选）：none | one：一个环节、或更多 | class2：Ⅱ类"
        )


class TestReading:
    @pytest.mark.parametrize(
        "text",
        [
            "class2",
            "CLASS2",
            "Class II",
            " Class II ",
            "Ⅱ类",
            "II类",
            "class2: Class II",
            "class2：Ⅱ类",
            "ｃｌａｓｓ２",
        ],
    )
    def test_keys_and_labels(self, text: str) -> None:
        assert value_of(Cell(text), question(INDEX, "links"), None) == "class2"

    @pytest.mark.parametrize("text", ["class ii", "Class  II", "Class", "two"])
    def test_labels_are_exact(self, text: str) -> None:
        with pytest.raises(Trouble) as caught:
            value_of(Cell(text), question(INDEX, "links"), None)
        assert caught.value.remedy == "expected one of none, one (one link, or more), class2 (Class II)"

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("one link, or more;Class II", "one;class2"),
            ("一个环节、或更多；Ⅱ类", "one;class2"),
            ("class2,one", "class2;one"),
            ("one: one link, or more; class2", "one;class2"),
            ("Class II、one", "class2;one"),
            ("one link, or more", "one"),
            ("none", "none"),
        ],
    )
    def test_several(self, text: str, wanted: str) -> None:
        assert value_of(Cell(text), question(INDEX, "rules"), None) == wanted

    def test_several_with_a_stranger(self) -> None:
        with pytest.raises(Trouble, match=r"unknown option 'Clas II'; did you mean 'Class II'\?"):
            value_of(Cell("one; Clas II"), question(INDEX, "rules"), None)
        with pytest.raises(Trouble, match="'none' excludes the other answers"):
            value_of(Cell("none; Class II"), question(INDEX, "rules"), None)

    def test_a_label_of_two_options_is_refused_with_both_keys(self, tmp_path: Path) -> None:
        shared = copy.deepcopy(OWN)
        options = shared["indicator"][0]["scale"]["options"]
        options["labels"] = {"one": {"en": "X", "zh": "甲"}, "class2": {"en": "Ｘ", "zh": "乙"}}
        index = ix.Index.from_dict(shared)
        asked = question(index, "links")
        with pytest.raises(Trouble) as caught:
            value_of(Cell("X"), asked, None)
        assert caught.value.message == "'X' means 'one' and 'class2'"
        assert caught.value.remedy == "enter the key of the one that is meant: one or class2"
        # What the drop-down shows can be read back.
        words = [cell.value for cell in index.template(language="en")["choices"]["A"]]
        assert words == ["none", "one: X", "class2: Ｘ"]
        assert [value_of(Cell(word), asked, None) for word in words] == list(POINTS)

    @given(
        labels=st.dictionaries(
            st.sampled_from(["a", "A", "b", "yes", "a,b"]),
            st.fixed_dictionaries({"en": st.text("aAbＡ:;, NA=yes是", min_size=1, max_size=5).filter(str.strip)}),
            min_size=2,
        )
    )
    def test_what_is_shown_is_read_back_or_refused_by_name(self, labels: dict[str, dict[str, str]]) -> None:
        asked = Question("x", "choice", answers=labels)
        for option in labels:
            shown = entry_of(option, asked, "en")
            try:
                told = value_of(Cell(shown), asked, None)
            except Trouble as trouble:
                told = trouble.message
            assert told == option or (" means " in str(told) and repr(option) in str(told))

    def test_numbers_with_labels_are_numbers(self, tmp_path: Path) -> None:
        path = tmp_path / "own.xlsx"
        INDEX.template(path)
        book = openpyxl.load_workbook(path)
        for row, values in enumerate((["Acme", "Ⅱ类", "none", "in use"], ["Bolt", "one", None, 0]), 5):
            for column, value in enumerate(values, 1):
                book["data"].cell(row, column).value = value
        book.save(path)
        found = INDEX.read_answers(path)
        assert found["links"].tolist() == ["class2", "one"] and found["steps"].tolist() == [1.0, 0.0]


def test_audits_show_the_labels_of_the_answers() -> None:
    data = {
        "links": ["one", "none"],
        "rules": ["class2; one", None],
        "steps": [1.0, float("nan")],
        "t_a": [1.0, 1.0],
        "t_b": [0.0, float("nan")],
    }
    scores = INDEX.score(data)
    first, second = ([answer["chosen"] for answer in scores.audit(row).to_dict()["answers"]] for row in (0, 1))
    assert scores.audit(0).answers["chosen"].tolist() == first
    assert first == ["one link, or more", "Class II; one link, or more", "in use", "first"]
    assert second == [None, None, None, "first; b?"]
    told = str(scores.audit(0))
    assert "links: one (one link, or more) -> 1; one 1" in told
    assert "rules: class2; one (Class II; one link, or more) -> 3; class2 2 + one 1" in told
    assert "steps: 1 (in use) -> 5" in told
    assert "rules: no answer" in str(scores.audit(1)) and "links: none -> 0" in str(scores.audit(1))
    assert "one (one link, or more)" in scores.audit(0)._repr_html_()


def test_descriptions_show_labels() -> None:
    told = str(INDEX.describe())
    assert "points: none 0, one (one link, or more) 1, class2 (Class II) 2" in told
    assert "points: 0 (not used) 0, 1 (in use) 5" in told
