"""What a result says of itself: conventions and n, for the note of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._tables_io import columns_of
from ..errors import DataError
from ._cells import text

__all__ = ["conventions"]

METHODS = {
    "ols": "ordinary least squares",
    "fixed_effects": "fixed effects of firms",
    "olley_pakes": "Olley and Pakes",
    "levinsohn_petrin": "Levinsohn and Petrin",
    "wooldridge": "Wooldridge",
    "ackerberg_caves_frazer": "Ackerberg, Caves and Frazer",
}
LEFT_OUT = {
    "missing": "with a missing value",
    "nonpositive": "with a value that has no logarithm",
    "proxy_missing": "without the proxy",
    "proxy_nonpositive": "whose proxy has no logarithm",
}
# Parts of a production function's recipe that are told in sentences of their own.
_TOLD = frozenset(["method", "output", "free", "state", "by", "logged", "replicates", "seed", "interval", "confidence"])


def conventions(result: Any) -> str:
    """Write the note of a table: conventions and n, from the result itself.

    Parameters
    ----------
    result
        A production function (`indicia.productivity`); transitions, Dagum's decomposition or beta convergence
        (`indicia.study`); anything with a ``recipe``, such as scores, or an uncertainty or sensitivity analysis; or a
        table with a column ``n``.

    Returns
    -------
    str
        One line of sentences. It says what the result knows, and no more: name what else was decided.

    Raises
    ------
    DataError
        If the result tells neither conventions nor n.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = ix.datasets.make_firm_panel(200, rng=1)
    >>> made = ix.productivity.ols(firms, "value_added", "employees", "capital", unit="firm", time="year")
    >>> told = ix.report.conventions(made)
    >>> told[:54]
    'Ordinary least squares of log value_added on log emplo'
    >>> told[-60:]
    '(state). Classical errors. n = 1438 of 1438 rows, 200 firms.'
    """
    from ..productivity import Productivity
    from ..study import Beta, Dagum, Transitions

    if isinstance(result, Productivity):
        return _production(result)
    if isinstance(result, Transitions):
        return _transitions(result)
    if isinstance(result, Beta):
        left = f"; {result.left_out} without a positive value in both are left out" if result.left_out else ""
        return f"Growth over {result.periods:g} periods on the first value, least squares; n = {result.n} units{left}."
    if isinstance(result, Dagum):
        return f"Dagum's decomposition, {_n(columns_of(result.to_frame()))}."
    recipe = getattr(result, "recipe", None)
    if isinstance(recipe, Mapping):
        return _listed(recipe)
    try:
        columns = columns_of(result)
    except Exception:
        columns = {}
    if columns.get("n"):
        return f"{_n(columns)}."
    raise DataError(f"{type(result).__name__} tells neither conventions nor n; write note= by hand")


def production_head(result: Any) -> str:
    """Output and inputs of a production function."""
    recipe = result.recipe
    log = "" if recipe["logged"] else "log "
    named = [f"{log}{name} ({kind})" for kind in ("free", "state") for name in recipe[kind]]
    named += [f"{log}{recipe['proxy']}"] if recipe.get("gross") else []
    return f"{log}{recipe['output']} on {joined(named)}" + (" (given in logarithms)" if recipe["logged"] else "")


def production_options(result: Any) -> str:
    """Options of an estimator, and where its errors come from."""
    recipe = result.recipe
    told = [_option(name, value) for name, value in recipe.items() if name not in _TOLD and not _plain(name, value)]
    if recipe.get("replicates"):
        failed = sum(columns_of(result.search)["failed"])
        lost = f", {failed} failed" if failed else ""
        told = [part for part in told if part not in ("classical errors", "errors clustered by firm")]
        told.append(f"errors from {recipe['replicates']} draws of firms (seed {recipe['seed']}{lost})")
    elif all(value is None for value in columns_of(result.coefficients)["se"]):
        told.append("no errors without replicates")
    return ", ".join(told)


def production_losses(result: Any) -> str:
    """Rows that could not be used, by reason, and what speaks against the estimate."""
    counts = columns_of(result.counts)
    lost = {words: sum(counts[name]) for name, words in LEFT_OUT.items() if sum(counts[name])}
    return f"left out: {joined([f'{number} rows {words}' for words, number in lost.items()])}" if lost else ""


def _production(result: Any) -> str:
    method = METHODS.get(result.recipe["method"], result.recipe["method"])
    counts = columns_of(result.counts)
    parts = [f"{method[0].upper()}{method[1:]} of {production_head(result)}"]
    if result.recipe["by"] is not None:
        parts[0] += f", by {result.recipe['by']}"
    options = production_options(result)
    parts += [options[0].upper() + options[1:]] if options else []
    losses = production_losses(result)
    parts += [losses[0].upper() + losses[1:]] if losses else []
    parts += [] if result.converged else ["The search did not settle"]
    parts.append(f"n = {sum(counts['used'])} of {sum(counts['rows'])} rows, {sum(counts['firms'])} firms")
    return ". ".join(parts) + "."


def _transitions(result: Any) -> str:
    cuts = result.cuts
    where = joined([text(float(cut)) for cut in cuts]) if getattr(cuts, "ndim", 1) == 1 else "by period"
    lost = [f"{number} {words}" for number, words in ((result.gaps, "gaps"), (result.missing, "missing")) if number]
    left = f"; no transition: {joined(lost)}" if lost else ""
    return f"n = {text(float(result.counts.sum()))} transitions; cut-offs {where}{left}."


def _n(columns: Mapping[str, list[Any]]) -> str:
    numbers = [value for value in columns["n"] if value is not None]
    least, most = min(numbers), max(numbers)
    return f"n = {text(most)}" if least == most else f"n = {text(least)} to {text(most)}, by row"


def _listed(recipe: Mapping[str, Any]) -> str:
    told = []
    for name, value in recipe.items():
        if isinstance(value, bool) or value is None or not isinstance(value, str | int | float):
            continue
        words = str(value)[:12] if name.endswith("sha256") else text(value)
        told.append(f"{name.removesuffix('_sha256').replace('_', ' ')} {words}")
    return ", ".join(told) + "."


def _option(name: str, value: Any) -> str:
    words = {"markov": "degree of the Markov process", "degree": "degree of the polynomial"}.get(name, name)
    if value is True:
        return words
    if name == "errors":
        return "errors clustered by firm" if value == "cluster" else "classical errors"
    return f"{words} {value:g}" if isinstance(value, float) else f"{words} {value}"


def _plain(name: str, value: Any) -> bool:
    """Whether an option is as always and needs no words."""
    return value is None or value is False or (name == "step" and value == 1.0)


def joined(words: list[str]) -> str:
    """Words as a list: a, b and c."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part) if words else ""
