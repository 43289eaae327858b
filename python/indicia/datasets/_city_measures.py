"""What the vendors of the example city offer: every upgrade, with its price in 10,000 yuan and its months.

All prices, times and bundles are invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ._miit_rule import SCENES

_SCENE_NAMES = (
    *("Product design", "Process design", "Marketing", "After-sales service", "Planning and scheduling"),
    *("Production control", "Quality", "Equipment", "Work safety", "Energy", "Procurement"),
    *("Warehousing and logistics", "Finance", "Human resources", "Collaborative office", "Decision support"),
)
# Price and months of a step to level 1, 2, 3, 4, and how dear a scene is beside the others.
_STEP_PRICE = (2.0, 8.0, 26.0, 75.0)
_STEP_MONTHS = (1.0, 3.0, 6.0, 10.0)
_DEAR = (1.2, 1.3, 0.8, 0.8, 1.2, 1.8, 1.1, 1.4, 0.9, 1.1, 0.8, 1.1, 0.6, 0.5, 0.4, 1.0)


@dataclass(frozen=True)
class Offer:
    """A measure: what holds afterwards is at least ``sets`` (options of a multiple choice joined by semicolons)."""

    id: str
    label: str
    cost: float
    months: float
    sets: dict[str, float | str]
    requires: tuple[str, ...] = field(default=())


def _scenes() -> list[Offer]:
    return [
        Offer(
            f"{scene}@{grade}",
            f"{name} to level {grade}",
            round(_STEP_PRICE[grade - 1] * dear, 1),
            _STEP_MONTHS[grade - 1],
            {scene: float(grade)},
            (f"{scene}@{grade - 1}",) if grade > 1 else (),
        )
        for scene, name, dear in zip(SCENES, _SCENE_NAMES, _DEAR, strict=True)
        for grade in (1, 2, 3, 4)
    ]


_PRODUCTION = "planning;production;quality;equipment;safety;energy"
_NETWORK = "rules;products;assessment;boundary"
_STARTER = ("S3", "S5", "S7", "S11", "S13", "S15")
# Item, what holds afterwards, price, months; rows of one item marked True are steps, each after the one before.
_ITEMS: tuple[tuple[str, bool, tuple[tuple[float | str, str, float, float], ...]], ...] = (
    (
        "F1",
        False,
        (
            ("control", "Shop-floor control network", 6.0, 2.0),
            ("application", "Network of equipment, people and systems", 9.0, 2.0),
            ("own_5g", "5G industrial network", 38.0, 5.0),
            ("coverage", "Network over all production", 14.0, 3.0),
        ),
    ),
    (
        "F2",
        True,
        (
            (0.25, "A quarter of the equipment digital", 15.0, 3.0),
            (0.45, "45 % of the equipment digital", 28.0, 5.0),
            (0.65, "65 % of the equipment digital", 45.0, 8.0),
        ),
    ),
    (
        "F3",
        True,
        (
            (0.25, "A quarter of the equipment networked", 5.0, 2.0),
            (0.45, "45 % of the equipment networked", 9.0, 3.0),
            (0.65, "65 % of the equipment networked", 15.0, 4.0),
        ),
    ),
    (
        "F4",
        False,
        (
            ("product_design;process_design", "Data of design collected", 4.0, 2.0),
            ("marketing;after_sales", "Data of sales collected", 3.0, 1.0),
            (_PRODUCTION, "Data of production collected", 11.0, 4.0),
            ("procurement;warehousing", "Data of supply collected", 3.5, 2.0),
            ("finance;human_resources", "Data of administration collected", 2.5, 1.0),
        ),
    ),
    (
        "F5",
        True,
        (
            ("one", "Systems for one business link", 3.0, 1.0),
            ("several", "Systems for several business links", 7.0, 3.0),
            ("most", "Systems for most of the business", 16.0, 5.0),
            ("all", "Systems for all of the business", 30.0, 8.0),
        ),
    ),
    (
        "F6",
        False,
        (
            ("rules", "Rules of network security", 0.5, 1.0),
            ("products", "Firewall, segmentation, authentication", 4.0, 1.0),
            ("assessment", "Assessment of network risks", 2.0, 1.0),
            ("boundary", "Access control at the boundary", 5.0, 2.0),
        ),
    ),
    (
        "F7",
        False,
        (
            ("rules", "Rules of data security", 0.5, 1.0),
            ("products", "Encryption, backup, masking", 3.5, 1.0),
            ("assessment", "Assessment of data risks", 2.0, 1.0),
            ("ledger", "Data ledger", 1.5, 2.0),
        ),
    ),
    (
        "M1",
        True,
        (
            ("studied", "Study of digital transformation", 0.2, 1.0),
            ("plan", "Plan of digital transformation", 2.0, 2.0),
            ("retrofit", "Retrofit begun", 6.0, 6.0),
        ),
    ),
    (
        "M2",
        False,
        (
            ("workflow", "Workflows redesigned", 2.5, 2.0),
            ("operation", "Operation and upkeep of systems", 3.0, 1.0),
            ("data", "Management of data", 3.0, 2.0),
            ("incentives", "Incentives for digital work", 1.0, 1.0),
        ),
    ),
    (
        "M3",
        False,
        (
            ("staff", "Digital staff", 8.0, 2.0),
            ("department", "Digital department", 5.0, 2.0),
            ("training", "Regular training", 1.5, 1.0),
            ("pay", "Pay of digital staff", 0.8, 1.0),
            ("tiers", "Development of talent by tiers", 1.5, 2.0),
        ),
    ),
)


def _items() -> list[Offer]:
    found: list[Offer] = []
    for item, steps, rows in _ITEMS:
        before: tuple[str, ...] = ()
        for answer, label, cost, months in rows:
            name = _name(item, answer, label)
            found.append(Offer(name, label, cost, months, {item: answer}, before if steps else ()))
            before = (name,)
    return found


def _name(item: str, answer: float | str, label: str) -> str:
    """A name such as F3@0.25, M1.plan, or F4.design where several options are bought together."""
    if isinstance(answer, float):
        return f"{item}@{answer:g}"
    # The business link in a label such as "Data of design collected".
    return f"{item}.{label.split()[2] if ';' in answer else answer}"


# Products of vendors that cover several items, cheaper than their parts. Each is either of scenes or of other items: a
# product of both ties the count of scenes to the sum of points, and exact plans take a hundred times as long.
_BUNDLES = (
    Offer("suite.office", "Office suite (vendor A)", 11.0, 2.0, {"S13": 2.0, "S14": 2.0, "S15": 2.0}),
    Offer("suite.erp", "Resource planning (vendor A)", 30.0, 5.0, {"S5": 2.0, "S11": 2.0, "S12": 2.0, "S13": 2.0}),
    Offer("suite.factory", "Light factory suite (vendor B)", 34.0, 6.0, {"S6": 2.0, "S7": 2.0, "S8": 2.0}),
    Offer("suite.quality", "Quality and safety (vendor B)", 17.0, 4.0, {"S7": 2.0, "S9": 2.0, "S10": 1.0}),
    Offer("suite.design", "Design platform (vendor C)", 20.0, 5.0, {"S1": 2.0, "S2": 2.0}),
    Offer("suite.customer", "Customer platform (vendor D)", 12.5, 3.0, {"S3": 2.0, "S4": 2.0}),
    Offer("suite.starter", "Small, quick, light starter package (vendor F)", 7.0, 2.0, dict.fromkeys(_STARTER, 1.0)),
    Offer("box.security", "Security package (vendor E)", 12.0, 2.0, {"F6": _NETWORK, "F7": "rules;products"}),
    Offer("box.machines", "Machines connected and read (vendor B)", 19.0, 4.0, {"F3": 0.45, "F4": _PRODUCTION}),
)  # fmt: skip

OFFERS: tuple[Offer, ...] = (*_scenes(), *_items(), *_BUNDLES)


def cost_columns() -> dict[str, np.ndarray]:
    """Return the measures as a table with one row per item, as `indicia.plan.path` takes it."""
    rows = [(offer, item, answer) for offer in OFFERS for item, answer in offer.sets.items()]
    texts = {
        "measure": [offer.id for offer, _, _ in rows],
        "item": [item for _, item, _ in rows],
        "answer": [answer if isinstance(answer, str) else f"{answer:g}" for _, _, answer in rows],
        "requires": [";".join(offer.requires) or None for offer, _, _ in rows],
        "label": [offer.label for offer, _, _ in rows],
    }
    numbers = {"cost": [offer.cost for offer, _, _ in rows], "months": [offer.months for offer, _, _ in rows]}
    columns = {name: np.array(values, dtype=object) for name, values in texts.items()}
    columns |= {name: np.array(values) for name, values in numbers.items()}
    return {name: columns[name] for name in ("measure", "item", "answer", "cost", "months", "requires", "label")}
