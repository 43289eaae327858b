"""A whole table of indicators from a panel, by a description of what is wanted."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ._firm_data import FirmPanel, Step
from ._firm_growth import difference, growth, lag
from ._firm_ratio import NAMED, ratio, ratios
from ._firm_stock import stock
from ._firm_winsorize import winsorize
from ._names import did_you_mean, listed, shorten
from ._output import Output
from ._stats_data import one_of
from .errors import DataError, DefinitionError, MissingColumnError, UnknownNameError
from .frames import source_of

__all__ = ["indicators"]

_KINDS = ("growth", "lag", "difference", "ratio", "named", "stock", "column")


def indicators(
    data: Any,
    spec: Mapping[str, Any] | str | Path,
    *,
    unit: str | None = None,
    time: str | None = None,
    step: Step | None = None,
    threads: int | None = None,
) -> Any:
    """Make a table of indicators from a panel in one call, ready for an `indicia.Index`.

    Parameters
    ----------
    data : dataframe, or dict of columns
        One row per unit and period. Never changed.
    spec : dict, str or Path
        What is wanted; a str is TOML, a Path a TOML file. ``indicators`` names each new
        column and says how it is made, in order, so that a later one may use an earlier:

        - ``{"growth": "sales", ...}`` and ``{"lag": "sales", ...}``, ``{"difference": ...}``, with
          the options of these functions
        - ``{"ratio": ["profit", "assets"], ...}`` with ``basis`` and ``log``
        - ``{"named": "roa", ...}`` with ``basis`` and ``columns``, see `ratios`
        - ``{"stock": "rd", ...}``
        - ``{"column": "staff"}``: as it is

        Each may have ``winsorize``: a share, or the options of `winsorize`. ``winsorize`` beside
        ``indicators`` is for those that have none. ``keep``: columns of the data to carry
        along. ``unit``, ``time``, ``step`` may stand in the description too.
    unit, time, step, threads
        As in `growth`.

    Returns
    -------
    same kind as data
        The rows of the panel in their order, index kept: keys, the columns of ``keep``, the
        indicators.

    Raises
    ------
    DefinitionError
        If the description has a word that is not known, or an indicator does not say
        how it is made: its name and what to do.

    Warns
    -----
    UndefinedStatisticWarning
        As the functions do, for each indicator.

    Notes
    -----
    Winsorizing comes after an indicator is made and before later ones use it.

    Examples
    --------
    >>> import indicia as ix
    >>> panel = {"firm": ["a", "a"], "year": [2019, 2020], "sales": [10.0, 12.0], "profit": [1.0, 3.0]}
    >>> spec = {"indicators": {"growth": {"growth": "sales"}, "margin": {"ratio": ["profit", "sales"]}}}
    >>> found = ix.firm.indicators(panel, spec, unit="firm", time="year")
    >>> list(found), found["margin"].tolist()
    (['firm', 'year', 'growth', 'margin'], [0.1, 0.25])
    """
    read = _read(spec)
    unknown = [word for word in read if word not in ("indicators", "winsorize", "keep", "unit", "time", "step")]
    if unknown:
        raise DefinitionError(
            f"spec: {unknown[0]!r} is not known; known are indicators, winsorize, keep, unit, time, step"
        )
    unit, time, step = unit or read.get("unit"), time or read.get("time"), step or read.get("step")
    if unit is None or time is None:
        raise TypeError("say unit= and time=, here or in the description")
    wanted = read.get("indicators")
    if not isinstance(wanted, Mapping) or not wanted:
        raise DefinitionError("spec: 'indicators' is a table of names and how each is made, and not empty")
    panel = FirmPanel(data, unit, time, step)
    source, keep = panel.source, list(read.get("keep", ()))
    for name in keep:
        panel.check("keep", name)
    clash = [name for name in wanted if name in (unit, time, *keep)]
    if clash:
        raise DataError(f"spec: indicator {clash[0]!r} has the name of a key or kept column; name it otherwise")
    keys = {"unit": unit, "time": time, "step": step, "threads": threads}
    # What indicators are made from: the numbers of the data, then the indicators made so far.
    made: dict[str, Any] = {}
    for name, given in wanted.items():
        values = _made(name, given, panel, made, keys)
        cut = given.get("winsorize", read.get("winsorize"))
        made[name] = values if cut is None else _cut(name, values, cut, source)
    kept = [name for name in dict.fromkeys([unit, time, *keep]) if name in source]
    table = {name: source.column(name) for name in kept} | made
    return Output.like(source).frame(table)


def _read(spec: Any) -> Mapping[str, Any]:
    if isinstance(spec, Path):
        spec = spec.read_text(encoding="utf-8")
    if isinstance(spec, str):
        try:
            return tomllib.loads(spec)
        except tomllib.TOMLDecodeError as error:
            raise DefinitionError(f"spec: not TOML: {error}; for a file give a pathlib.Path") from None
    if not isinstance(spec, Mapping):
        raise TypeError(f"spec is a dict, a text in TOML or a Path, found {type(spec).__name__}")
    return spec


def _made(name: str, given: Any, panel: FirmPanel, made: Mapping[str, Any], keys: Mapping[str, Any]) -> Any:
    where = f"indicator {name!r}"
    if not isinstance(given, Mapping):
        raise DefinitionError(f"{where}: expected a table such as {{'growth': 'sales'}}, found {shorten(given)}")
    kinds = [kind for kind in _KINDS if kind in given]
    if len(kinds) != 1:
        found = ", ".join(kinds) if kinds else "none"
        raise DefinitionError(f"{where}: says how it is made by one of {', '.join(_KINDS)}, found {found}")
    (kind,) = kinds
    options = {word: value for word, value in given.items() if word not in (kind, "winsorize")}
    what, source = given[kind], panel.source

    def held(columns: Mapping[str, str]) -> FirmPanel:
        absent = [column for column in columns.values() if column not in made and column not in source]
        if absent:
            known = [*source.names, *made]
            hint = did_you_mean(absent[0], known)
            raise MissingColumnError(f"{where}: no column is named {absent[0]!r}{hint}; there are: {listed(known)}")
        return panel.holding(
            {name: made[column] if column in made else source.column(column) for name, column in columns.items()}
        )

    try:
        return _values(kind, what, options, held, keys)
    except (TypeError, UnknownNameError, ValueError) as error:
        if isinstance(error, MissingColumnError | DataError):
            raise
        raise DefinitionError(f"{where}: {error}") from None


def _values(
    kind: str,
    what: Any,
    options: dict[str, Any],
    held: Callable[[Mapping[str, str]], FirmPanel],
    keys: Mapping[str, Any],
) -> Any:
    def own(*columns: str) -> FirmPanel:
        return held({column: column for column in columns})

    unthreaded = {word: value for word, value in keys.items() if word != "threads"}
    if kind == "column":
        if options:
            raise TypeError(f"column takes no options, found {next(iter(options))!r}")
        return np.asarray(own(what).source.column(what))
    if kind in ("growth", "lag", "difference"):
        functions: dict[str, Callable[..., Any]] = {"growth": growth, "lag": lag, "difference": difference}
        _single(options)
        return _column(functions[kind](own(what), what, suffix="\0", **options, **keys), f"{what}\0")
    if kind == "stock":
        return _column(stock(own(what), what, name="\0", **options, **unthreaded), "\0")
    if kind == "ratio":
        if isinstance(what, str) or len(what) != 2:
            raise TypeError(f"ratio takes two columns, above and below, found {what!r}")
        return _column(ratio(own(*what), what[0], what[1], name="\0", **options, **keys), "\0")
    one_of("named", what, tuple(NAMED))
    given = options.pop("columns", {})
    # Under other names, so that an indicator may be called as the ratio is.
    columns = {f"\0{role}": given.get(role, role) for role in NAMED[what][:2]}
    roles = {role: f"\0{role}" for role in NAMED[what][:2]}
    return _column(ratios(held(columns), what, columns=roles, **options, **keys), what)


def _single(options: Mapping[str, Any]) -> None:
    if isinstance(options.get("periods"), list):
        raise TypeError("periods is one number here: an indicator is one column")
    strange = [word for word in ("suffix", "reasons") if word in options]
    if strange:
        raise TypeError(f"{strange[0]} has no meaning here; the name of the indicator is its column")


def _column(table: Any, name: str) -> Any:
    return np.asarray(table[name], dtype=np.float64)


def _cut(name: str, values: Any, cut: Any, source: Any) -> Any:
    options = dict(cut) if isinstance(cut, Mapping) else {"share": cut}
    by = options.pop("by", None)
    wanted = [] if by is None else [by] if isinstance(by, str) else list(by)
    absent = [column for column in wanted if column not in source and column not in source.index_levels()]
    if absent:
        raise MissingColumnError(f"indicator {name!r}: winsorize: no column is named {absent[0]!r}")
    table = {f"\0{place}": source.key(column) for place, column in enumerate(wanted)} | {name: values}
    groups = [f"\0{place}" for place in range(len(wanted))]
    try:
        return _column(winsorize(source_of(table).native, name, by=groups or None, **options), name)
    except (TypeError, ValueError) as error:
        raise DefinitionError(f"indicator {name!r}: winsorize: {error}") from None
