"""Estimates side by side, as journals print regressions: coefficients with errors below, n and a note."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from .._names import did_you_mean
from .._tables_io import columns_of
from ..errors import DataError, UnknownNameError
from ._cells import DASH, Printed, is_number
from ._conventions import METHODS, joined, production_head, production_losses, production_options
from ._table import Table

__all__ = ["estimates"]


class Line(NamedTuple):
    """One term of one estimate."""

    coef: float
    se: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan


class Model(NamedTuple):
    """One column."""

    terms: dict[str, Line]
    counts: dict[str, Any]
    name: str = ""
    head: str = ""
    told: str = ""
    confidence: float | None = None


class _Estimates(Table):
    """Printed with errors in brackets; in .dta cells are numbers, and a column says what they are."""

    _numbers: dict[str, list[Any]]

    def _data(self) -> tuple[dict[str, str], dict[str, list[Any]]]:
        return {}, self._numbers


def estimates(
    models: Mapping[str, Any],
    *,
    terms: Sequence[str] | Mapping[str, str] | None = None,
    below: Literal["se", "interval"] = "se",
    stars: Sequence[float] | None = None,
    decimals: int = 3,
    rows: Mapping[str, Sequence[Any]] | None = None,
    title: str = "",
    note: str = "",
    missing: str = DASH,
) -> Table:
    """Put estimates side by side, as journals print regressions.

    Parameters
    ----------
    models : mapping of str to result
        The heads of the columns, and what stands below: production functions (`indicia.productivity`; with ``by`` a
        column for every group), `indicia.study.Beta`, results of statsmodels, linearmodels or pyfixest, or a mapping
        with ``"coef"`` and, where known, ``"se"``, ``"p"`` (each a mapping of terms to numbers), ``"n"``, ``"note"``.
    terms : list of str, or mapping of str to str, optional
        Terms to show, in order; a mapping also words them. By default all, in the order in which they first appear.
    below : {"se", "interval"}, default "se"
        What stands in brackets below a coefficient: its standard error, or the ends of its interval.
    stars : list of float, optional
        Falling levels of p, such as ``[0.1, 0.05, 0.01]``: one star more for each that p is below. p is the result's
        own where it has one, else two-sided normal from coefficient and standard error; the note says so.
    decimals : int, default 3
        Decimals of all of them; files of data hold all.
    rows : mapping of str to list, optional
        More rows below, one value a column: ``{"Industry effects": ["no", "yes"]}``.
    title, note : str, optional
        Title, and what the note says after what the results tell themselves.
    missing : str, default "–"
        What stands for an unknown number, such as the standard error of an estimate without one. A term that is not
        part of a model leaves its cells empty.

    Returns
    -------
    Table
        To be written in any form. Where .dta would have texts in brackets, it has numbers, and a column ``statistic``
        that says what they are.

    Raises
    ------
    DataError
        If a result has no coefficients that can be read.

    Notes
    -----
    The note is made from the results: output and inputs, options, rows left out by reason, and which errors stand in
    brackets.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_firm_panel(300, rng=1)
    >>> inputs, keys = ("value_added", "employees", "capital"), {"unit": "firm", "time": "year"}
    >>> ols = ix.productivity.ols(firms, *inputs, **keys)
    >>> within = ix.productivity.fixed_effects(firms, *inputs, **keys)
    >>> table = ix.report.estimates({"OLS": ols, "FE": within}, terms=["employees", "capital"])
    >>> for line in table.to_markdown().splitlines()[:8]:
    ...     print(line)
    |  | OLS | FE |
    |---|---:|---:|
    | employees | 0.907 | 0.892 |
    |  | (0.005) | (0.006) |
    | capital | 0.077 | 0.068 |
    |  | (0.005) | (0.029) |
    | Observations | 2360 | 2360 |
    | Firms | 300 | 300 |
    """
    if below not in ("se", "interval"):
        raise ValueError(f"below= is 'se' or 'interval', found {below!r}")
    levels = [] if stars is None else [float(level) for level in stars]
    if any(not 0 < level < 1 for level in levels) or sorted(levels, reverse=True) != levels:
        raise ValueError(f"stars= are falling levels between 0 and 1, found {stars!r}")
    columns: dict[str, Model] = {}
    for name, result in models.items():
        columns |= _read(str(name), result)
    if not columns or "" in columns:
        raise DataError("models= maps the heads of columns to results, and names at least one")
    found = list(dict.fromkeys(term for model in columns.values() for term in model.terms))
    words = {term: term for term in (found if terms is None else terms)}
    words |= dict(terms) if isinstance(terms, Mapping) else {}
    for term in words:
        if term not in found:
            raise UnknownNameError(f"terms= names no term {term!r}{did_you_mean(term, found)}")
    table: dict[str, list[Any]] = {name: [] for name in ["", *columns]}
    for term, label in words.items():
        table[""] += [label, ""]
        for name, model in columns.items():
            line = model.terms.get(term)
            table[name] += ["", ""] if line is None else _cells(line, below, levels, decimals, missing)
    body = 2 * len(words)
    counts = list(dict.fromkeys(label for model in columns.values() for label in model.counts))
    for label in counts:
        table[""].append(label)
        for name, model in columns.items():
            value = model.counts.get(label, "")
            table[name].append(Printed(value, decimals) if isinstance(value, float) else value)
    for label, values in (rows or {}).items():
        if isinstance(values, str) or len(values) != len(columns):
            raise DataError(f"rows= has {len(values)} values for {label!r}; there are {len(columns)} columns")
        table[""].append(label)
        for name, value in zip(columns, values, strict=True):
            table[name].append(value)
    made = _Estimates(table, title=title, note=_note(columns, below, levels, note), missing=missing)
    made._over = frozenset(range(0, body, 2))
    made._rules = frozenset([body] if made.rows > body else [])
    made._numbers = _numbers(columns, list(words), below, counts, rows or {})
    return made


def _cells(line: Line, below: str, levels: list[float], decimals: int, missing: str) -> list[Any]:
    p = line.p
    if math.isnan(p) and line.se > 0:
        p = math.erfc(abs(line.coef / line.se) / math.sqrt(2.0))
    coef = Printed(line.coef, decimals, stars="*" * sum(p < level for level in levels))
    if below == "se":
        return [coef, Printed(line.se, decimals, brackets=True)]
    ends = [Printed(end, decimals).shown(missing) for end in (line.low, line.high)]
    return [coef, f"[{ends[0]}, {ends[1]}]"]


def _numbers(
    columns: Mapping[str, Model], terms: list[str], below: str, counts: list[str], rows: Mapping[str, Sequence[Any]]
) -> dict[str, list[Any]]:
    """Terms and what is said of them, one row a number; rows of texts are not among them."""
    kinds = ["coef", "se"] if below == "se" else ["coef", "low", "high"]
    lines: list[tuple[str, str, list[Any]]] = []
    for term in terms:
        own = [model.terms.get(term) for model in columns.values()]
        lines += [(term, kind, [None if line is None else getattr(line, kind) for line in own]) for kind in kinds]
    lines += [(label, "", [model.counts.get(label) for model in columns.values()]) for label in counts]
    lines += [(label, "", list(values)) for label, values in rows.items() if all(map(is_number, values))]
    # A head of these names is another column.
    heads = {name: f"{name} " if name in ("term", "statistic") else name for name in columns}
    table: dict[str, list[Any]] = {"term": [line[0] for line in lines], "statistic": [line[1] for line in lines]}
    for place, head in enumerate(heads.values()):
        numbers = [line[2][place] for line in lines]
        table[head] = [None if number is None or math.isnan(number) else float(number) for number in numbers]
    return table


def _note(columns: Mapping[str, Model], below: str, levels: list[float], more: str) -> str:
    heads = {name: model.head for name, model in columns.items() if model.head}
    parts = []
    if len(set(heads.values())) == 1 and len(heads) == len(columns):
        parts.append(f"Production functions of {next(iter(heads.values()))}.")
        heads = {}
    levels_of = {model.confidence for model in columns.values() if model.confidence is not None}
    percent = f"{100 * levels_of.pop():g} % " if len(levels_of) == 1 else ""
    parts.append(f"In brackets: {'standard errors' if below == 'se' else f'{percent}intervals'}.")
    for name, model in columns.items():
        told = [part for part in (heads.get(name, ""), model.told) if part]
        line = f"{model.name or name}: {'; '.join(told)}."
        parts += [line] if told and line not in parts else []
    if levels:
        limits = joined([f"{'*' * place} p < {level:g}" for place, level in enumerate(levels, start=1)])
        own = [name for name, model in columns.items() if any(not math.isnan(line.p) for line in model.terms.values())]
        normal = "" if len(own) == len(columns) else ", two-sided normal"
        parts.append(f"{limits}{normal}{f' ({joined(own)}: as reported)' if normal and own else ''}.")
    return " ".join([*parts, *([more] if more else [])])


# Readers of results


def _read(name: str, result: Any) -> dict[str, Model]:
    from ..productivity import Productivity
    from ..study import Beta

    if isinstance(result, Productivity):
        return _production(name, result)
    if isinstance(result, Beta):
        terms = {"intercept": Line(result.intercept), "initial value": Line(result.slope, result.error)}
        counts = {"Observations": result.n, "R²": result.r_squared, "Speed of convergence": result.speed}
        left = f"; left out: {result.left_out} units without a positive value in both" if result.left_out else ""
        return {name: Model(terms, counts, told=f"growth over {result.periods:g} periods{left}")}
    if isinstance(result, Mapping):
        if "coef" not in result:
            raise DataError(f"{name!r}: a mapping needs 'coef', found {', '.join(map(repr, result)) or 'nothing'}")
        counts = {} if result.get("n") is None else {"Observations": int(result["n"])}
        told = str(result.get("note", ""))
        return {name: Model(_lines(result["coef"], result.get("se"), result.get("p")), counts, told=told)}
    coef = _first(result, "params", "coef")
    if coef is None or not hasattr(coef, "items"):
        raise DataError(
            f"{name!r}: {type(result).__name__} has no named coefficients; pass a mapping with 'coef', 'se' and 'n'"
        )
    errors, p = _first(result, "bse", "std_errors", "se"), _first(result, "pvalues", "pvalue")
    n, squares = _first(result, "nobs", "_N"), _first(result, "rsquared", "_r2")
    counts = {} if n is None else {"Observations": int(n)}
    counts |= {} if squares is None else {"R²": float(squares)}
    return {name: Model(_lines(coef, errors, p), counts)}


def _production(name: str, result: Any) -> dict[str, Model]:
    by = result.recipe["by"]
    coefficients, counts = columns_of(result.coefficients), columns_of(result.counts)
    groups = [None] if by is None else list(dict.fromkeys(coefficients[by]))
    method = METHODS.get(result.recipe["method"], result.recipe["method"])
    told = "; ".join(
        part
        for part in (
            ", ".join(part for part in (method, production_options(result)) if part),
            production_losses(result),
            "" if result.converged else "the search did not settle",
        )
        if part
    )
    found = {}
    for group in groups:
        at = [row for row in range(len(coefficients["term"])) if by is None or coefficients[by][row] == group]
        lines = {}
        for row in at:
            numbers = [coefficients[key][row] for key in ("coef", "se", "low", "high")]
            lines[str(coefficients["term"][row])] = Line(*(math.nan if value is None else value for value in numbers))
        own = next(row for row in range(len(counts["used"])) if by is None or counts[by][row] == group)
        counted = {"Observations": counts["used"][own], "Firms": counts["firms"][own]}
        label = name if by is None else f"{name}: {group}"
        found[label] = Model(lines, counted, name, production_head(result), told, result.recipe["confidence"])
    return found


def _lines(coef: Any, errors: Any, p: Any) -> dict[str, Line]:
    def of(values: Any, term: Any) -> float:
        value = values.get(term) if hasattr(values, "get") else None
        return math.nan if value is None else float(value)

    return {str(term): Line(float(value), of(errors, term), p=of(p, term)) for term, value in coef.items()}


def _first(result: Any, *names: str) -> Any:
    for name in names:
        value = getattr(result, name, None)
        if value is not None:
            return value() if callable(value) else value
    return None
