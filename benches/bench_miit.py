"""The MIIT 2024 rule book on many firms, against the same rules by hand, which know neither unknowns nor ranges."""

from __future__ import annotations

import numpy as np
from _timing import Job

import indicia as ix
from indicia.datasets import _miit_rule as rule
from indicia.datasets import make_miit_questionnaire


def by_hand(table) -> tuple[np.ndarray, np.ndarray]:
    """Points and level in NumPy on coded columns; a blank answer makes both missing."""
    total = np.zeros(len(table))
    for item, points in {**rule.MULTIPLE, **rule.SINGLE}.items():
        column = table[item].cat
        per_code = [sum(points[key] for key in label.split(";")) for label in column.categories]
        total += np.array([*per_code, np.nan])[column.codes.to_numpy()]  # code -1 takes the last: missing
    for item, most in rule.RATE_MAX.items():
        x = table[item].to_numpy()
        band = np.searchsorted(np.array(rule.BAND_EDGES) + 1e-9, x, side="left")
        total += np.where(np.isnan(x), np.nan, np.array(rule.BAND_SHARE)[np.minimum(band, 4)] * most)
    for item, (sign, most) in rule.TRENDS.items():
        x = sign * table[item].to_numpy()
        flat = np.abs(x) <= rule.FLAT_WITHIN + 1e-9
        total += np.where(np.isnan(x), np.nan, np.where(flat, most / 2, np.where(x > 0, most, 0.0)))
    level = np.zeros(len(table), dtype=np.int8)
    scenes = [table[name].to_numpy() for name in rule.SCENES]
    for grade, (least, of_all, of_constrained) in rule.LEVELS.items():
        count, constrained = np.zeros(len(table), np.int8), np.zeros(len(table), np.int8)
        for name, x in zip(rule.SCENES, scenes, strict=True):
            reached = x >= grade
            count += reached
            if name in rule.CONSTRAINED:
                constrained += reached
        level[(total >= least - 1e-9) & (count >= of_all) & (constrained >= of_constrained)] = grade
    return total, level


def jobs(rows: int, kind: str) -> list[Job]:
    """Return the comparisons; pandas only, because the coded columns are its categoricals."""
    index = ix.framework("miit-sme-2024")
    found = []
    for title, missing, form in (
        ("complete, categoricals and int8", 0.0, "codes"),
        ("2% missing, categoricals and float", 0.02, "codes"),
        ("2% missing, text", 0.02, "text"),
    ):
        table = make_miit_questionnaire(rows, form=form, missing=missing, frame="pandas")
        coded = (
            table if form == "codes" else make_miit_questionnaire(rows, form="codes", missing=missing, frame="pandas")
        )
        if not missing:
            table = table.astype(dict.fromkeys(rule.SCENES, "int8"))

        def score(table=table):
            scores = index.score(table)
            return scores["scored"], scores.level, scores.level_low, scores.level_high

        def everything(table=table):
            return index.score(table).to_frame()

        contestants = {
            "numpy by hand on codes, no unknowns": lambda coded=coded: by_hand(coded),
            "indicia: score and levels": score,
            "indicia: with coverage, low and high": everything,
        }
        target = "<= 1 s" if form == "text" else "<= 0.25 s"
        targets = dict.fromkeys(list(contestants)[1:], target)
        found.append(Job(f"MIIT 2024, {rows:,} firms: {title}", contestants, targets))
    return found
