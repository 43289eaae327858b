"""What `import indicia` costs, against what it needs anyway. Each import in a process of its own."""

from __future__ import annotations

import statistics
import subprocess
import sys

HEAVY = ("pandas", "polars", "pyarrow", "matplotlib", "sklearn", "scipy", "pyspark", "dask", "yaml")
CLOCK = "import time; t = time.perf_counter(); import {what}; print(time.perf_counter() - t)"


def seconds(what: str) -> float:
    """Return the seconds of one import in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", CLOCK.format(what=what)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def report(rounds: int) -> None:
    """Print medians of interleaved rounds, and which heavy packages came along."""
    found: dict[str, list[float]] = {"numpy, narwhals": [], "indicia": []}
    for number in range(max(rounds, 15) + 1):
        for what, times in found.items():
            once = seconds(what)
            if number:
                times.append(once)
    base, ours = (statistics.median(times) for times in found.values())
    listed = f"import sys, indicia; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    heavy = subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True).stdout.strip()
    print("\nimport, a fresh process each")
    print(f"  {'':44} {'median':>10} {'ratio':>8}  target")
    print(f"  {'import numpy, narwhals':44} {base * 1e3:7.1f} ms {1:8.2f}  baseline")
    print(f"  {'import indicia':44} {ours * 1e3:7.1f} ms {ours / base:8.2f}  <= 1.3")
    print(f"  dataframe and plotting packages imported: {heavy or 'none'}")
