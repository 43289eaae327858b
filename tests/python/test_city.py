"""The example city: sound links, plans that can be carried out, facts with their sources."""

from __future__ import annotations

import time
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

import indicia as ix
from indicia import datasets
from indicia.datasets import _size_rule
from indicia.datasets._city_measures import OFFERS

BOOK = ix.framework("miit-sme", edition=2024)
SIZES = ["micro", "small", "medium", "large"]


def city(n: int = 2_000, **options: object) -> datasets.City:
    return datasets.make_city(n, frame="dict", **options)


def same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    assert list(a) == list(b)
    return all(
        np.array_equal(a[name], b[name], equal_nan=a[name].dtype.kind == "f") for name in a if a[name].dtype != object
    ) and all(a[name].tolist() == b[name].tolist() for name in a if a[name].dtype == object)


def test_the_same_seed_gives_the_same_city() -> None:
    first, again, other = city(rng=3), city(rng=3), city(rng=4)
    for name in ("firms", "links", "costs"):
        assert same(getattr(first, name), getattr(again, name))
    assert not same(first.firms, other.firms)
    assert same(first.after(rng=5), again.after(rng=5))
    assert not same(first.after(rng=5), first.after(rng=6))
    assert first.programs == again.programs and first.programs is not again.programs


@pytest.mark.parametrize("n", [1, 2, 5, 40, 3_000])
@pytest.mark.parametrize("seed", [0, 1])
def test_links_are_sound(n: int, seed: int) -> None:
    made = city(n, rng=seed)
    rank = dict(zip(made.firms["firm"], (SIZES.index(size) for size in made.firms["size"]), strict=True))
    assert len(rank) == n and "large" in made.firms["size"]
    supplier, buyer, share = made.links["supplier"], made.links["buyer"], made.links["share"]
    # A buyer is larger, so nobody supplies itself and nothing is circular; every name exists.
    assert all(rank[s] < rank[b] for s, b in zip(supplier, buyer, strict=True))
    assert len(set(zip(supplier, buyer, strict=True))) == len(supplier)
    total: dict[str, float] = {}
    for name, part in zip(supplier, share, strict=True):
        assert 0 < part < 1
        total[name] = total.get(name, 0.0) + part
    assert max(total.values(), default=0.0) < 1
    role = dict(zip(made.firms["firm"], made.firms["role"], strict=True))
    linked = {*supplier, *buyer}
    assert {name for name in role if role[name] == "none"} == set(role) - linked
    assert all(role[b] == "lead" for b in buyer if rank[b] == 3)


def test_few_lead_firms_buy_from_many() -> None:
    made = city(10_000)
    large = set(made.firms["firm"][made.firms["size"] == "large"])
    _, counts = np.unique([b for b in made.links["buyer"] if b in large], return_counts=True)
    counts = np.sort(counts)[::-1]
    # A heavy tail: a tenth of the lead firms has more than half of the links, the largest very many.
    assert counts[: len(counts) // 10].sum() > counts.sum() / 2
    assert counts[0] > 15 * np.median(counts)


def test_sizes_are_those_of_the_rule() -> None:
    made = city(3_000, missing=0.0)
    firms = made.firms
    industry = np.full(3_000, "industry", dtype=object)
    expected = _size_rule.china(industry, firms["staff"], firms["revenue"], firms["revenue"])
    assert firms["size"].tolist() == [_size_rule.CLASSES[k] for k in expected]


def test_missing_blanks_that_share_of_what_is_asked() -> None:
    full, some = city(missing=0.0), city(missing=0.1)
    for name, values in some.firms.items():
        blank = np.array([v is None or v != v for v in values.tolist()])
        kept = name in ("firm", "industry", "region", "size", "role", "helped")
        assert blank.mean() == pytest.approx(0.0 if kept else 0.1, abs=0.0 if kept else 0.03)
        assert values[~blank].tolist() == full.firms[name][~blank].tolist()
    assert same(full.links, some.links)


def test_every_scene_step_and_item_can_be_bought() -> None:
    offered = [(offer, item) for offer in OFFERS for item in offer.sets]
    for scene in range(1, 17):
        steps = {offer.sets[item] for offer, item in offered if item == f"S{scene}" and offer.id.startswith("S")}
        assert steps == {1.0, 2.0, 3.0, 4.0}
    assert {item for _, item in offered} >= {*(f"F{k}" for k in range(1, 8)), "M1", "M2", "M3"}
    names = [offer.id for offer in OFFERS]
    assert len(set(names)) == len(names) and all(set(offer.requires) <= set(names) for offer in OFFERS)
    assert all(offer.cost > 0 and offer.months > 0 for offer in OFFERS)
    bundles = [offer for offer in OFFERS if len(offer.sets) > 1]
    assert len(bundles) >= 5
    price = {offer.id: offer.cost for offer in OFFERS}
    for bundle in bundles:
        if all(item.startswith("S") for item in bundle.sets):
            parts = sum(price[f"{s}@{g}"] for s, grade in bundle.sets.items() for g in range(1, int(grade) + 1))
            assert bundle.cost < parts, bundle.id


def test_plans_of_the_city_reach_the_level() -> None:
    made = datasets.make_city(300)
    paths = ix.plan.path(BOOK, made.firms, to="2", costs=made.costs, unit="firm")
    states = set(paths.to_frame()["state"])
    assert states == {"there", "planned"}
    assert set(paths.after.eligibility("2").answer) == {"met"}
    # Carried out in full, and nothing drifts away from what was bought.
    later = made.after(paths.to_frame(), rng=2)
    full = later["treated"] & (later["planned"] == later["done"])
    assert 0 < full.sum() < later["treated"].sum()
    answer = BOOK.score(later, unit="firm").eligibility("2").answer
    assert (answer[full] == "met").mean() > 0.75
    assert (answer[later["treated"] & ~full] == "met").mean() < 0.5


def test_own_plans_bring_firms_to_the_level_that_is_promised() -> None:
    made = city(3_000, missing=0.0)
    later = made.after(rng=1)
    treated = later["treated"]
    assert 100 < treated.sum() < 900
    assert not np.any(treated & (later["size"] == "large"))
    full = np.array([p is not None and p == d for p, d in zip(later["planned"], later["done"], strict=True)])
    answer = np.asarray(BOOK.score(later, unit="firm").eligibility("2").answer, dtype=object)
    # The others fell short because a scene slipped back by chance.
    assert (answer[full] == "met").mean() > 0.9
    before = np.asarray(BOOK.score(made.firms, unit="firm").eligibility("2").answer, dtype=object)
    assert not np.any(before[treated] == "met")
    assert np.array_equal(later["spent"] > 0, np.array([d is not None for d in later["done"]]))
    assert {value for value in later["promised"] if value is not None} == {"2"}


def test_plans_from_a_mapping_and_their_slips() -> None:
    made = city(20, missing=0.0)
    later = made.after({"C000003": "S1@1; S1@2", "C000005": ["F6.rules"]})
    assert later["planned"][[2, 4]].tolist() == ["S1@1; S1@2", "F6.rules"]
    assert later["treated"].sum() == 2
    with pytest.raises(ValueError, match=r"planned: firm 'C000003': there is no measure 'S99' \(and 1 more\)"):
        made.after({"C000003": "S99", "nobody": "S1@1"})


def test_every_rule_of_the_programs_has_a_source() -> None:
    made = city(10_000)
    told = {(row["program"], row["rule"]): row for row in made.sources}
    assert {row["confidence"] for row in made.sources} == {"official, reported", "secondary", "invented"}
    grant = next(program for program in made.programs if program["id"] == "grant")
    assert grant["share_to_firms_min"] == 0.8 and ("grant", "share_to_firms_min") in told
    assert grant["public"] <= 0.2 * grant["budget"]
    assert all(0.3 <= rate <= 0.5 for rate in grant["rate"]["values"].values())
    # 100 million yuan, in 10,000 yuan.
    assert grant["budget"] == 10_000.0
    for program in made.programs:
        assert program["budget"] > 0
        named = {rule for owner, rule in told if owner == program["id"]}
        rules = {"rate", "cap", "interest", "quotas", "share_to_firms_min", "paths", "eligible"} & set(program)
        assert "all rules" in named or rules <= named


def test_a_city_does_not_change_and_tells_itself() -> None:
    made = city(30)
    with pytest.raises(FrozenInstanceError):
        made.firms = {}
    assert repr(made).startswith("City(30 firms, ")
    kept = {name: values.copy() for name, values in made.firms.items()}
    made.after()
    assert same(made.firms, kept)


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_tables_are_of_the_kind_asked_for(kind: str) -> None:
    package = pytest.importorskip(kind)
    made, plain = datasets.make_city(60, frame=kind), city(60)
    wanted = package.Table if kind == "pyarrow" else package.DataFrame
    for table, columns in ((made.firms, plain.firms), (made.links, plain.links), (made.after(), plain.after())):
        assert isinstance(table, wanted)
        assert list(table.column_names if kind == "pyarrow" else table.columns) == list(columns)
    scores = BOOK.score(made.firms, unit="firm")
    expected = BOOK.score(plain.firms, unit="firm").eligibility("2")._found["states"]
    assert np.array_equal(scores.eligibility("2")._found["states"], expected)


def test_a_city_is_made_fast() -> None:
    start = time.process_time()
    made = city(10_000)
    assert time.process_time() - start < 2.0
    start = time.process_time()
    made.after()
    assert time.process_time() - start < 4.0
