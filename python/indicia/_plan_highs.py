"""A choice solved exactly by HiGHS: one thread and a fixed seed, so the same question has the same answer."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ._output import optional
from .errors import DataError

_BANNER: set[str] = set()


class Solved(NamedTuple):
    """What the solver found: candidates, that no choice has more than ``bound``, and the price of the budget."""

    chosen: list[int]
    bound: float
    price: float


def solve(program: dict[str, Any], gap: float, seconds: float, what: str) -> Solved:
    """Solve the programme of a choice, and its relaxation for the price of the budget."""
    highspy = optional("highspy", "plan", what)
    if not len(program["objective"]):
        return Solved([], 0.0, 0.0)
    relaxed = _run(highspy, program, False, gap, seconds)
    whole = _run(highspy, program, True, gap, seconds)
    info, solution = whole.getInfo(), whole.getSolution()
    if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        raise DataError(
            f"no choice was found within {seconds:g} seconds; give more with seconds=, or say method='greedy'"
        )
    x: npt.NDArray[np.float64] = np.asarray(solution.col_value, np.float64)[: program["whole"]]
    # The price of the first row; a maximum has prices of the sign of its gains.
    price = abs(float(np.asarray(relaxed.getSolution().row_dual, np.float64)[0]))
    return Solved(np.flatnonzero(x > 0.5).tolist(), float(info.mip_dual_bound), price)


def _run(highspy: Any, program: dict[str, Any], whole: bool, gap: float, seconds: float) -> Any:
    lp = highspy.HighsLp()
    columns, rows = len(program["objective"]), len(program["upper"])
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program["objective"], np.zeros(columns), program["most"]
    lp.row_lower_, lp.row_upper_ = np.full(rows, -np.inf), program["upper"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = program["start"], program["index"]
    lp.a_matrix_.value_ = program["value"]
    if whole:
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger] * program["whole"] + [kinds.kContinuous] * (columns - program["whole"])
    solver = quiet_solver(
        highspy,
        mip_rel_gap=gap,
        mip_feasibility_tolerance=1e-9,
        primal_feasibility_tolerance=1e-9,
        time_limit=seconds,
    )
    solver.passModel(lp)
    solver.run()
    return solver


def quiet_solver(highspy: Any, **options: float) -> Any:
    """Make a solver that says nothing, on one thread and with a fixed seed."""
    with _quiet():
        solver = highspy.Highs()
    fixed = {"output_flag": False, "threads": 1, "random_seed": 0, "mip_abs_gap": 1e-9}
    for name, value in (fixed | options).items():
        solver.setOptionValue(name, value)
    return solver


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The first solver of a process prints its version before it can be told not to."""
    if _BANNER:
        yield
        return
    _BANNER.add("said")
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except (AttributeError, OSError, ValueError):  # no standard output at all
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
