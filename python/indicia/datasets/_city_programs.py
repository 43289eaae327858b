"""Programmes of the example city, as `indicia.plan.allocate` takes them, and where each rule comes from."""

from __future__ import annotations

from typing import Any

# Rates, caps and the rule of four fifths are as reported of real programmes; everything else is invented.
_PILOT = "Pilot cities, Ministry of Finance 2023 no. 117, as reported by clnews.com.cn (2023-08-31)"
_SOURCES = (
    (
        "grant", "share_to_firms_min",
        "at least 80 % of the award go to retrofits of firms, at most 20 % to public services",
        _PILOT, "official, reported",
    ),
    (
        "grant", "budget",
        "a city that is no provincial capital gets at most 100 million yuan; a small sample of firms gets less here",
        _PILOT, "official, reported",
    ),
    (
        "grant", "rate",
        "30 % of the spend (Foshan), 40 to 50 % (Hangzhou, Economy and Information 2024 no. 78)",
        "rules of cities", "secondary",
    ),
    (
        "grant", "cap",
        "0.7 million yuan (Foshan), 0.3 to 0.5 million (Hangzhou)",
        "rules of cities", "secondary",
    ),
    (
        "grant", "paths",
        "a firm must reach level 2 after the retrofit (Hangzhou)",
        "rules of cities", "secondary",
    ),
    (
        "loan", "interest",
        "interest subsidy of one point, loan up to 5 million yuan (Dongguan)",
        "rules of cities", "secondary",
    ),
    (
        "grant", "second payment",
        "half first, half by result (key little giants, Ministry of Finance 2024 no. 148)",
        "programme for key little giants", "secondary",
    ),
    ("grant", "quotas", "no district gets more than half of the money", "invented for this example", "invented"),
    ("grant", "eligible", "no large firms, none that was helped before", "invented for this example", "invented"),
    ("loan", "eligible", "small and medium firms", "invented for this example", "invented"),
    ("starter", "all rules", "voucher by size for micro and small firms", "invented for this example", "invented"),
    ("all", "cost of measures", "prices, months and bundles of vendors", "invented for this example", "invented"),
)  # fmt: skip


def programs(n: int) -> list[dict[str, Any]]:
    """Return the programmes; money in 10,000 yuan."""
    # 100 million yuan for a city of full size; samples get as much a firm.
    award = float(min(10_000, n))
    return [
        {
            "id": "grant",
            "kind": "grant",
            "label": "Retrofit grant",
            "budget": award,
            "public": round(0.15 * award, 2),
            "share_to_firms_min": 0.8,
            "rate": {"by": "level", "values": {"2": 0.4, "3": 0.5}},
            "cap": {"by": "level", "values": {"2": 30.0, "3": 50.0}},
            "own_share_min": 0.2,
            "paths": ["2"],
            "eligible": {
                "all": [
                    {"not": {"column": "size", "in": ["large"]}},
                    {"column": "helped", "is": False},
                ]
            },
            "quotas": [
                {"by": "region", "each": True, "of": "money", "max_share": 0.5, "label": "no district above half"}
            ],
        },
        {
            "id": "loan",
            "kind": "interest",
            "label": "Interest subsidy",
            "budget": round(0.05 * award, 2),
            "interest": {"points": 1.0, "years": 3, "loan_share": 0.8, "loan_max": 500.0},
            "eligible": {"column": "size", "in": ["small", "medium"]},
        },
        {
            "id": "starter",
            "kind": "voucher",
            "label": "Starter voucher",
            "budget": round(0.1 * award, 2),
            "rate": 0.5,
            "cap": {"by": "size", "values": {"micro": 5.0, "small": 10.0}, "default": 0.0},
            "grant_min": 0.5,
        },
    ]


def sources() -> list[dict[str, str]]:
    """Return where each rule comes from and how sure that is."""
    names = ("program", "rule", "what", "source", "confidence")
    return [dict(zip(names, row, strict=True)) for row in _SOURCES]
