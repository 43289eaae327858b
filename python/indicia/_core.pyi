"""The compiled core. Everything structured crosses as JSON; columns and results cross as NumPy arrays."""

from collections.abc import Callable, Sequence
from typing import Any, Self, final

import numpy as np
import numpy.typing as npt

__version__: str
debug_build: bool

class CoreError(Exception):
    """Raised for every error of the core.

    ``args[0]`` is JSON: ``{"kind": "value", "code": "value", "problems": [{"path", "column", "rows", "count", "value",
    "message", "remedy"}]}``; the Python layer turns it into a typed exception with the caller's row labels.
    """

@final
class Table:
    """Borrowed columns of equal length; nothing is copied. Arrays may have any stride and may be read-only."""

    def __new__(cls, rows: int) -> Table: ...
    def number(self, name: str, values: npt.NDArray[np.float64]) -> None:
        """Add a float64 column; NaN is missing. Other dtypes raise TypeError."""

    def whole(self, name: str, values: npt.NDArray[Any]) -> None:
        """Add an int8, uint8, int16, int32, int64 or bool column (none missing)."""

    def text(self, name: str, codes: npt.NDArray[Any], labels: Sequence[str]) -> None:
        """Add a text column as int8, int16, int32 or int64 codes into labels; a negative code is missing."""

@final
class Index:
    """A validated definition."""

    @staticmethod
    def from_toml(text: str) -> Index: ...
    @staticmethod
    def from_json(text: str) -> Index: ...
    def to_toml(self) -> str: ...
    def to_json(self) -> str: ...
    def summary(self) -> str:
        """JSON: id, edition, comparable, label, source, confidence, notes, root, nodes, columns, stages, levels, needs_time, units.

        nodes: list of {id, kind ("indicator" | "group"), parent, label, scored, scale | aggregate, direction, tags, measure,
        source, confidence} in definition order (indicators, then groups).
        columns: list of {name, alternatives, used_by, required}: what the data must hold. ``alternatives`` are sets of
        raw column names, one of which suffices (empty when the column itself is needed).
        levels: list of {owner (node id or null), names}; names[0] is "no level".
        units: labels of units whose values anchor a scale. needs_time: whether a step is fitted per period or on a base period.
        """

    def describe(self) -> tuple[str, str, str]:
        """The method in words and formulas, as Markdown, HTML and LaTeX."""

    def fit(self, table: Table, request: str, periods: list[tuple[str, npt.NDArray[np.int64]]] | None) -> Fitted:
        """Fit.

        request: JSON {"units": {label: [rows]}, "absent": "error" | "unknown", "assume": {column: value}, "threads": n | null}.
        periods: rows of each period, label as JSON text (``2011`` or ``"2011Q1"``).
        """

    def fit_state(self, request: str) -> FitState:
        """A mergeable state for data that come in batches."""

@final
class FitState:
    """State of a fit over batches: for each stage ``update`` with every batch, then ``advance``; at the end ``finish``."""

    stage: int
    stages: int

    def update(self, table: Table) -> None: ...
    def merge(self, other: FitState) -> None: ...
    def advance(self) -> None: ...
    def finish(self) -> Fitted: ...
    def to_json(self) -> str: ...
    @staticmethod
    def from_json(text: str) -> FitState: ...

@final
class Fitted:
    """A fitted index: definition and numbers."""

    @staticmethod
    def from_json(text: str) -> Fitted: ...
    @staticmethod
    def unfitted(index: Index) -> Fitted:
        """For definitions in which nothing is to be fitted; otherwise a not-fitted error that names the nodes."""

    def to_json(self, include_records: bool = False) -> str: ...
    def index(self) -> Index: ...
    def weights(self) -> str:
        """JSON list of {period, node, parent, weight, effective, method}: weight among siblings (sums to 1 for means),
        effective weight down from the root."""

    def scales(self) -> str:
        """JSON list of {period, node, scale, learned: {statistic: number}}."""

    def treatments(self) -> str:
        """JSON list of {period, node, method, low, high, low_count, high_count, curve, checks, warning}."""

    def details(self) -> str:
        """JSON list of {period, group, detail, node, value}: what weights and aggregations were made from."""

    def warnings(self) -> str:
        """JSON list of {kind ("constant" | "weights" | ...), node, message}."""

    def score(
        self, table: Table, request: str, periods: list[tuple[str, npt.NDArray[np.int64]]] | None
    ) -> dict[str, Any]:
        """Score rows.

        request: JSON {"nodes": [ids], "range": bool, "coverage": bool, "bounds": [ids] | null, "levels": bool,
        "contributions": bool, "absent": "error" | "unknown", "assume": {column: value}, "together": bool, "threads": n | null}.
        Returns {"nodes": {id: float64}, "low": {id: float64}, "high": {id: float64}, "coverage": {id: float64},
        "answered": float64 or None, "assumed": uint16 or None, "levels": [{"owner": id or None, "names": [..], "certain": uint8, "possible":
        uint8}], "contributions": {group: {child: float64}}, "report": JSON}.
        report: {"assumed": {column: count}, "implied": {node: count}, "contradicted": {node: count}, "disagreed": {node: count},
        "reasons": {derived column: {"zero_denominator": n, "log_of_non_positive": n, "overflow": n, "no_match": n}},
        "range_from_observed": [nodes], "unseen_periods": [labels], "warnings": [{kind, node, message}]}.
        """

    def audit(self, table: Table, row: int, request: str, period: str | None) -> str:
        """JSON: every answer of one row -> points with rule and source, every group with its children, every condition with
        its state; see ``audit.rs`` for the keys."""

def rank(values: npt.NDArray[np.float64], descending: bool, ties: str, threads: int | None) -> npt.NDArray[np.float64]:
    """Ranks; ties: "min", "max", "average", "dense", "first". NaN stays NaN."""

def shares(
    levels: npt.NDArray[np.uint8],
    count: int,
    groups: npt.NDArray[np.int64] | None,
    group_count: int,
    weights: npt.NDArray[np.float64] | None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Rows, weights and shares per group and level (255 = unknown is the last column), each of shape (groups, count + 1).

    A share is the weight of a level over the weight of its group; NaN where a group has none.
    """

def json_schema() -> str:
    """JSON Schema of a definition, for editors."""

def stats_summary(
    table: Table, thresholds: str
) -> tuple[list[npt.NDArray[np.float64]], list[npt.NDArray[np.uint64]], list[npt.NDArray[np.bool_]]]:
    """Per column: min, max, mean, median, sd, skew, kurtosis, shares available, nonzero, unique, same; counts available, nonzero,
    unique, same; flags available, nonzero, unique, outliers. thresholds: JSON of ``Thresholds``."""

def stats_screen(
    table: Table, min_availability: float, min_nonzero: float, by: str, include: Sequence[int], exclude: Sequence[int]
) -> tuple[
    npt.NDArray[np.uint64],
    npt.NDArray[np.uint64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.uint8],
]:
    """Per row: missing, zeros, share available, share not zero, verdict (0 kept, 1 low availability, 2 low non-zero share, 3 both,
    4 included, 5 excluded). by: "availability", "nonzero", "either"."""

def stats_denominate(table: Table, scale: float) -> tuple[npt.NDArray[np.float64], list[int], int]:
    """The first column over the second / scale; first rows with a value and no denominator, and their number."""

def stats_correlation(
    table: Table, method: str, gaps: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.uint64]]:
    """Coefficients, p-values, counts, each of shape (columns, columns). method: "pearson", "spearman", "kendall"; gaps: "pairwise",
    "complete"."""

def stats_cronbach(
    table: Table, gaps: str, standardized: bool
) -> tuple[float, npt.NDArray[np.float64], npt.NDArray[np.float64], int]:
    """Alpha, alpha without each column, correlation of each with the sum of the others, complete rows."""

def stats_pca(
    table: Table, matrix: str, gaps: str, scores: int
) -> tuple[
    list[npt.NDArray[np.float64]],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    list[npt.NDArray[np.float64]],
    int,
]:
    """[eigenvalues, deviations, shares, running shares], vectors and loadings (columns, components), scores by component, complete
    rows. matrix: "correlation", "covariance"."""

def stats_kmo(table: Table, gaps: str) -> tuple[float, npt.NDArray[np.float64], int]:
    """Overall measure, that of each column, complete rows."""

def stats_bartlett(table: Table) -> tuple[float, int, float, int]:
    """Chi-squared, degrees of freedom, p-value, complete rows."""

def stats_varimax(loadings: npt.NDArray[np.float64], kaiser: bool) -> npt.NDArray[np.float64]:
    """Rotated loadings of shape (rows, factors)."""

def fill_panel(
    units: npt.NDArray[np.int64],
    times: npt.NDArray[np.float64],
    columns: Sequence[tuple[str, npt.NDArray[np.float64]]],
    method: str,
    max_gap: float | None,
) -> list[tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]]:
    """Columns filled from other periods, each with the row its values come from (-1 where still missing)."""

def firm_reasons() -> list[str]:
    """Why values are missing, in words, from reason 1 on."""

_Columns = list[npt.NDArray[np.float64]]

@final
class FirmOrder:
    """The order of a panel."""

    def __new__(
        cls, units: npt.NDArray[np.int64], times: npt.NDArray[np.float64], threads: int | None
    ) -> FirmOrder: ...
    def bases(
        self,
        units: npt.NDArray[np.int64],
        times: npt.NDArray[np.float64],
        periods: float,
        which: str,
        threads: int | None,
    ) -> FirmBases:
        """For each row the row of another period, of the same keys as the order."""

@final
class FirmBases:
    """For each row of a panel the row of another period."""

    def lag(
        self, columns: _Columns, difference: bool, threads: int | None
    ) -> tuple[npt.NDArray[np.float64], list[list[int]]]:
        """Values by column, and how many are missing by column and reason."""

    def growth(
        self,
        columns: _Columns,
        times: npt.NDArray[np.float64],
        method: str,
        signed: bool,
        absent_is_zero: bool,
        earlier: FirmBases | None,
        reasons: bool,
        threads: int | None,
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint8] | None, list[list[int]]]:
        """Values by column, reasons by number (0 where there is a value), how many of each."""

def firm_runs(
    offsets: npt.NDArray[np.int64], bytes: npt.NDArray[np.uint8], threads: int | None
) -> npt.NDArray[np.int64] | None:
    """Codes of texts that come in runs; None where most rows begin one."""

def firm_ratio(
    numerator: npt.NDArray[np.float64],
    denominator: npt.NDArray[np.float64],
    basis: str,
    bases: FirmBases | None,
    logarithm: bool,
    threads: int | None,
) -> tuple[npt.NDArray[np.float64], list[list[int]]]:
    """One column of ratios, and how many are missing by reason."""

def firm_stock(
    units: npt.NDArray[np.int64],
    times: npt.NDArray[np.float64],
    flows: npt.NDArray[np.float64],
    depreciation: float,
    initial: str,
    growth: str,
    rate: float | None,
    over: float | None,
    zero_gaps: bool,
    lagged: bool,
) -> tuple[npt.NDArray[np.float64], list[int]]:
    """Stocks, and how many are missing by reason."""

def firm_winsorize(
    values: npt.NDArray[np.float64],
    groups: npt.NDArray[np.int64],
    count: int,
    lower: float,
    upper: float,
    rule: str,
    threads: int | None,
) -> tuple[npt.NDArray[np.float64], list[tuple[int, float, float, int, int]]]:
    """Capped values; by group n, low cap, high cap, capped below, capped above."""

def firm_totals(
    values: npt.NDArray[np.float64], codes: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.float64]: ...
def firm_concentration(
    column: str,
    values: npt.NDArray[np.float64],
    groups: npt.NDArray[np.int64],
    count: int,
    members: npt.NDArray[np.int64] | None,
    largest: Sequence[int],
) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.float64]], list[npt.NDArray[np.float64]]]:
    """By group: members; total, Herfindahl, its normalized form, entropy; shares of the largest."""

def firm_quotients(
    column: str,
    values: npt.NDArray[np.float64],
    regions: npt.NDArray[np.int64],
    industries: npt.NDArray[np.int64],
    counts: tuple[int, int],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Sums and location quotients, region by region."""

def firm_ellison_glaeser(
    column: str,
    values: npt.NDArray[np.float64],
    regions: npt.NDArray[np.int64],
    industries: npt.NDArray[np.int64],
    counts: tuple[int, int],
) -> tuple[npt.NDArray[np.int64], list[npt.NDArray[np.float64]]]:
    """By industry: plants; raw concentration, Herfindahl of plants, the index."""

def outranking(
    columns: Sequence[npt.NDArray[np.float64]], weights: Sequence[float]
) -> tuple[npt.NDArray[np.float64], float]:
    """Weight share by which row i outranks row j, and the share of pairs with an entry of exactly 1."""

def kemeny_order(matrix: npt.NDArray[np.float64]) -> tuple[list[int], float, bool, float]:
    """Units by number (the best first), score, whether exact, bound on the score."""

def kemeny_votes(units: int, rankings: Sequence[tuple[float, Sequence[int]]]) -> npt.NDArray[np.float64]:
    """How much weight puts unit i above unit j."""

def frontier_doubt(
    names: Sequence[str],
    columns: Sequence[npt.NDArray[np.float64]],
    reference: Sequence[npt.NDArray[np.float64]] | None,
    limits: str | None,
    leave_out: bool,
    detail: bool,
    threads: int | None,
) -> tuple[
    npt.NDArray[np.float64],
    list[npt.NDArray[np.float64]],
    list[npt.NDArray[np.float64]],
    tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]],
    npt.NDArray[np.int64],
    float,
    float,
    list[str],
]:
    """Scores, weights and pie shares by indicator, peers (row, record, multiplier), frame, its share, share on the
    frontier, warnings."""

def frontier_directional(
    names: Sequence[str],
    columns: Sequence[npt.NDArray[np.float64]],
    reference: Sequence[npt.NDArray[np.float64]] | None,
    direction: str,
    threads: int | None,
) -> tuple[
    npt.NDArray[np.float64],
    list[npt.NDArray[np.float64]],
    tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]],
    list[str],
]:
    """Distances, targets by indicator, peers (rows, records, multipliers), warnings; direction: JSON "own", "range" or
    {"numbers": [one per indicator]}."""

def frontier_order_m(
    names: Sequence[str],
    columns: Sequence[npt.NDArray[np.float64]],
    m: int,
    draws: int | None,
    context: npt.NDArray[np.float64] | None,
    bandwidth: float,
    seed: int,
    threads: int | None,
) -> npt.NDArray[np.float64]:
    """Order-m scores; exact without draws."""

def frontier_over_time(
    names: Sequence[str],
    first: Sequence[npt.NDArray[np.float64]],
    last: Sequence[npt.NDArray[np.float64]],
    limits: str | None,
    threads: int | None,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Change, catching up, shift of the frontier."""

def compare_difference(
    first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float, int]:
    """First minus second, its size, the mean of the sizes over the rows that have both, and their number."""

def compare_rank_within(
    values: npt.NDArray[np.float64], groups: npt.NDArray[np.int64], ties: str
) -> npt.NDArray[np.float64]:
    """Ranks (1 is the highest) among the rows of the same group; a negative code is no group."""

def compare_standing(
    columns: Sequence[npt.NDArray[np.float64]], row: int, among: Sequence[int], ties: str
) -> list[tuple[float, float, int, int]]:
    """Per column: rank of the row among others, the worst rank, number of values, number of distinct values."""

def compare_change(
    nodes: str, first: Sequence[npt.NDArray[np.float64]], last: Sequence[npt.NDArray[np.float64]]
) -> tuple[list[npt.NDArray[np.float64]], list[str | None]]:
    """Contributions of each node to the change of the last one, and why a row has none.

    nodes: JSON list of {"rule": "leaf" | "arithmetic" | "sum" | "geometric", "children": [places], "weights": [numbers]}."""

def compare_links(
    earlier: npt.NDArray[np.float64], later: npt.NDArray[np.float64], link: str
) -> tuple[npt.NDArray[np.float64], float, int]:
    """Links of units, of the means, and how many have no meaning. link: "ratio", "difference"."""

def compare_chain(links: Sequence[Sequence[float]], link: str) -> list[list[float]]:
    """Links multiplied or added up, one list of links per unit."""

def compare_growth(
    units: npt.NDArray[np.int64],
    times: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    count: int,
    measure: str,
    latest: int | None,
    step: float,
) -> tuple[
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    npt.NDArray[np.int64],
    list[str | None],
]:
    """Per unit: growth, share of values, row of the first and of the last value (-1: none), values used, why it is missing.
    measure: "cagr", "trend"."""

def compare_obstacle(
    names: Sequence[str], columns: Sequence[npt.NDArray[np.float64]], weights: Sequence[float]
) -> list[npt.NDArray[np.float64]]:
    """Obstacle degrees by indicator."""

def eligibility_rules(fitted: Fitted, level: str) -> str:
    """JSON list of {requirement, depth, way, id, label, text, kind, of, bound, source, confidence}; level: {"owner", "level"}."""

def eligibility(
    fitted: Fitted,
    table: Table,
    level: str,
    request: str,
    periods: list[tuple[str, npt.NDArray[np.int64]]] | None,
) -> dict[str, Any]:
    """{"states": uint8 (0 not met, 1 open, 2 met), "failed": uint16, "lacking": uint16, "open": uint16, "routes": [uint8],
    "counts": [[met, not met, open, only this fails]]}."""

def eligibility_findings(
    fitted: Fitted,
    table: Table,
    rows: npt.NDArray[np.int64],
    level: str,
    request: str,
    periods: list[tuple[str, npt.NDArray[np.int64]]] | None,
) -> dict[str, Any]:
    """{"failures": {row, rule, value, short, share}, "needed": {row, requirement, column}, "columns": [names]}."""

_Doubles = npt.NDArray[np.float64]
_Counted = tuple[list[_Doubles], _Doubles, list[_Doubles], _Doubles, _Doubles]
_Hits = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], list[list[str]], list[str | None]]

@final
class TextCounter:
    """A dictionary (JSON) ready to count; counts, total, dropped by context, characters, tokens. by: "group", "term"."""

    def __new__(cls, dictionary: str, contexts: Sequence[str] | None = None) -> TextCounter: ...
    def groups(self) -> list[str]: ...
    def terms(self) -> list[str]: ...
    def contexts(self) -> list[str]: ...
    def count_buffers(
        self,
        data: npt.NDArray[np.uint8],
        offsets: npt.NDArray[np.int64],
        missing: npt.NDArray[np.bool_],
        by: str,
        threads: int | None = None,
    ) -> _Counted: ...
    def count_bytes(self, texts: Sequence[bytes | None], by: str, threads: int | None = None) -> _Counted: ...
    def count_tokens(
        self, texts: Sequence[bytes | None], ends: Sequence[Sequence[int]], by: str, threads: int | None = None
    ) -> _Counted: ...
    def audit_bytes(self, texts: Sequence[bytes | None], around: int, threads: int | None = None) -> _Hits: ...
    def audit_tokens(
        self, texts: Sequence[bytes | None], ends: Sequence[Sequence[int]], around: int, threads: int | None = None
    ) -> _Hits: ...

def text_dictionary(text: str, format: str) -> str:
    """A dictionary as JSON, read and validated. format: "toml", "json"."""

def text_dictionary_toml(dictionary: str) -> str:
    """A dictionary in JSON as TOML."""

def text_measure(
    counts: npt.NDArray[np.float64], lengths: npt.NDArray[np.float64], measure: str
) -> npt.NDArray[np.float64]:
    """What counts become. measure: JSON "count", "ln1p", "any", or {"per": number} of the length."""

def explain_contributions(
    fitted: Fitted,
    table: Table,
    asked: str,
    request: str,
    periods: list[tuple[str, npt.NDArray[np.int64]]] | None,
) -> dict[str, Any]:
    """{"children": {name: values}, "scores", "base", "errors" (empty where there are none), "adds_up_to"};
    asked: JSON of {node, baseline, seed, samples, row}."""

def explain_barriers(
    scores: Sequence[npt.NDArray[np.float64]],
    degrees: Sequence[npt.NDArray[np.float64]],
    indicators: Sequence[Sequence[int]],
    groups: npt.NDArray[np.int64] | None,
    count: int,
    weights: npt.NDArray[np.float64] | None,
) -> dict[str, Any]:
    """{"share", "greatest", "n", "unknown", "nothing"}, one entry per group and barrier."""

def plan_changes(fitted: Fitted, table: Table, wanted: str, request: str) -> dict[str, Any]:
    """{"outcomes": uint8 (0 unknown, 1 unreachable, 2 limit, 3 changed, 4 there), "before", "after", "costs", "gap", "from" and
    "values" by indicator, "needed": (rows, columns)}; wanted: JSON of {node, to, vary: [{id, cost, low, high}], limit}."""

def plan_paths(
    fitted: Fitted, table: Table, level: str, measures: str, wanted: str, request: str
) -> tuple[
    npt.NDArray[np.uint64],
    list[tuple[float | None, float, float | None, list[int], list[list[int]]]],
    list[tuple[int, str, float]],
]:
    """For every row the number of its plan; plans as (cost, lower bound, months, measures, alternatives); scores that
    measures give indicators as (measure, indicator, score)."""

@final
class AllocatorQuestion:
    """Which programme is solved: goal is "worth", "smallest" or "feasible"."""
    def __new__(
        cls,
        goal: str,
        floor: float | None = None,
        off: Sequence[bool] = ...,
        tight: Sequence[float] = ...,
        thrift: float = 0.0,
    ) -> Self: ...

@final
class AllocatorPriced:
    """What classes take at prices."""
    @property
    def bound(self) -> float: ...

@final
class AllocatorCore:
    """A core cut at prices."""
    @property
    def columns(self) -> int: ...
    @property
    def threshold(self) -> float: ...
    def model(self) -> dict[str, Any]: ...

@final
class Allocator:
    """The problem of an allocation. Rows are (name, part, programme, what is counted, share, low, high, already, size,
    measure of the solver)."""
    def __new__(
        cls,
        asked: str,
        costs: list[npt.NDArray[np.float64]],
        score: npt.NDArray[np.float64],
        scores_after: list[npt.NDArray[np.float64]],
        weights: npt.NDArray[np.float64],
        groups: list[npt.NDArray[np.int64]],
        categories: list[int],
        eligible: list[npt.NDArray[np.uint8]],
        amounts: list[list[dict[str, npt.NDArray[np.float64]]]],
    ) -> Self: ...
    @property
    def size(self) -> tuple[int, int, int]: ...
    @property
    def thrift(self) -> tuple[float, float]: ...
    def rows(self) -> list[tuple[str, str, int | None, str, float, float, float, float, float, float]]: ...
    def price(self, prices: npt.NDArray[np.float64], question: AllocatorQuestion) -> AllocatorPriced: ...
    def core(
        self,
        priced: AllocatorPriced,
        question: AllocatorQuestion,
        size: int,
        within: float = 0.0,
        every: int = 1,
        penalty: float | None = None,
        keep: AllocatorCore | None = None,
    ) -> AllocatorCore: ...
    def whole(self, core: AllocatorCore, solution: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]: ...
    def measure(
        self, taken: npt.NDArray[np.float64], question: AllocatorQuestion
    ) -> tuple[float, float, npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]: ...
    def told(
        self, taken: npt.NDArray[np.float64], prices: npt.NDArray[np.float64]
    ) -> list[tuple[float, float, float, float, float]]: ...
    def assign(
        self, taken: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]: ...
    def whys(self) -> list[npt.NDArray[np.int64]]: ...
    def refusals(
        self, taken: npt.NDArray[np.float64], prices: npt.NDArray[np.float64], question: AllocatorQuestion
    ) -> dict[str, npt.NDArray[Any]]: ...

_Estimates = tuple[
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
    npt.NDArray[np.int64],
    npt.NDArray[np.float64],
    npt.NDArray[np.float64],
]
_Pairs = Sequence[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64] | None]]

@final
class SurveyDesign:
    """A checked design. Estimates are value, standard error, low, high, rows, weight, weighted sum."""

    def __new__(
        cls,
        weights: npt.NDArray[np.float64],
        strata: npt.NDArray[np.int64] | None,
        psu: npt.NDArray[np.int64] | None,
        fpc: npt.NDArray[np.float64] | None,
        single: str,
    ) -> SurveyDesign: ...
    def counts(self) -> tuple[int, int, int, float]:
        """Rows, strata, units, degrees of freedom."""

    def estimates(
        self,
        ask: str,
        columns: _Pairs,
        groups: npt.NDArray[np.int64] | None,
        count: int,
        level: float,
        threads: int | None,
    ) -> _Estimates:
        """By column and group. ask: "mean" (ratio, where a column has a second one), "total", "variance"."""

    def shares(
        self,
        columns: Sequence[tuple[npt.NDArray[np.int64], int]],
        groups: npt.NDArray[np.int64] | None,
        count: int,
        level: float,
        threads: int | None,
    ) -> tuple[_Estimates, npt.NDArray[np.int64]]:
        """By column, group and category; and the rows of each."""

    def parts(
        self,
        columns: Sequence[npt.NDArray[np.float64]],
        groups: npt.NDArray[np.int64],
        count: int,
        within: npt.NDArray[np.int64] | None,
        within_count: int,
        level: float,
        threads: int | None,
    ) -> tuple[_Estimates, npt.NDArray[np.int64]]:
        """Shares of groups in totals by column, domain and group; and the rows of each."""

    def quantiles(
        self,
        columns: Sequence[npt.NDArray[np.float64]],
        groups: npt.NDArray[np.int64] | None,
        count: int,
        wanted: Sequence[float],
        rule: str,
        level: float,
        threads: int | None,
    ) -> _Estimates:
        """By column, group and share wanted."""

    def differences(
        self,
        columns: _Pairs,
        first: Sequence[npt.NDArray[np.bool_]],
        second: Sequence[npt.NDArray[np.bool_]],
        level: float,
        threads: int | None,
    ) -> tuple[list[list[float]], list[list[int]]]:
        """By column and pair of sets: both values, both errors, difference, its error, low, high, t, df, p; rows."""

    def combinations(
        self,
        items: Sequence[npt.NDArray[np.float64]],
        groups: npt.NDArray[np.int64] | None,
        count: int,
        top: int,
        unknown: bool,
        level: float,
    ) -> tuple[list[int], list[int], _Estimates, list[int], list[int]]:
        """Items as bits, rows, shares; how many combinations each group has, and rows unknown."""

    def bootstrap(
        self,
        shares: Sequence[tuple[npt.NDArray[np.int64], int]],
        ratios: _Pairs,
        groups: npt.NDArray[np.int64] | None,
        count: int,
        number: int,
        seed: int,
        level: float,
        threads: int | None,
    ) -> tuple[
        npt.NDArray[np.float64],
        npt.NDArray[np.int64],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
        npt.NDArray[np.float64],
    ]:
        """All values, replicate by replicate; of each value how many there are, standard error, low, high."""

def survey_flags(
    rows: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
    errors: npt.NDArray[np.float64],
    min_rows: int,
    max_cv: float,
) -> list[str]:
    """What is wrong with estimates, in words."""

@final
class Replays:
    @property
    def units(self) -> int: ...
    @property
    def count(self) -> int: ...
    @property
    def level_names(self) -> list[str]: ...
    @property
    def failed(self) -> list[tuple[int, str]]: ...
    def nominal(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]:
        """Scores, ranks (0: none) and levels of the index as it is."""

    def choices(self) -> npt.NDArray[np.uint16]: ...
    def shift(self) -> npt.NDArray[np.float64]: ...
    def shares(self) -> npt.NDArray[np.float64]: ...
    def watched(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint32]]: ...
    def scores(self) -> npt.NDArray[np.float64]: ...
    def ranks(self) -> npt.NDArray[np.uint32]: ...
    def levels(self) -> npt.NDArray[np.uint8]: ...
    def score_distribution(self, quantiles: Sequence[float]) -> _Described: ...
    def rank_distribution(self, quantiles: Sequence[float]) -> _Described: ...
    def acceptability(self, rows: Sequence[int], most: int) -> npt.NDArray[np.float64]: ...
    def above(self, pairs: Sequence[tuple[int, int]]) -> npt.NDArray[np.float64]: ...
    def at_least(self) -> list[npt.NDArray[np.float64]]: ...
    def hinges(self, factors: int) -> list[npt.NDArray[np.float64]]: ...
    def weights(self) -> tuple[list[tuple[str, str]], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Groups and children whose weights were kept, their shares by the index as it is and by replay."""

    def against(self) -> list[npt.NDArray[np.float64]]:
        """By replay: rank correlation with the index as it is, largest difference of ranks, units and weight that moved."""

    def matters(self, factors: int) -> list[tuple[float, float, int]]:
        """By factor: mean and largest change of ranks when it alone changes, and the number of pairs."""

    def failures(self) -> str: ...

_Described = tuple[
    npt.NDArray[np.float64], npt.NDArray[np.float64], list[npt.NDArray[np.float64]], npt.NDArray[np.uint32]
]
_Interval = tuple[float, float, float]

def robustness_layout(index: Index, factors: str) -> list[int]:
    """First dimension of each factor and the number of all."""

def robustness_points(design: str, count: int, width: int, seed: int) -> npt.NDArray[np.float64]:
    """Points of a design, by row."""

def robustness_saltelli(
    index: Index, factors: str, second: bool, design: str, count: int, seed: int
) -> npt.NDArray[np.float64]:
    """Points of a design for sensitivity, by row."""

def robustness_grid(index: Index, factors: str) -> npt.NDArray[np.float64]:
    """Every combination of alternatives, by row."""

_End = tuple[float, int | None]

def robustness_stability(
    index: Index, table: Table, question: str, periods: Sequence[tuple[str, npt.NDArray[np.int64]]] | None
) -> list[tuple[str, str, float, list[_End], list[_End] | None]]:
    """Group, child, share; ends for the leader and for levels as (share, row), downwards and upwards."""

def robustness_sensitivity(
    output: npt.NDArray[np.float64], factors: int, second: bool, conventions: str, threads: int | None
) -> tuple[list[_Interval], list[_Interval], list[_Interval], float, float, int, int]:
    """First order, total, second order, mean, variance, points used, points left out."""

def robustness_replay(
    index: Index,
    table: Table,
    request: str,
    points: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64] | None,
    periods: Sequence[tuple[str, npt.NDArray[np.int64]]] | None,
    progress: Callable[[int], object] | None,
) -> Replays:
    """Replays an index at points."""

@final
class Chain:
    """Candidates and whom they reach; made once, asked several times."""

    def __new__(
        cls,
        links: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64] | None, float],
        reach: tuple[list[int], npt.NDArray[np.bool_], int, int | None],
        values: npt.NDArray[np.float64],
        costs: npt.NDArray[np.float64] | None,
        plans: npt.NDArray[np.float64] | None,
        rate: float,
        most: int | None,
    ) -> Chain:
        """links: codes of suppliers and buyers (negative is missing), shares, the least share. reach: codes of the
        candidates, which codes count, steps, the first code that candidates have of their own."""

    @property
    def links(self) -> list[tuple[str, int]]: ...
    def candidates(self) -> list[npt.NDArray[Any]]:
        """Cost of each candidate, how many it reaches, what they are worth."""

    def greedy(self, budget: float) -> tuple[list[int], float, float, float, float]:
        """Order, value, bound, guarantee, value per cost of the next."""

    def tell(self, chosen: list[int], prune: bool) -> dict[str, Any]:
        """A choice, with prune without those it does not need: order, added, added_count, by (negative: nobody), times, value, spent."""

    def program(self, budget: float) -> dict[str, Any]:
        """objective, most, whole, upper, and start, index, value of the rows."""

def chain_lacking(
    rows: list[int], requirements: list[int], ways: list[int], costs: list[float], near: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]: ...
def follow_moves(
    before: npt.NDArray[np.int64], after: npt.NDArray[np.int64], levels: int, weights: npt.NDArray[np.float64] | None
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64], list[tuple[int, float]]]: ...
def follow_spending(
    before: list[npt.NDArray[np.float64]],
    after: list[npt.NDArray[np.float64]],
    spent: npt.NDArray[np.float64],
    groups: npt.NDArray[np.int64],
    count: int,
) -> list[tuple[list[int], list[float]]]: ...
def follow_payments(
    granted: npt.NDArray[np.float64], spent: npt.NDArray[np.float64], outcomes: npt.NDArray[np.int64], rule: str
) -> tuple[list[npt.NDArray[np.float64]], list[float]]: ...
def study_order(
    units: npt.NDArray[np.int64], periods: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.uint32], int | None]:
    """Rows in the order of unit and period, and a row whose keys are there twice."""

def study_changes(values: Sequence[float]) -> list[float]:
    """Differences from one to the next."""

def study_coupling(
    systems: Sequence[npt.NDArray[np.float64]],
    weights: Sequence[float],
    formula: str,
    cuts: Sequence[Sequence[float]],
    left: bool,
) -> tuple[list[npt.NDArray[np.float64]], list[npt.NDArray[np.int16]]]:
    """C, T and D of every row; the grade of D and the stage of C."""

def study_dagum(
    values: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64] | None,
    groups: npt.NDArray[np.uint32],
    count: int,
    periods: tuple[npt.NDArray[np.uint32], int] | None,
    resamples: int,
    level: float,
    seed: int,
    threads: int | None,
) -> list[
    tuple[
        tuple[int, int],
        list[float],
        list[float],
        list[list[float]],
        list[float],
        list[float],
        list[list[float]] | None,
    ]
]:
    """By period: values used and rows left out; totals; their shares; by group; by pair Gini, affluence; intervals."""

def study_inequality(
    values: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64] | None,
    measures: Sequence[tuple[str, float]],
    periods: tuple[npt.NDArray[np.uint32], int] | None,
) -> list[tuple[int, int, float, list[float]]]:
    """By period: values used, rows left out, mean, measures by their names."""

def study_entropy_parts(
    values: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64] | None,
    alpha: float,
    groups: npt.NDArray[np.uint32],
    count: int,
    periods: tuple[npt.NDArray[np.uint32], int] | None,
) -> list[tuple[int, list[float], list[int], list[list[float]]]]:
    """By period: rows left out; total, within, between, its share; by group values used; entropy and shares."""

def study_beta(
    units: npt.NDArray[np.int64],
    periods: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    order: npt.NDArray[np.uint32],
    between: tuple[float, float],
    total: bool,
) -> tuple[tuple[float, float, float, float, int, float, float], int]:
    """Intercept, slope, standard error, share of variance, units, speed, half-life; units left out."""

def study_transitions(
    keys: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.uint32]],
    values: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64] | None,
    cuts: Sequence[float] | None,
    classes: int,
    each: bool,
    relative: bool,
    edges: tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.float64]] | None,
    step: int,
) -> tuple[
    tuple[list[list[float]], list[list[float]], tuple[float, float, float, float, int], int, int] | None,
    tuple[int, float] | None,
]:
    """Cut-offs, counts and shares, tests, gaps, missing; or a period whose mean is not positive."""

@final
class StudyNetwork:
    """Links between firms by period, and the levels of firms."""

    def __new__(
        cls,
        links: tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.float64]],
        levels: tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], npt.NDArray[np.float64]],
        firms: int,
    ) -> StudyNetwork: ...
    def groups(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64], int]:
        """Codes of firms and periods in the order in which they first appear, and links of firms to themselves."""

    def exposure(
        self, lag: int, threads: int | None
    ) -> tuple[list[npt.NDArray[np.int64]], list[npt.NDArray[np.float64]]]:
        """By group: partners, matched; matched share, mean, weighted, sum, most, own, gap."""

    def largest_sum(self) -> float:
        """The largest sum of the shares of a firm and period."""

    def steps(
        self, steps: int | None, decay: float, rescale: bool, lag: int, threads: int | None
    ) -> npt.NDArray[np.float64]:
        """Exposure over steps, by group."""

def study_leave_one_out(
    values: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64] | None,
    groups: npt.NDArray[np.uint32],
    count: int,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.uint32]]:
    """Means of the others of each row's group, and their number."""

def production(
    rows: dict[str, Any],
    method: str,
    degree: int,
    markov: int,
    gross: bool,
    system: str,
    cluster: bool,
    count: int,
    seed: int,
    percentile: bool,
    level: float,
    threads: int | None,
) -> dict[str, Any]: ...
def solow_index(rows: dict[str, Any], costs: list[npt.NDArray[np.float64]], shares: str) -> dict[str, Any]: ...
