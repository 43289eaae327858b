"""A whole study: from a panel of firms to an index, its robustness, groups, productivity and the tables of a paper.

Run it with a folder: ``python panel_study.py tables``. Every table is written as .tex, .md, .xlsx and .dta, and all of
them as one page, study.html. The firms are invented; what comes out says nothing about a real economy.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

import indicia as ix
from indicia.report import Document, Heading, Table, Text, conventions, estimates

KEYS = {"unit": "firm", "time": "year"}
INDICATORS = {"rd_intensity": 1, "labor_productivity": 1, "revenue_growth": 1, "roa": 1}
FORMS = (".tex", ".md", ".xlsx", ".dta")


def indicators(firms: pd.DataFrame) -> pd.DataFrame:
    """Intensities and growth, by time and not by row; outliers capped year by year."""
    panel = ix.firm.ratios(firms, ["rd_intensity", "labor_productivity", "roa"], **KEYS)
    panel = ix.firm.growth(panel, "revenue", **KEYS)
    return ix.firm.winsorize(panel, list(INDICATORS), share=0.01, by="year")


def suppliers(firms: pd.DataFrame) -> pd.DataFrame:
    """Who buys from whom: three suppliers of each firm, the same in all years, drawn here for want of real ones."""
    names, random = np.array(sorted(set(firms["firm"]))), np.random.Generator(np.random.PCG64(7))
    chosen = names[random.integers(0, len(names), (len(names), 3))]
    links = pd.DataFrame(
        {"firm": np.repeat(names, 3), "supplier": chosen.ravel(), "share": np.tile([0.5, 0.3, 0.2], len(names))}
    )
    links = links[links["firm"] != links["supplier"]]
    return links.merge(pd.DataFrame({"year": firms["year"].unique()}), how="cross")


def main(folder: Path) -> None:
    """Run the study and write its tables into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    firms = ix.datasets.make_firm_panel(600, years=8, missing=0.01, rng=1)
    tables: dict[str, Table] = {}

    # 1. Indicators. A first year, or one after a gap, has no growth: such rows have no index.
    panel = indicators(firms)
    complete = panel.dropna(subset=list(INDICATORS)).reset_index(drop=True)
    note = (
        f"n = {len(complete)} of {len(panel)} firm-years of {complete['firm'].nunique()} firms with all "
        "four indicators, capped at 1 % and 99 % of each year."
    )
    summary = complete[list(INDICATORS)].describe().T[["mean", "std", "min", "max"]].rename_axis("indicator")
    tables["indicators"] = Table(summary, title="Indicators", note=note, decimals=3, labels={"std": "sd"})

    # 2. An index: pooled min-max scores, entropy weights with the convention named.
    index = ix.Index.flat(INDICATORS, weights={"entropy": {"zero": "limit"}}, id="innovation")
    fitted = index.fit(complete, **KEYS)
    scores = fitted.score(complete, **KEYS)
    complete["innovation"] = scores["innovation"]
    entropy = "Entropy weights on pooled min-max scores, 0 ln 0 = 0. "
    tables["weights"] = Table(
        fitted.weights[["node", "weight"]],
        title="Weights",
        note=entropy + note,
        decimals=3,
        labels={"node": "indicator"},
    )

    # 3. How sure is it? Which textbook convention matters, and how far ranks move when everything varies at once.
    rb = ix.robustness
    vary = [rb.entropy_habits(over="children"), rb.scale([None, "rank"])]
    matters = rb.conventions(index, complete, vary, **KEYS).matters()
    spread = rb.uncertainty(index, complete, [*vary, rb.weight_noise(0.25)], n=200, **KEYS)
    tables["robustness"] = Table(
        matters,
        title="What ranks hinge on",
        note=f"Change of rank over pairs of indices that differ in the factor alone; n = {len(complete)} firm-years.",
        decimals=1,
        labels={"rank_change": "mean change", "largest_change": "largest"},
    )

    # 4. Groups: how much of the inequality lies between industries, and does the spread shrink?
    gini = ix.study.dagum(complete, "innovation", "industry", time="year")
    parts = gini.to_frame()[["year", "n", "gini", "within", "between", "overlap"]]
    tables["gini"] = Table(parts, title="Inequality by industry", note=conventions(gini), decimals=3)
    sigma = ix.study.sigma(complete, "innovation", time="year")
    tables["sigma"] = Table(
        sigma, title="Sigma convergence", note=f"Coefficient of variation, n - 1. {conventions(sigma)}", decimals=3
    )
    chain = ix.study.transitions(complete, "innovation", classes=4, labels=["low", "second", "third", "high"], **KEYS)
    tables["transitions"] = Table(
        chain.to_frame(), title="Moves between quarters", note=conventions(chain), decimals=2, thousands=["n"]
    )

    # 5. Productivity: four estimators side by side. The truth of these firms is 0.6 and 0.3.
    inputs = ("value_added", "employees", "capital")
    room = ix.productivity
    draws = {"replicates": 100, "rng": 1}
    proxy = room.levinsohn_petrin(firms, *inputs, materials="materials", **KEYS, **draws)
    models = {
        "OLS": room.ols(firms, *inputs, errors="cluster", **KEYS),
        "FE": room.fixed_effects(firms, *inputs, errors="cluster", **KEYS),
        "OP": room.olley_pakes(firms, *inputs, investment="investment", **KEYS, **draws),
        "LP": proxy,
    }
    words = {"employees": "Labor", "capital": "Capital"}
    tables["production"] = estimates(models, terms=words, title="Production functions")

    # 6. Exposure: the index of suppliers a year before; and what goes with productivity.
    names = {"focal": "firm", "partner": "supplier", "share": "share"}
    around = ix.study.exposure(suppliers(firms), complete, "innovation", lag=1, **names, **KEYS)
    joined = complete.merge(around[["firm", "year", "weighted"]], on=["firm", "year"], how="left")
    joined = joined.merge(proxy.tfp(), on=["firm", "year"], how="left").rename(columns={"weighted": "suppliers"})
    related = ix.stats.correlation(joined[["tfp", "innovation", "suppliers"]]).drop(columns="p_value")
    tables["exposure"] = Table(
        related,
        title="Productivity, the index and that of suppliers",
        note="Pearson; tfp: log productivity without noise (LP); suppliers: their index a year before, weighted by "
        f"purchases; {conventions(related)} Firms return year after year, so a p for independent rows would be wrong.",
        decimals=3,
    )

    # 7. The tables, as journals print them, as data, and on one page.
    for name, table in tables.items():
        for form in FORMS:
            table.write(folder / f"{name}{form}")
    Table(complete, title="Panel", note=note).write(folder / "panel.dta")
    opening = Text(
        f"{complete['firm'].nunique()} invented firms, {len(complete)} firm-years. Under {spread.recipe['replays']} "
        "combinations of weights and scales drawn at random, all at once, ranks move by "
        f"{spread.rank_shift.mean():.0f} of {len(complete)} places on average."
    )
    heads = {"indicators": "The index", "gini": "Groups", "production": "Productivity"}
    blocks = [
        block for name, table in tables.items() for block in ([Heading(heads[name])] if name in heads else []) + [table]
    ]
    Document("A panel study", [opening, *blocks]).write(folder / "study.html")
    print(tables["weights"].to_markdown(), tables["production"].to_markdown(), sep="\n\n")
    print(f"\n{len(list(folder.iterdir()))} files in {folder.name}")


if __name__ == "__main__":
    # What is undefined is told by warnings, each with counts by reason: read them once, then say so in the paper.
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ix.errors.IndiciaWarning)
        if len(sys.argv) > 1:
            main(Path(sys.argv[1]))
        else:
            with tempfile.TemporaryDirectory() as temporary:
                main(Path(temporary))
    print("\nTold on the way:", *dict.fromkeys(str(warning.message) for warning in told), sep="\n- ")
