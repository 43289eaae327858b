"""CRITIC, TOPSIS, VIKOR, Copeland, PROMETHEE II and treatment + scales + means, against NumPy by hand.

NumPy is written as one writes it: a Fortran-ordered array, whole columns. For the pipeline there is no NumPy of the
same steps; its baseline is what COINr 1.1.14 took under R 4.2.2 on another machine (29.9 CPU seconds for 1e5 rows).
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from _data import Columns, columns, frame
from _timing import Job
from bench_fit import peak

import indicia as ix

NAMES = [f"x{j:02}" for j in range(20)]


def scaled(data: Columns) -> np.ndarray:
    x = np.stack(list(data.values())).T
    z = x - x.min(axis=0)
    z /= z.max(axis=0)
    return z


def critic_by_hand(data: Columns) -> np.ndarray:
    z = scaled(data)
    information = z.std(axis=0, ddof=1) * (1.0 - np.corrcoef(z, rowvar=False)).sum(axis=0)
    return information / information.sum()


def topsis_by_hand(data: Columns) -> np.ndarray:
    v = scaled(data) / 20.0
    best = np.sqrt(((v - v.max(axis=0)) ** 2).sum(axis=1))
    worst = np.sqrt(((v - v.min(axis=0)) ** 2).sum(axis=1))
    return worst / (best + worst)


def vikor_by_hand(data: Columns) -> np.ndarray:
    d = (1.0 - scaled(data)) / 20.0
    s, r = d.sum(axis=1), d.max(axis=1)
    return 1.0 - 0.5 * (s - s.min()) / (s.max() - s.min()) - 0.5 * (r - r.min()) / (r.max() - r.min())


def copeland_by_hand(data: Columns) -> np.ndarray:
    """Row by row against all others, without a table of n x n."""
    x = np.stack(list(data.values()))
    score = np.empty(x.shape[1])
    for i in range(x.shape[1]):
        own = x[:, i : i + 1]
        score[i] = np.sign((own > x).sum(axis=0) - (own < x).sum(axis=0)).sum()
    return score


def promethee_by_hand(data: Columns, p: float = 0.2) -> np.ndarray:
    """V-shape by sorting and prefix sums: exact, O(n log n)."""
    flow = np.zeros(len(next(iter(data.values()))))
    for x in data.values():
        ordered = np.sort(x)
        sums = np.concatenate([[0.0], np.cumsum(ordered)])
        at, low, high = (np.searchsorted(ordered, x + shift, side="left") for shift in (0.0, -p, p))
        plus = low + ((at - low) * x - (sums[at] - sums[low])) / p
        minus = (len(x) - high) + ((sums[high] - sums[at]) - (high - at) * x) / p
        flow += plus - minus
    return flow / len(data) / (len(x) - 1)


def critic(table: Any) -> Any:
    return ix.weights.critic(table)


def topsis(table: Any) -> Any:
    return ix.aggregate.topsis(table, normalize="minmax")


def vikor(table: Any) -> Any:
    return ix.aggregate.vikor(table, normalize="minmax")


def copeland(table: Any) -> Any:
    return ix.aggregate.copeland(table)


def promethee(table: Any) -> Any:
    return ix.aggregate.promethee(table, p=0.2)


def pipeline(table: Any) -> Any:
    """Winsorizing with a log to fall back on, min-max, means in three tiers, 2 % missing."""
    indicators = [{"id": name, "parent": f"g{j // 4}"} for j, name in enumerate(NAMES)]
    groups = [{"id": "index"}, *({"id": f"g{k}", "parent": "index"} for k in range(5))]
    defaults = {"scale": {"minmax": {"to": [0, 100]}}, "treat": "winsorize"}
    index = ix.Index.from_dict({"id": "bench", "defaults": defaults, "indicator": indicators, "group": groups})
    scores = index.fit_score(table)
    return [scores[node] for node in ("index", "g0", "g1", "g2", "g3", "g4")]


def skewed(rows: int) -> Columns:
    """Lognormal columns of growing spread, so that most need treatment."""
    rng = np.random.default_rng(3)
    data = {name: np.exp(rng.standard_normal(rows) * (0.2 + 0.06 * j)) for j, name in enumerate(NAMES)}
    for x in data.values():
        x[rng.random(rows) < 0.02] = np.nan
    return data


OURS: dict[str, tuple[Callable[[Any], Any], Callable[[Columns], np.ndarray]]] = {
    "critic": (critic, critic_by_hand),
    "topsis": (topsis, topsis_by_hand),
    "vikor": (vikor, vikor_by_hand),
    "copeland": (copeland, copeland_by_hand),
    "promethee": (promethee, promethee_by_hand),
}


def jobs(rows: int, kind: str) -> list[Job]:
    """Return the comparisons."""
    found = []
    sizes = {
        "critic": rows,
        "topsis": rows,
        "vikor": rows,
        "copeland": min(rows, 10_000),
        "promethee": min(rows, 100_000),
    }
    targets = {
        "critic": "<= 0.2",
        "topsis": "<= 0.2",
        "vikor": "<= 0.2",
        "copeland": "<= 300 ms",
        "promethee": "<= 0.25",
    }
    for name, n in sizes.items():
        data = columns(n)
        if name == "promethee":
            data = {key: x / (1.0 + j) for j, (key, x) in enumerate(data.items())}  # one threshold for all
        table = frame(data, kind)
        ours, theirs = OURS[name]
        result = ours(table)
        apart = np.max(np.abs(np.asarray(result["weight"] if name == "critic" else result, dtype=float) - theirs(data)))
        notes = [
            f"largest difference to numpy: {apart:.1e}",
            f"peak memory beyond the input / input: {memory(name, n, kind)}",
        ]
        contestants = {
            "numpy by hand": lambda data=data, theirs=theirs: theirs(data),
            "indicia": lambda table=table, ours=ours: ours(table),
        }
        found.append(Job(f"{name}, {n:,} x 20 ({kind})", contestants, {"indicia": targets[name]}, notes))
    n = min(rows, 100_000)
    table = frame(skewed(n), kind)
    notes = [
        "baseline of the issue: COINr 1.1.14 under R, 29.9 s at 1e5 (another machine); 500 x is 59.8 ms",
        f"peak memory beyond the input / input: {memory('pipeline', n, kind)}",
    ]
    plain = {name: np.asarray(x) for name, x in skewed(n).items()}
    sort = lambda plain=plain: [np.sort(x) for x in plain.values()]  # noqa: E731
    contestants = {"numpy: sort every column, nothing else": sort, "indicia": lambda table=table: pipeline(table)}
    found.append(Job(f"treat + min-max + 3-tier means, {n:,} x 20 ({kind}), 2% missing", contestants, {}, notes))
    return found


def memory(name: str, rows: int, kind: str) -> str:
    """Measure in a fresh process; the core's memory is not seen by tracemalloc."""
    command = [sys.executable, str(Path(__file__)), name, str(rows), kind]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else f"not measured: {done.stderr.strip().splitlines()[-1:]}"


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore", ix.errors.IndiciaWarning)
    job, rows, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    work = pipeline if job == "pipeline" else OURS[job][0]
    make = skewed if job == "pipeline" else columns
    work(frame(make(1000), kind))  # code and pool are there
    table = frame(make(rows), kind)
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak starts from here
    before = peak()
    result = work(table)
    print(f"{(peak() - before) / (rows * 20 * 8):.2f}")
