"""Min-max, entropy weights, weighted mean and rank, against NumPy and polars by hand.

The block-wise NumPy is the fastest we could write; few people would.
"""

from __future__ import annotations

import contextlib
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
from _data import Columns, columns, frame
from _timing import Job

import indicia as ix

TINY = 1e-300  # 0 * ln(TINY) = 0, the limit of x ln x


def numpy_plain(data: Columns) -> tuple[np.ndarray, np.ndarray]:
    """As one writes it: whole columns in one Fortran-ordered array, a few temporaries."""
    x = np.stack(list(data.values())).T
    z = x - x.min(axis=0)
    z /= z.max(axis=0)
    share = z / z.sum(axis=0)
    entropy = -(share * np.log(np.maximum(share, TINY))).sum(axis=0) / math.log(len(z))
    weights = (1.0 - entropy) / (1.0 - entropy).sum()
    score = z @ weights
    rank = np.empty(len(z))
    rank[np.argsort(score)[::-1]] = np.arange(1, len(z) + 1)
    return score, rank


def numpy_blocked(data: Columns, block: int = 1 << 14) -> tuple[np.ndarray, np.ndarray]:
    """Column by column, in blocks that stay in cache; entropy from sum(z) and sum(z ln z), no n x p temporary."""
    rows = len(next(iter(data.values())))
    z, logs = np.empty(block), np.empty(block)
    lows, widths, divergence = [], [], []
    for x in data.values():
        low, width = x.min(), x.max() - x.min()
        total = weighted = 0.0
        for start in range(0, rows, block):
            part = x[start : start + block]
            values, ln = z[: len(part)], logs[: len(part)]
            np.subtract(part, low, out=values)
            values /= width
            np.log(np.maximum(values, TINY, out=ln), out=ln)
            total += values.sum()
            ln *= values  # not a BLAS dot: its threads get in the way at this size
            weighted += ln.sum()
        lows.append(low)
        widths.append(width)
        divergence.append(1.0 - (math.log(total) - weighted / total) / math.log(rows))
    weights = np.array(divergence) / sum(divergence)
    slopes = weights / np.array(widths)
    score = np.full(rows, -float(slopes @ np.array(lows)))
    for start in range(0, rows, block):
        out = score[start : start + block]
        for x, slope in zip(data.values(), slopes, strict=True):
            out += np.multiply(x[start : start + block], slope, out=z[: len(out)])
    rank = np.empty(rows)
    rank[np.argsort(score)[::-1]] = np.arange(1, rows + 1)
    return score, rank


def polars_by_hand(table):
    """Two passes of expressions, all columns in parallel; the normalized columns are never kept."""
    import polars as pl

    names = table.columns
    low, width = pl.col(names).min(), pl.col(names).max() - pl.col(names).min()
    z = (pl.col(names) - low) / width
    entropy = (z.sum().log() - (z * z.clip(TINY).log()).sum() / z.sum()) / math.log(table.height)
    found = table.select(
        low.name.suffix("_low"), width.name.suffix("_width"), (entropy * -1.0 + 1.0).name.suffix("_divergence")
    ).row(0, named=True)
    total = sum(found[f"{name}_divergence"] for name in names)
    slopes = {name: found[f"{name}_divergence"] / total / found[f"{name}_width"] for name in names}
    shift = sum(slopes[name] * found[f"{name}_low"] for name in names)
    score = pl.sum_horizontal(pl.col(name) * slope for name, slope in slopes.items()) - shift
    return table.select(score=score).with_columns(rank=pl.col("score").rank("min", descending=True))


def ours(table):
    """Return score and rank the same way with indicia."""
    index = ix.Index.flat({f"x{j:02}": 1 for j in range(20)}, weights="entropy")
    scores = index.fit_score(table)
    return scores, scores.rank()


def jobs(rows: int, kind: str) -> list[Job]:
    """Return the comparisons."""
    found = []
    for n in sorted({min(rows, 100_000), rows}):
        data = columns(n)
        table = frame(data, kind)
        contestants = {"numpy by hand": lambda data=data: numpy_plain(data)}
        try:
            import polars  # noqa: F401
        except ImportError:
            pass
        else:
            theirs = frame(data, "polars")
            contestants["polars by hand, all threads"] = lambda theirs=theirs: polars_by_hand(theirs)
        contestants["numpy by hand, in blocks, no temporaries"] = lambda data=data: numpy_blocked(data)
        contestants["indicia"] = lambda table=table: ours(table)
        score, rank = numpy_blocked(data)
        scores, ranks = ours(table)
        apart = np.max(np.abs(np.asarray(scores["index"]) - score))
        notes = [f"largest difference to numpy: score {apart:.1e}, rank {np.max(np.abs(np.asarray(ranks) - rank)):.0f}"]
        if n == rows:
            notes.append(f"peak memory beyond the input / input: {memory(rows, kind)} (target <= 0.3)")
        title = f"min-max + entropy + mean + rank, {n:,} x 20 ({kind})"
        found.append(Job(title, contestants, {"indicia": "<= 0.25"}, notes))
    return found


def memory(rows: int, kind: str) -> str:
    """Measure in a fresh process; the core's memory is not seen by tracemalloc."""
    command = [sys.executable, str(Path(__file__)), str(rows), kind]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else f"not measured: {done.stderr.strip().splitlines()[-1:]}"


def peak() -> int:
    """Return the most memory this process held, in bytes."""
    with contextlib.suppress(OSError):
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    rows, kind = int(sys.argv[1]), sys.argv[2]
    ours(frame(columns(1000), kind))  # code and pool are there
    table = frame(columns(rows), kind)
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak starts from here
    before = peak()
    result = ours(table)
    print(f"{(peak() - before) / (rows * 20 * 8):.2f}")
