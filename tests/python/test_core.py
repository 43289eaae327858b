"""What the boundary promises: memory layouts, threads, forks, Ctrl-C, untouched inputs."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time

import numpy as np
import pytest

import indicia as ix
from indicia import _core

N = 60_000


def index() -> ix.Index:
    return ix.Index.flat({"a": 1, "b": -1, "c": 1}, weights="entropy")


def data(n: int = N, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.Generator(np.random.PCG64(seed))
    return {name: rng.random(n) for name in "abc"}


def scores_of(frame: object, threads: int | None = None) -> np.ndarray:
    return np.asarray(index().fit_score(frame, threads=threads)["index"])


def test_every_memory_layout_gives_the_same_bits() -> None:
    columns = data(5000)
    expected = scores_of(columns)
    c_order = np.ascontiguousarray(np.column_stack(list(columns.values())))
    f_order = np.asfortranarray(c_order)
    wide = np.zeros((5000, 6))
    wide[:, ::2] = c_order
    read_only = c_order.copy()
    read_only.flags.writeable = False
    for matrix in (c_order, f_order, wide[:, ::2], read_only):
        frame = {name: matrix[:, j] for j, name in enumerate("abc")}
        np.testing.assert_array_equal(scores_of(frame), expected)
    backwards = {name: values[::-1] for name, values in columns.items()}
    np.testing.assert_allclose(scores_of(backwards)[::-1], expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_any_number_of_threads_gives_the_same_bits(threads: int) -> None:
    np.testing.assert_array_equal(scores_of(data(), threads), scores_of(data(), 1))


def test_inputs_are_never_changed() -> None:
    frame = data(2000)
    frame["a"][3] = np.nan
    before = {name: values.copy() for name, values in frame.items()}
    ix.Index.flat({"a": 1, "b": -1, "c": 1}).fit_score(frame)
    for name, values in frame.items():
        np.testing.assert_array_equal(values, before[name])


def test_the_core_refuses_float32_and_more_dimensions() -> None:
    table = _core.Table(2)
    with pytest.raises(TypeError, match="float32"):
        table.number("a", np.zeros(2, dtype=np.float32))
    with pytest.raises(TypeError, match="dimension"):
        table.number("a", np.zeros((2, 2)))
    with pytest.raises(TypeError, match="found"):
        table.whole("a", np.zeros(2))
    with pytest.raises(ValueError, match="rows"):
        table.number("a", np.zeros(3))


def test_the_core_refuses_strides_it_would_misread() -> None:
    """A float64 field of a 12-byte record steps by one and a half elements."""
    records = np.zeros(3, dtype=[("a", "<f8"), ("b", "<i4")])
    records["a"] = [1.0, 2.0, 3.0]
    with pytest.raises(TypeError, match="multiple of 8 bytes"):
        _core.rank(records["a"], True, "min", None)
    with pytest.raises(TypeError, match="multiple of 8 bytes"):
        _core.Table(3).number("a", records["a"])
    values = np.asarray(ix.Index.flat(["a"]).fit_score({"a": records["a"]})["index"])
    np.testing.assert_array_equal(values, [0.0, 0.5, 1.0])


def test_the_interpreter_is_released_during_work() -> None:
    frame = data(2_000_000)
    ticks: list[float] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    began = time.perf_counter()
    index().fit_score(frame, threads=1)
    ended = time.perf_counter()
    done.set()
    thread.join()
    assert sum(began < moment < ended for moment in ticks) > 3, "the other thread made progress"


def _in_child(queue: multiprocessing.Queue) -> None:
    queue.put(scores_of(data(), 2).tobytes())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_computes_the_same() -> None:
    """Threads of the parent's pool are not there in the child; waiting for them would hang for ever."""
    expected = scores_of(data(), 2).tobytes()
    context = multiprocessing.get_context("fork")
    for _ in range(3):
        queue = context.Queue()
        child = context.Process(target=_in_child, args=(queue,))
        child.start()
        assert queue.get(timeout=30) == expected
        child.join(timeout=30)
        assert child.exitcode == 0


def test_ctrl_c_interrupts_long_work() -> None:
    """The signal comes while the core works; KeyboardInterrupt follows within a second."""
    frame = {f"x{j}": np.random.default_rng(j).random(1_000_000) for j in range(12)}
    long = ix.Index.flat(dict.fromkeys(frame, 1), normalize="rank")
    sent: list[float] = []

    def work() -> None:
        for _ in range(200):
            long.fit(frame, threads=1)

    def interrupt() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.1, interrupt)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            work()
        assert time.perf_counter() - sent[0] < 2.0
    finally:
        timer.cancel()
    assert len(scores_of(data(1000))) == 1000, "the core goes on working"


def test_threads_of_python_may_call_at_once() -> None:
    expected = scores_of(data())
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(scores_of(data()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for result in results:
        np.testing.assert_array_equal(result, expected)


def test_batches_merged_equal_the_whole() -> None:
    frame = data()
    parts = [{name: values[i : i + 7000] for name, values in frame.items()} for i in range(0, N, 7000)]
    fitted = index().fit_batches(parts)
    np.testing.assert_allclose(np.asarray(fitted.score(frame)["index"]), scores_of(frame), rtol=0, atol=1e-12)
    with pytest.raises(TypeError, match="once"):
        index().fit_batches(iter(parts))


@pytest.mark.parametrize("ties", ["min", "max", "average", "dense", "first"])
def test_ranks_equal_a_readable_twin(ties: str) -> None:
    values = np.array([3.0, 1.0, np.nan, 3.0, 2.0, 1.0, -0.0, 0.0])
    order = {"min": 0, "first": 0, "max": 1, "average": 2, "dense": 3}[ties]
    ranks = _core.rank(values, True, ties, None)
    for i, value in enumerate(values):
        if np.isnan(value):
            assert np.isnan(ranks[i])
            continue
        better, equal = np.sum(values > value), np.sum(values == value)
        expected = {0: better + 1, 1: better + equal, 2: better + (equal + 1) / 2}.get(order)
        if ties == "first":
            expected = better + 1 + np.sum(values[:i] == value)
        if ties == "dense":
            expected = len(np.unique(values[values > value])) + 1
        assert ranks[i] == expected
