"""Ratios against named baselines, measured side by side: `make bench`, or `python benches/run.py --help`.

Single times do not carry from one machine to another, ratios nearly do. Contestants take turns; shown are medians.
"""

from __future__ import annotations

import argparse
import importlib
import warnings

from _timing import machine, show

import indicia

NAMES = (
    "score",
    "fit",
    "toolbox",
    "miit",
    "books",
    "frontier",
    "plan",
    "allocate",
    "productivity",
    "robustness",
    "study",
    "survey",
    "firm",
    "text",
    "import",
)


def main() -> None:
    """Parse the command line and run what it names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large tables (default 1000000)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds that count (default 7)")
    parser.add_argument("--frame", choices=("pandas", "polars", "dict"), default="pandas", help="kind of table")
    parser.add_argument("--only", choices=NAMES, action="append", help="one comparison; may be repeated")
    options = parser.parse_args()
    warnings.simplefilter("ignore", indicia.errors.IndiciaWarning)
    print(machine())
    if getattr(indicia, "_core", None) is not None and indicia._core.debug_build:
        print("this is a debug build: the figures below mean nothing")
    for name in options.only or NAMES:
        bench = importlib.import_module(f"bench_{name}")
        if hasattr(bench, "report"):
            bench.report(options.rounds)
            continue
        for job in bench.jobs(options.rows, options.frame):
            show(job, options.rounds)


if __name__ == "__main__":
    main()
