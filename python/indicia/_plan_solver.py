"""The search of an allocation: prices first, then whole numbers on the offers that can matter at those prices."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from . import _core
from ._output import optional
from ._plan_highs import quiet_solver
from .errors import DataError

Doubles = npt.NDArray[np.float64]

# Up to so many offers the solver is given all of them at once.
SMALL = 2_000
# Free ways of the cores: for prices, then for whole numbers, each where the one before left too wide a gap.
_PRICED = 4_000
_CORES = (300, 1_200, 5_000, 20_000)
_ADDED = 500
_KEPT = 60_000
_ROUNDS = 60
_LP_TOLERANCE = 1e-7
# In units or middle grants: what is missing for certain beyond rounding.
_MISSING = 1e-3


class Run(NamedTuple):
    """What one call of the solver found; ``x`` is empty where it found nothing."""

    status: str
    x: Doubles
    prices: Doubles
    value: float
    bound: float


class Solved(NamedTuple):
    """How many units of its class take each offer, the worth of that, and a bound that none exceeds."""

    taken: Doubles
    value: float
    bound: float
    prices: Doubles


class Conflict(Exception):
    """No allocation meets the rules; those with these numbers are enough for that."""

    def __init__(self, rules: list[int]) -> None:
        super().__init__()
        self.rules = rules


def highs(model: dict[str, Any], whole: bool, gap: float = 0.0, seconds: float = 1e9) -> Run:
    """Solve a model by HiGHS, on one thread and with a fixed seed: the same model, the same answer."""
    highspy = optional("highspy", "plan", "ix.plan.allocate")
    columns, rows = len(model["cost"]), len(model["row_low"])
    if not columns:
        fits = bool(np.all(model["row_low"] <= 1e-9) and np.all(model["row_high"] >= -1e-9))
        empty = np.zeros(rows)
        return Run("optimal" if fits else "infeasible", np.zeros(0), empty, model["fixed"], model["fixed"])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_, lp.offset_ = highspy.ObjSense.kMaximize, model["fixed"]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model["cost"], np.zeros(columns), model["upper"]
    lp.row_lower_, lp.row_upper_ = model["row_low"], model["row_high"]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = model["start"], model["index"], model["value"]
    if whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[is_whole] for is_whole in model["whole"].tolist()]
    solver = quiet_solver(
        highspy,
        mip_rel_gap=gap,
        time_limit=max(seconds, 0.1),
        mip_feasibility_tolerance=1e-7,
        primal_feasibility_tolerance=1e-8,
    )
    solver.passModel(lp)
    solver.run()
    status, info = solver.getModelStatus(), solver.getInfo()
    found = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    infeasible = status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
    if infeasible or not found:
        bound = info.mip_dual_bound if whole and not infeasible else np.inf
        return Run("infeasible" if infeasible else "none", np.zeros(0), np.zeros(rows), -np.inf, bound)
    solution = solver.getSolution()
    value = info.objective_function_value
    prices = np.zeros(rows) if whole else np.asarray(solution.row_dual, np.float64)
    word = "optimal" if status == highspy.HighsModelStatus.kOptimal else "limit"
    x = np.asarray(solution.col_value, np.float64)
    return Run(word, x, prices, value, info.mip_dual_bound if whole else value)


class Search:
    """The search on one problem.

    Parameters
    ----------
    problem : _core.Allocator
    firms : int
        Number of units.
    gap : float
        A difference to the bound, as a share of the value, that is good enough.
    seconds : float
        Time for whole numbers, in all.
    """

    def __init__(self, problem: _core.Allocator, firms: int, gap: float, seconds: float) -> None:
        self.problem, self.gap, self.seconds = problem, gap, seconds
        _, self.offers, self.rows = problem.size
        self.firms = firms
        # On small problems everything is exact; on large ones ties would make the cores large.
        self.thrift, self.slack = problem.thrift if self.offers > SMALL else (0.0, 0.0)
        # Whether a conflict is looked into, or only told.
        self.explains = True

    # Prices

    def prices(self, question: Any, goal: str = "worth") -> tuple[Doubles, float]:
        """Prices of the rules without whole numbers, and the bound they give.

        Raises
        ------
        Conflict
            If the rules cannot be met even so.
        """
        if self.offers <= _PRICED:
            run = highs(self._core(np.zeros(self.rows), question, self.offers).model(), whole=False)
            if run.status == "infeasible":
                raise Conflict(self.conflict(whole=False))
            prices = run.prices[: self.rows]
            return prices, self._price(prices, question).bound
        penalty = None
        for _ in range(4):
            prices, bound, missing, penalty = self._sift(question, penalty, goal)
            if missing <= 1e-6:
                return prices, bound
            if not self.explains:
                raise Conflict([])
            if self._missing([]) > _MISSING:
                raise Conflict(self.conflict(whole=False))
            penalty *= 100.0
        return prices, bound

    def _sift(self, question: Any, penalty: float | None, goal: str = "worth") -> tuple[Doubles, float, float, float]:
        """Prices from cores that follow them, begun on a sample; what the rules miss at the end."""
        every = -(-self.offers // 3_000)
        sample = self._core(np.zeros(self.rows), question, self.offers, every=every, penalty=1.0).model()
        most = float(np.max(np.abs(sample["cost"][sample["whole"]]), initial=0.0))
        # A smallest share is counted in firms: one firm short of it costs as many as it has groups.
        penalty = penalty or 1e3 * (1.0 if goal == "smallest" else most or 1.0)
        sample["cost"] = np.where(sample["whole"] | (sample["cost"] > 0), sample["cost"], -penalty)
        prices = highs(sample, whole=False).prices[: self.rows]
        best, bound, value, missing = prices, np.inf, -np.inf, 0.0
        core: Any = None
        for _ in range(_ROUNDS):
            priced = self._price(prices, question)
            if priced.bound < bound:
                best, bound = prices, priced.bound
            if goal == "smallest" and not prices.any():
                # All firms of all groups, perhaps: no price tells anything.
                break
            if np.isfinite(value) and bound - value <= _LP_TOLERANCE * max(abs(value), 1e-9):
                break
            # What was free stays so: prices cannot go round in circles.
            keep = core if core is not None and core.columns < _KEPT else None
            core = self.problem.core(priced, question, _ADDED if keep is not None else _PRICED, 0.0, 1, penalty, keep)
            model = core.model()
            run = highs(model, whole=False)
            if run.value > value:
                slack = ~model["whole"] & (model["cost"] < 0)
                value, missing = run.value, float(np.sum(run.x[slack]))
            prices = run.prices[: self.rows]
        return best, bound, missing, penalty

    def _question(self, goal: str, floor: float | None = None, tight: Sequence[float] = ()) -> Any:
        return _core.AllocatorQuestion(goal, floor, [], tight, self.thrift)

    def _price(self, prices: Doubles, question: Any) -> Any:
        return self.problem.price(np.ascontiguousarray(prices), question)

    def _core(
        self,
        prices: Doubles,
        question: Any,
        size: int,
        within: float = 0.0,
        every: int = 1,
        penalty: float | None = None,
    ) -> Any:
        return self.problem.core(self._price(prices, question), question, size, within, every, penalty)

    # Whole numbers

    def solve(self, goal: str = "worth", floor: float | None = None, start: Doubles | None = None) -> Solved:
        """Find an allocation within the gap, or the best that the time allows; ``start`` is one that meets the rules.

        Raises
        ------
        Conflict
            If no allocation meets the rules.
        """
        end = time.monotonic() + self.seconds
        question = self._question(goal, floor)
        prices, bound = self.prices(question, goal)
        bound += self.slack
        best: Solved | None = None
        seen = -1
        if start is not None:
            best = Solved(start, self.problem.measure(start, question)[0], bound, prices)
        sizes = [self.offers * 2] if self.offers <= SMALL else [size for size in _CORES if size < self.offers * 2]
        for size in sizes:
            left = end - time.monotonic()
            if best is not None and (left <= 0 or self._near(best.value, bound, goal)):
                break
            core, run, taken, value = self._whole(prices, goal, floor, size, max(left, 1.0), seen)
            if core.columns == seen:
                continue
            seen = core.columns
            everything = core.threshold == np.inf
            if run.status == "infeasible" and everything:
                if best is not None:
                    break
                raise Conflict(self.conflict(whole=True) if self.explains else [])
            if taken is not None and (best is None or value > best.value):
                best = Solved(taken, value, bound, prices)
            # What is left out of the core loses more than could still be gained: its bound is that of all.
            if best is not None and (everything or bound - best.value <= core.threshold):
                bound = max(best.value, min(bound, run.bound + self.slack))
        if best is None:
            raise DataError(
                "no allocation in whole firms was found within the time, though parts of firms meet the rules; "
                "give more time_limit=, or loosen the tightest quotas"
            )
        # Rounding of the solver, and no more.
        best = best._replace(bound=max(bound, best.value))
        if goal == "smallest":
            best = best._replace(value=best.value / self.firms, bound=best.bound / self.firms)
        return best

    def smallest(self) -> tuple[Solved, float, float]:
        """The largest smallest share that is found, with as many firms as can be; that share, and its bound.

        Small problems are solved for the share itself. In others the share that parts of firms allow is asked for as
        a floor, then a firm of the largest group less, and so on: a search for the worth finds whole numbers sooner.
        """
        plain = _core.AllocatorQuestion("worth")
        if self.offers <= SMALL:
            first = self.solve("smallest")
            found = self.solve("worth", first.value, first.taken)
            value = self.problem.measure(found.taken, plain)[1]
            return found._replace(prices=first.prices / max(self.firms, 1)), value, max(first.bound, value)
        prices, bound = self.prices(self._question("smallest"), "smallest")
        share = min((bound + self.slack) / self.firms, 1.0)
        step = 1.0 / max(row[8] for row in self.problem.rows() if row[1] == "smallest share")
        self.explains = False
        failed, less, reached = -1, 0, -1
        best: Solved | None = None
        while share - less * step > 0 and less - failed > 0:
            try:
                best = self.solve("worth", share - less * step)
            except (Conflict, DataError):
                failed, less = less, (max(1, 2 * less) if best is None else (less + reached) // 2)
            else:
                # Halfway back to what could not be met.
                reached, less = less, (failed + less) // 2
            if best is not None and less in (failed, reached):
                break
        if best is not None:
            value = self.problem.measure(best.taken, plain)[1]
            return best._replace(prices=prices / self.firms), value, max(share, value)
        self.explains = True
        found = self.solve("worth")
        value = self.problem.measure(found.taken, plain)[1]
        return found._replace(prices=prices / self.firms), value, max(share, value)

    def _near(self, value: float, bound: float, goal: str) -> bool:
        enough = self.gap * abs(value)
        if goal == "smallest" and self.gap:
            # Less than one firm of the largest group is no difference.
            sizes = [row[8] for row in self.problem.rows() if row[1] == "smallest share"]
            enough = max(enough, self.firms / max(max(sizes, default=1.0), 1.0))
        return bound - value <= max(enough, 1e-9)

    def _whole(
        self, prices: Doubles, goal: str, floor: float | None, size: int, seconds: float, seen: int
    ) -> tuple[Any, Run, Doubles | None, float]:
        """One core solved; again with tighter rules where rounding breaks one."""
        tight, run = np.zeros(self.rows), Run("none", np.zeros(0), np.zeros(0), -np.inf, np.inf)
        plain = _core.AllocatorQuestion(goal, floor)
        for _ in range(4):
            question = self._question(goal, floor, tight.tolist())
            # The core is cut with thrift and solved without: whole worths are easier to bound.
            given = _core.AllocatorQuestion(goal, floor, [], tight.tolist())
            core = self.problem.core(self._price(prices, question), given, size, 0.0, 1, None)
            if core.columns == seen:
                # Many ways lose the same: the core is the one before.
                break
            run = highs(core.model(), whole=True, gap=self.gap / 2, seconds=seconds)
            if not len(run.x) and run.status != "optimal":
                return core, run, None, -np.inf
            taken = self.problem.whole(core, run.x)
            value, smallest, _, _, excess = self.problem.measure(taken, plain)
            if not excess.any():
                # A share is counted in units for the solver.
                return core, run, taken, smallest * self.firms if goal == "smallest" else value
            tight += 2 * excess
        return core, run, None, -np.inf

    # Conflicts

    def conflict(self, whole: bool) -> list[int]:
        """A smallest set of rules that cannot be met together: each is left out in turn, and stays out where it may."""
        kept = [row for row in range(self.rows) if np.isfinite(self.problem.rows()[row][5:7]).any()]
        for row in list(kept):
            others = [other for other in kept if other != row]
            if not self._fits(others, whole):
                kept = others
        return kept

    def _fits(self, rules: list[int], whole: bool) -> bool:
        off = [row not in rules for row in range(self.rows)]
        if self.offers > _PRICED:
            return self._missing(off) <= _MISSING
        question = _core.AllocatorQuestion("feasible", None, off)
        model = self._core(np.zeros(self.rows), question, self.offers * 2).model()
        return highs(model, whole=whole, seconds=self.seconds).status != "infeasible"

    def _missing(self, off: list[bool]) -> float:
        """What the rules miss at least, in units or middle grants."""
        question = _core.AllocatorQuestion("feasible", None, off)
        _, bound, _, _ = self._sift(question, 1.0)
        return -bound
