"""Rounds that take turns, so that a busy moment of the machine hits all contestants alike."""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any

# Threads of a numerical library may spin for a while after their work; they must not slow the next contestant.
PAUSE = 0.05


@dataclass
class Job:
    """One comparison. The baseline is the fastest contestant that is not ours, the hardest to beat."""

    title: str
    contestants: dict[str, Callable[[], Any]]
    targets: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def medians(contestants: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Median seconds of each, after one round that does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, work in contestants.items():
            gc.collect()
            time.sleep(PAUSE)
            start = time.perf_counter()
            result = work()
            passed = time.perf_counter() - start
            del result
            if number:
                seconds[name].append(passed)
    return {name: statistics.median(values) for name, values in seconds.items()}


def show(job: Job, rounds: int) -> None:
    """Run a job and print its table."""
    found = medians(job.contestants, rounds)
    baseline = min((name for name in found if not name.startswith("indicia")), key=found.__getitem__)
    print(f"\n{job.title}")
    print(f"  {'':44} {'median':>10} {'ratio':>8}  target")
    for name, seconds in found.items():
        ratio = seconds / found[baseline]
        mark = "baseline" if name == baseline else job.targets.get(name, "")
        print(f"  {name:44} {seconds * 1e3:7.1f} ms {ratio:8.2f}  {mark}")
    for note in job.notes:
        print(f"  {note}")


def machine() -> str:
    """Processor, cores and versions, for the record."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    packages = []
    for name in ("indicia", "numpy", "narwhals", "pandas", "polars"):
        try:
            packages.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            packages.append(f"{name} -")
    return f"{model}, {cores} cores, Python {platform.python_version()}, {', '.join(packages)}"
