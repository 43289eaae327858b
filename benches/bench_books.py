"""Rule books on many coded firms; the baseline is their second encoding in NumPy, which knows no unknowns."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from _timing import Job

import indicia as ix
from indicia.datasets import _dma_rule as dma
from indicia.datasets import _gradient_rule as gradient
from indicia.datasets import _size_rule as size
from indicia.datasets import make_dma, make_gradient, make_sme_size


def jobs(rows: int, kind: str) -> Iterator[Job]:
    """Yield the comparisons, one table at a time; pandas only, because the coded columns are its categoricals."""
    yield from _size(rows)
    yield from _gradient(rows)
    yield from _dma(rows)


def _contestants(name: str, table, by_hand, **options) -> dict:
    index = ix.framework(name)

    def levels():
        scores = index.score(table, **options)
        return scores.level, scores.level_low, scores.level_high

    return {
        "numpy by hand, no unknowns": by_hand,
        "indicia: levels, certain and possible": levels,
        "indicia: table with coverage and bounds": lambda: index.score(table, **options).to_frame(),
    }


def _job(title: str, contestants: dict) -> Job:
    return Job(title, contestants, dict.fromkeys(list(contestants)[1:], "<= 2 s"))


def _size(rows: int) -> Iterator[Job]:
    for missing in (0.0, 0.05):
        table = make_sme_size(rows, missing=missing, frame="pandas")
        staff, revenue, assets, turnover, balance = (
            table[name].to_numpy() for name in ("staff", "revenue", "assets", "turnover", "balance")
        )
        industry = table["industry"].astype(object).to_numpy()
        hands = {
            "sme-size-china-2011": lambda i=industry, s=staff, r=revenue, a=assets: size.china(i, s, r, a),
            "sme-size-eu-2003": lambda s=staff, t=turnover, b=balance: size.european_union(s, t, b),
            "sme-size-oecd": lambda s=staff: size.by_persons(s),
        }
        for name, by_hand in hands.items():
            columns = {"persons": "staff"} if name == "sme-size-oecd" else None
            contestants = _contestants(name, table, by_hand, columns=columns)
            yield _job(f"{name}, {rows:,} firms, {missing:.0%} missing", contestants)


def _gradient(rows: int) -> Iterator[Job]:
    for missing in (0.0, 0.02):
        table = make_gradient(rows, missing=missing, figures="rates", frame="pandas")
        # The second encoding reads texts, where a blank is one more text.
        firms = {
            name: table[name].astype(object).where(table[name].notna(), "none").to_numpy()
            if table[name].dtype == "category"
            else table[name].to_numpy()
            for name in table
        }
        firms["rd_mean_2y"] = (firms["rd_expense"] + firms["rd_expense_1"]) / 2
        firms["rd_sum_2y"] = firms["rd_expense"] + firms["rd_expense_1"]
        for name, meets in gradient.STANDARDS.items():
            contestants = _contestants(name, table, lambda meets=meets, firms=firms: meets(firms))
            yield _job(f"{name}, {rows:,} firms, {missing:.0%} missing", contestants)


def _dma(rows: int) -> Iterator[Job]:
    for missing in (0.0, 0.01):
        table = make_dma(rows, form="codes", missing=missing, frame="pandas")
        contestants = _contestants("edih-dma", table, lambda table=table: _by_hand(table))
        yield _job(f"edih-dma, {rows:,} firms, {missing:.0%} missing", contestants)


def _by_hand(table) -> np.ndarray:
    """Total and band on coded columns; a blank answer makes both missing."""
    counted: dict[str, np.ndarray] = {}
    for name in dma.TICKS:
        column = table[name].cat
        per_code = [0.0 if text == dma.NOTHING[name] else 1.0 + text.count(";") for text in column.categories]
        counted[name] = np.array([*per_code, np.nan])[column.codes.to_numpy()]  # code -1 takes the last: missing
    for name, rows in dma.STEPS.items():
        counted[name] = sum(table[f"{name}_{row}"].to_numpy() for row in rows)
    for name, rows in dma.HALVES.items():
        halves = np.array([0.0, 0.5, 1.0, np.nan])
        counted[name] = sum(halves[table[f"{name}_{row}"].cat.codes.to_numpy()] for row in rows)
    return dma.band(dma.total(counted))
