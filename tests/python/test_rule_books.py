"""The rule books that ship: what they say against their sources, and the loader."""

from __future__ import annotations

import csv
import doctest
import importlib
import os
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indicia.datasets import _miit_rule
from indicia.errors import UnknownNameError
from indicia.frameworks import _entries, catalogue, find

Table = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("INDICIA_SHARED", ROOT.parent / "shared"))
DESI = SHARED / "data" / "desi_2022"
FILES = [
    "desi-2022.toml",
    "edih-dma.toml",
    "eurostat-dii-2021.toml",
    "eurostat-dii-2022.toml",
    "eurostat-dii-2023.toml",
    "eurostat-dii-2024.toml",
    "eurostat-dii-2025.toml",
    "gbt-39116-2020.toml",
    "gradient-innovative-2022.toml",
    "gradient-little-giant-2022.toml",
    "gradient-little-giant-2026.toml",
    "gradient-specialized-2022.toml",
    "gradient-specialized-2026.toml",
    "itu-idi-2010.toml",
    "miit-sme-2022.toml",
    "miit-sme-2024.toml",
    "sme-size-china-2011.toml",
    "sme-size-eu-2003.toml",
    "sme-size-oecd.toml",
    "un-egdi.toml",
]
NAMES = [name.removesuffix(".toml") for name in FILES]
DII = [name for name in NAMES if name.startswith("eurostat-dii")]
GRADES = {"official", "secondary", "unconfirmed"}
needs_desi = pytest.mark.skipif(not DESI.is_dir(), reason="the DESI tables are not here")


def book(name: str) -> Table:
    return tomllib.loads(find(name))


def full_name(table: Table) -> str:
    """Name of the file: id and edition, or id alone where there are no editions."""
    return "-".join(filter(None, (table["id"], table.get("edition"))))


def items(table: Table) -> dict[str, Table]:
    return {item["id"]: item for item in table.get("indicator", [])}


def groups(table: Table) -> dict[str, Table]:
    return {group["id"]: group for group in table.get("group", [])}


def rows(name: str) -> list[dict[str, str]]:
    with (DESI / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(tree: Any) -> Iterator[Table]:
    """Every table of a definition, however deep."""
    if isinstance(tree, dict):
        yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from tables(inner)


# All books


@pytest.mark.parametrize("name", NAMES)
class TestEveryBook:
    def test_says_what_it_is(self, name: str) -> None:
        table = book(name)
        assert full_name(table) == name
        assert table["source"] and table["confidence"] in GRADES and table["notes"]
        assert table["description"].keys() == {"en", "zh"}

    def test_ids_are_unique(self, name: str) -> None:
        table = book(name)
        ids = [node["id"] for node in [*table.get("indicator", []), *table.get("group", [])]]
        assert len(ids) == len(set(ids))

    def test_parents_are_groups(self, name: str) -> None:
        table = book(name)
        inner = groups(table)
        nodes = [*items(table).values(), *inner.values()]
        assert all(node["parent"] in inner for node in nodes if "parent" in node)

    def test_every_rule_has_labels_in_both_languages(self, name: str) -> None:
        table = book(name)
        inner = [group.get("levels", {}) for group in groups(table).values()]
        levels = [level for own in [table.get("levels", {}), *inner] for level in own.get("level", [])]
        # A condition has a name where people are told about it.
        conditions = [rule for level in levels for rule in tables(level["when"]) if "id" in rule]
        assert bool(levels) == bool(conditions)
        columns = [*table.get("columns", {}).values(), *table.get("derived", {}).values()]
        for rule in [table, *items(table).values(), *groups(table).values(), *levels, *conditions, *columns]:
            assert rule["label"].keys() == {"en", "zh"}, rule
            assert re.search("[\u4e00-\u9fff]", rule["label"]["zh"]), rule
            assert rule["label"]["en"].isascii() and rule["label"]["en"].strip(), rule

    def test_what_is_unconfirmed_says_why(self, name: str) -> None:
        table = book(name)
        for rule in tables(table):
            grade = rule.get("confidence")
            assert grade is None or grade in GRADES, rule
            if grade == "unconfirmed":
                # The whole and its levels say why among the notes of the book, a single rule beside itself.
                notes = [note for note in table["notes"] if note.startswith("Unconfirmed: ")]
                owners = [table, table.get("levels"), *(group.get("levels") for group in groups(table).values())]
                assert notes if rule in owners else len(rule["note"]) > 20, rule

    def test_levels_say_where_they_come_from(self, name: str) -> None:
        levels = book(name).get("levels")
        if levels is not None:
            assert levels["source"] and levels["confidence"] in GRADES


# Digital Intensity Index


def dii(year: int) -> set[str]:
    return set(items(book(f"eurostat-dii-{year}")))


@pytest.mark.parametrize(("year", "version"), [(2021, "v3"), (2022, "v4"), (2023, "v3"), (2024, "v4"), (2025, "v3")])
def test_dii_counts_twelve_flags(year: int, version: str) -> None:
    table = book(f"eurostat-dii-{year}")
    assert table["comparable"] == version
    assert len(table["indicator"]) == 12
    assert all(item["scale"] == "flag" and item["parent"] == "dii" for item in table["indicator"])
    assert [group["aggregate"] for group in table["group"]] == ["sum"]
    assert table["levels"]["of"] == "dii"
    # In this order: the first level is the lowest.
    assert list(table["levels"]["thresholds"].items()) == [("very_low", 0), ("low", 4), ("high", 7), ("very_high", 10)]


def test_dii_editions_differ_where_the_sources_say() -> None:
    assert dii(2021) - dii(2023) == {"E_IOT"} and dii(2023) - dii(2021) == {"E_DA"}
    assert dii(2022) - dii(2024) == {"E_RBT"} and dii(2024) - dii(2022) == {"E_AI_TANY"}
    assert dii(2023) == dii(2025)
    # A methodology note: 7 of the 12 differ between 2024 and 2025.
    assert len(dii(2024) & dii(2025)) == 5


@pytest.mark.parametrize("year", [2021, 2022, 2023, 2024, 2025])
def test_dii_implications_are_those_of_the_wording(year: int) -> None:
    found = {code: item["implies"] for code, item in items(book(f"eurostat-dii-{year}")).items() if "implies" in item}
    version3 = {"E_SM1_GE2": ["E_SM1_ANY"], "E_CC1_SI": ["E_CC"]}
    assert found == (version3 if year % 2 else {})


def test_dii_grades() -> None:
    grades = {year: book(f"eurostat-dii-{year}")["confidence"] for year in range(2021, 2026)}
    assert grades == {2021: "secondary", 2022: "official", 2023: "official", 2024: "secondary", 2025: "secondary"}
    unconfirmed = {
        year: {
            code
            for code, item in items(book(f"eurostat-dii-{year}")).items()
            if item.get("confidence") == "unconfirmed"
        }
        for year in grades
    }
    assert unconfirmed[2021] == {"E_CRM", "E_IOT"}
    assert unconfirmed[2022] == {"remote_meetings", "security_measures_ge3", "E_RBT"}
    assert unconfirmed[2023] == unconfirmed[2025] == {"E_CRM"}
    assert unconfirmed[2024] == {"remote_meetings", "security_measures_ge3"}


# DESI


@needs_desi
def test_desi_goalposts_are_those_of_the_source() -> None:
    ours = items(book("desi-2022"))
    theirs = {row["code"]: row for row in rows("goalposts.csv")}
    assert ours.keys() == theirs.keys() and len(ours) == 33
    for code, row in theirs.items():
        scale = ours[code]["scale"]
        assert scale == {"linear": {"low": float(row["min"]), "high": float(row["max"])}}, code
        assert ours[code].get("direction", 1) == int(row["direction"])
        assert ours[code]["measure"] == row["unit"]
        assert ours[code]["domain"] == {"fraction": [0, 1], "score": [0, 100]}[row["unit"]]
        assert ours[code]["label"]["en"] == row["indicator"].strip()


@needs_desi
def test_desi_weights_are_those_of_the_source() -> None:
    table = book("desi-2022")
    nodes = items(table) | groups(table)
    dimensions = {"1": "human_capital", "2": "connectivity", "3": "integration", "4": "public_services"}
    for row in rows("weights.csv"):
        ours = nodes[dimensions.get(row["code"], row["code"])]
        assert ours["weight"] == float(row["weight"]), row
        assert ours["parent"] == dimensions.get(row["parent"], row["parent"]), row
    assert len(rows("weights.csv")) + 1 == len(nodes)


@needs_desi
def test_desi_values_lie_in_their_domains() -> None:
    ours = items(book("desi-2022"))
    for row in rows("raw.csv"):
        low, high = ours[row["code"]]["domain"]
        assert low <= float(row["value"]) <= high, row


def test_desi_means_are_scaled_once() -> None:
    table = book("desi-2022")
    assert table["root"] == "desi" and "defaults" not in table
    by_parent = {group["id"]: group.get("parent") for group in table["group"]}
    for group in table["group"]:
        assert group["aggregate"] == "arithmetic"
        dimension = by_parent[group["id"]] == "desi"
        assert ("scale" in group) == dimension, group["id"]
        if dimension:
            assert group["scale"] == {"linear": {"low": 0, "high": 1, "to": [0, 100]}}
    heavy = {code for code, item in items(table).items() if item["weight"] == 2}
    assert heavy == {code for code, item in items(table).items() if item.get("tags") == ["digital_decade"]}


# MIIT 2024


def largest(item: Table) -> float:
    scale = item["scale"]
    if "bands" in scale:
        return max(scale["bands"]["points"])
    points = scale["options"]["points"].values()
    return sum(points) if scale["options"].get("multiple") else max(points)


def test_miit_largest_points() -> None:
    table = book("miit-sme-2024")
    scored = {code: item for code, item in items(table).items() if item["parent"] != "scenes"}
    inner = groups(table)

    def most(group: str) -> float:
        below = sum(largest(item) for item in scored.values() if item["parent"] == group)
        return below + sum(most(child) for child in inner if inner[child].get("parent") == group)

    assert len(scored) == 15 and table["root"] == "scored"
    assert most("scored") == pytest.approx(100, abs=1e-12)
    expected = {
        "foundation": {"equipment": 20, "collection": 10, "systems": 10, "security": 10},
        "management": {"planning": 15, "guarantee": 15},
        "effect": {"green": 7, "quality": 7, "market": 6},
    }
    for group, parts in expected.items():
        assert {child for child in inner if inner[child].get("parent") == group} == set(parts)
        assert {child: most(child) for child in parts} == pytest.approx(parts, abs=1e-12)
    assert [most(group) for group in expected] == pytest.approx([50, 30, 20], abs=1e-12)
    assert all(group["aggregate"] == ("none" if code == "scenes" else "sum") for code, group in inner.items())


def test_miit_points_agree_with_the_second_encoding() -> None:
    ours = items(book("miit-sme-2024"))
    for item, points in _miit_rule.MULTIPLE.items():
        options = ours[item]["scale"]["options"]
        assert {"none": 0.0} | options["points"] == points, item
        assert options["multiple"] and options["none"] == "none" and options["columns"] == f"{item}_{{option}}"
    for item, points in _miit_rule.SINGLE.items():
        # The order is that of the questionnaire, lowest first.
        assert list(ours[item]["scale"]["options"]["points"].items()) == list(points.items()), item
    for item, most in _miit_rule.RATE_MAX.items():
        bands = ours[item]["scale"]["bands"]
        assert tuple(bands["edges"]) == _miit_rule.BAND_EDGES and bands["closed"] == "right"
        assert bands["points"] == [share * most for share in _miit_rule.BAND_SHARE], item
    width = _miit_rule.FLAT_WITHIN
    for item, (sign, most) in _miit_rule.TRENDS.items():
        bands = ours[item]["scale"]["bands"]
        assert bands["edges"] == [-width, width] and bands["closed"] == ["left", "right"]
        assert bands["points"][::sign] == [0, most / 2, most], item
        assert ours[item]["confidence"] == "unconfirmed"
    assert sum(map(len, (_miit_rule.MULTIPLE, _miit_rule.SINGLE, _miit_rule.RATE_MAX, _miit_rule.TRENDS))) == 15


def test_miit_scenes() -> None:
    scenes = {code: item for code, item in items(book("miit-sme-2024")).items() if item["parent"] == "scenes"}
    assert list(scenes) == [f"S{i}" for i in range(1, 17)]
    assert all(scene["scale"] == "none" and scene["domain"] == [0, 4] for scene in scenes.values())
    constrained = tuple(code for code, scene in scenes.items() if "constrained" in scene["tags"])
    assert constrained == _miit_rule.CONSTRAINED and len(constrained) == 10
    kinds = [scene["tags"][-1] for scene in scenes.values()]
    assert kinds == (
        ["product_life_cycle"] * 4 + ["production_execution"] * 6 + ["supply_chain"] * 2 + ["management_decision"] * 4
    )
    for scene in scenes.values():
        assert re.match(r"1 .*; 2 .*; 3 .*; 4 .*\.$", scene["note"]), scene


def test_miit_levels() -> None:
    table = book("miit-sme-2024")
    levels = table["levels"]
    assert (levels["rule"], levels["none"], levels["confidence"]) == ("highest", "0", "secondary")
    found = {}
    for level in levels["level"]:
        points, all_scenes, constrained = level["when"]["all"]
        at = int(level["id"])
        assert points["node"] == "scored"
        assert all_scenes["count"] == {"under": "scenes", "ge": at}
        assert constrained["count"] == {"under": "scenes", "tag": "constrained", "ge": at}
        found[at] = (points["ge"], all_scenes["at_least"], constrained["at_least"])
    assert found == {1: (20, 6, 3), 2: (40, 6, 3), 3: (60, 8, 5), 4: (80, 10, 6)} == _miit_rule.LEVELS
    assert any("6 scenes, 3 of them constrained" in note and "8 and 5" in note for note in table["notes"])


def test_miit_items_can_be_answered_or_computed() -> None:
    table = book("miit-sme-2024")
    derived = table["derived"]
    columns = {code: item["column"] for code, item in items(table).items() if "column" in item}
    assert columns.keys() == {"F2", "F3", "M4", "E1", "E2", "E3", "E4"}
    for code, (own, *others) in columns.items():
        assert own == code and all(other in derived for other in others)
    used = {name for column in columns.values() for name in column[1:]}
    assert used == derived.keys()
    known = {"lookup", "rise", "flat", "fall"} | table["columns"].keys()
    words = {word for rule in derived.values() for word in re.findall(r"[A-Za-z_]\w*", rule["expr"])}
    assert words == known
    assert {name for name, rule in derived.items() if "domain" in rule} == {"equipment_rate", "networking_rate"}


# Loader


def test_catalogue_lists_every_file() -> None:
    entries = catalogue()
    assert [entry["file"] for entry in entries] == FILES
    assert sorted(item.name for item in files("indicia.frameworks").iterdir() if item.name.endswith(".toml")) == FILES
    keys = {"id", "edition", "file", "label", "valid_from", "valid_to", "comparable", "source", "confidence"}
    for entry in entries:
        assert entry.keys() == keys
        table = book(entry["file"].removesuffix(".toml"))
        assert all(entry[key] == table.get(key) for key in keys - {"file"})


def test_catalogue_cannot_be_spoilt() -> None:
    catalogue()[0]["label"]["en"] = "spoilt"
    assert catalogue()[0]["label"]["en"] == "Digital Economy and Society Index 2022"


@pytest.mark.parametrize(
    ("id", "options", "expected"),
    [
        ("eurostat-dii", {"edition": 2023}, "eurostat-dii-2023"),
        ("eurostat-dii", {"edition": "2021"}, "eurostat-dii-2021"),
        ("eurostat-dii-2024", {}, "eurostat-dii-2024"),
        ("eurostat-dii-2024", {"edition": 2024}, "eurostat-dii-2024"),
        ("desi", {}, "desi-2022"),
        ("desi-2022", {}, "desi-2022"),
        ("gbt-39116", {}, "gbt-39116-2020"),
        ("edih-dma", {}, "edih-dma"),
        ("miit-sme", {"as_of": "2024-09-03"}, "miit-sme-2022"),
        ("miit-sme", {"as_of": "2026-05-01"}, "miit-sme-2024"),
        ("miit-sme", {"as_of": date(2024, 9, 4)}, "miit-sme-2024"),
        ("miit-sme", {"as_of": datetime(2026, 5, 1, 12)}, "miit-sme-2024"),
    ],
)
def test_find(id: str, options: Table, expected: str) -> None:
    text = find(id, **options)
    table = tomllib.loads(text)
    assert full_name(table) == expected
    assert text == (files("indicia.frameworks") / f"{expected}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("id", "options", "expected"),
    [
        ("eurostat-dii", {}, ["several editions", "edition=", *DII]),
        ("eurostat-dii", {"edition": 2020}, ["no edition '2020'", *DII]),
        ("eurostat-dii-2023", {"edition": 2024}, ["'eurostat-dii-2023' has no edition '2024'"]),
        ("eurostat-di", {}, ["no rule book is named 'eurostat-di'", "did you mean 'eurostat-dii'?", *NAMES]),
        ("DESI", {}, ["did you mean 'desi'?"]),
        ("zzz", {}, ["no rule book is named 'zzz' (rule books: desi-2022"]),
        ("", {}, ["no rule book is named ''"]),
        ("eurostat-dii", {"as_of": "2024-06-30"}, ["states from when to when it holds", "edition=", *DII]),
        ("desi", {"as_of": "2024-06-30"}, ["states from when to when it holds", "desi-2022"]),
        ("miit-sme", {}, ["several editions", "miit-sme-2022 [2022-11-08 to 2024-09-03]"]),
        ("miit-sme", {"as_of": "2022-11-07"}, ["hold on 2022-11-07", "miit-sme-2024 [2024-09-04 to ]"]),
    ],
)
def test_find_says_what_there_is(id: str, options: Table, expected: list[str]) -> None:
    with pytest.raises(UnknownNameError) as caught:
        find(id, **options)
    assert isinstance(caught.value, KeyError)
    message = str(caught.value)
    assert [part for part in expected if part not in message] == []
    if id == "zzz":
        assert "did you mean" not in message


@pytest.mark.parametrize(
    ("options", "error", "expected"),
    [
        ({"edition": 2024, "as_of": "2026-05-01"}, TypeError, "not both"),
        ({"edition": 2024.0}, TypeError, "edition must be"),
        ({"edition": True}, TypeError, "edition must be"),
        ({"as_of": 2024}, TypeError, "as_of must be"),
        ({"as_of": "May 2026"}, ValueError, "as_of must be a date such as '2026-05-01', got 'May 2026'"),
    ],
)
def test_find_refuses_what_it_cannot_read(options: Table, error: type[Exception], expected: str) -> None:
    with pytest.raises(error, match=re.escape(expected)):
        find("miit-sme", **options)


def test_find_takes_edition_numbers_of_any_kind() -> None:
    assert find("miit-sme", edition=np.int64(2024)) == find("miit-sme-2024")
    with pytest.raises(TypeError, match="id must be a text"):
        find(7)  # type: ignore[arg-type]


def test_as_of_chooses_between_dated_editions(monkeypatch: pytest.MonkeyPatch) -> None:
    # The package offers a function of this name, so the module is asked for by its full name.
    books = importlib.import_module("indicia.frameworks")
    shown: list[str] = []
    template = catalogue()[0] | {"id": "rule"}
    dates = {"2020": ("2020-01-01", "2021-12-31"), "2022": ("2022-01-01", None), "old": (None, None)}
    entries = tuple(
        template | {"edition": key, "file": f"rule-{key}.toml", "valid_from": start, "valid_to": end}
        for key, (start, end) in dates.items()
    )
    monkeypatch.setattr(books, "_entries", lambda: entries)
    monkeypatch.setattr(books, "_text", lambda file: shown.append(file) or file)
    assert find("rule", as_of="2020-01-01") == find("rule", as_of="2021-12-31") == "rule-2020.toml"
    assert find("rule", as_of="2022-01-01") == find("rule", as_of="2099-01-01") == "rule-2022.toml"
    with pytest.raises(UnknownNameError, match="is known to hold on 2019-12-31"):
        find("rule", as_of="2019-12-31")
    overlapping = (*entries, entries[1] | {"edition": "2023", "file": "rule-2023.toml", "valid_from": "2023-01-01"})
    monkeypatch.setattr(books, "_entries", lambda: overlapping)
    with pytest.raises(UnknownNameError, match="several editions of 'rule' hold on 2023-01-01"):
        find("rule", as_of="2023-01-01")
    assert len(shown) == 4


def test_files_are_read_once() -> None:
    assert _entries() is _entries()


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("frameworks*.md")))
def test_pages_of_the_docs(page: str) -> None:
    results = doctest.testfile(str(ROOT / "docs" / page), module_relative=False)
    assert results.attempted > 0 and results.failed == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_book_is_on_the_page_of_books(name: str) -> None:
    page = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{re.escape(name)}` \|.*\| (\w+) \|$", page, re.MULTILINE)
    assert row is not None and row[1] == book(name)["confidence"]
