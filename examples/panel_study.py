"""A whole study: from a firm panel to an index, its robustness, groups, productivity, and the tables of the paper."""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import indicia as ix


def main(folder: Path) -> None:
    """Run the study and write its tables into a folder."""
    # What is undefined (first years have no growth, say) is told by warnings, which are silenced to keep this short.
    warnings.simplefilter("ignore", ix.errors.IndiciaWarning)
    keys = {"unit": "firm", "time": "year"}
    firms = ix.datasets.make_firm_panel(400, years=8, gaps=0.02, rng=1)

    # 1. Indicators: intensities, growth by time and not by row, stocks of research; outliers capped year by year.
    panel = ix.firm.ratios(firms, ["rd_intensity", "labor_productivity", "roa"], **keys)
    panel = ix.firm.growth(panel, "revenue", **keys)
    panel = ix.firm.stock(panel, "rd", gap="zero", initial="flow_over_depreciation", **keys)
    indicators = {"rd_intensity": 1, "labor_productivity": 1, "revenue_growth": 1, "roa": 1}
    panel = ix.firm.winsorize(panel, list(indicators), share=0.01, by="year")

    # 2. An index: pooled min-max, entropy weights with the convention named.
    complete = panel.dropna(subset=list(indicators)).reset_index(drop=True)
    index = ix.Index.flat(indicators, weights={"entropy": {"zero": "limit"}})
    fitted = index.fit(complete, **keys)
    complete["digital"] = fitted.score(complete, **keys)["index"]
    print(f"index of {complete['firm'].nunique()} firms, {len(complete)} firm-years")
    print(fitted.weights[["node", "weight"]].round(3).to_string(index=False))

    # 3. How sure is it? Textbook conventions side by side, then everything at once.
    rb = ix.robustness
    vary = [rb.entropy_habits(over="children"), rb.scale([None, "rank"])]
    grid = rb.conventions(index, complete, vary, **keys)
    print(grid.matters().round(2).to_string(index=False))
    spread = rb.uncertainty(index, complete, [*vary, rb.weight_noise(0.25)], n=200, **keys)
    print(spread)

    # 4. Groups: who is unequal, and does the spread shrink?
    gini = ix.study.dagum(complete, "digital", "industry", time="year").to_frame()
    sigma = ix.study.sigma(complete, "digital", time="year")
    peers = ix.study.peers(complete, "digital", "industry", **keys)
    print(f"mean gap to the industry: {peers['gap'].abs().mean():.3f}")

    # 5. Productivity, by a proxy for what the firm knows.
    inputs = ("value_added", "employees", "capital")
    levinsohn_petrin = ix.productivity.levinsohn_petrin(firms, *inputs, materials="materials", **keys)
    print(levinsohn_petrin.coefficients.round(3).to_string(index=False))

    # 6. The tables, as journals print them.
    note = f"Entropy weights on pooled min-max scores, 0 ln 0 = 0; n = {len(complete)} firm-years."
    tables = {
        "weights": ix.report.Table(fitted.weights[["node", "weight"]], title="Weights", note=note),
        "gini": ix.report.Table(gini, title="Inequality by industry (Dagum)", note=note),
        "sigma": ix.report.Table(sigma, title="Sigma convergence", note="Coefficient of variation, n - 1."),
        "production": ix.report.Table(
            levinsohn_petrin.coefficients, title="Production function", note="Levinsohn-Petrin."
        ),
    }
    for name, table in tables.items():
        table.write(folder / f"{name}.tex")
        table.write(folder / f"{name}.xlsx")
    ix.report.Table(complete, title="Panel").write(folder / "panel.dta")
    print(f"{len(list(folder.iterdir()))} files in {folder.name}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))
