"""What the estimators of production functions return."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ._productivity_data import Draws, Firms
from ._stats_data import one_of

__all__ = ["Productivity"]

Numbers = npt.NDArray[np.float64]

COUNTS = (
    "rows",
    "used",
    "missing",
    "nonpositive",
    "proxy_missing",
    "proxy_nonpositive",
    "firms",
    "singletons",
    "pairs",
    "gaps",
)

SEARCH = ("objective", "converged", "corner", "strength")


class Productivity:
    """Coefficients of a production function, and the productivity they leave; made by the estimators.

    Attributes
    ----------
    coefficients : table
        The group where ``by`` was given, ``term``, ``coef``, ``se``, ``low``,
        ``high``. NaN errors where only replicates would give them.
    residuals : column
        Log output less inputs times coefficients, noise and constant included; one
        value per row of the data, missing where output or an input is.
    omega : column
        Log productivity without noise, constant included, of the rows that are used.
        With `fixed_effects` the mean residual of the firm; all missing with `ols`,
        which cannot tell the two apart.
    counts : table
        By group: ``rows`` that came, ``used``, dropped as ``missing`` (a key, output or
        input), ``nonpositive`` (no logarithm), ``proxy_missing``,
        ``proxy_nonpositive`` (no investment, say); ``firms`` and ``singletons``
        (a single row in use) among those used, ``pairs`` (rows with the same firm one
        step earlier), ``gaps`` (rows that follow a hole in time).
    search : table
        By group: ``rows`` of the last step, ``objective``, ``converged``, ``corner``
        (the end of the search lies at the edge of [-1, 2]), ``strength`` (partial F of
        the instruments of a proxy that is an input, see `levinsohn_petrin`),
        ``replicates`` and how many of them ``failed``.
    solutions : table
        All ends of the search with their objective, best first, where it has several
        starts (`ackerberg_caves_frazer`, or gross output); else empty.
    replicates : dict
        By group (None: all rows) an array (replicates, terms); NaN where one failed.
    recipe : dict
        Every convention that was used, by name.
    """

    __slots__ = (
        "_firms",
        "_found",
        "_names",
        "_residual_values",
        "_values",
        "coefficients",
        "counts",
        "recipe",
        "replicates",
        "search",
        "solutions",
    )

    def __init__(
        self, firms: Firms, found: list[dict[str, Any] | None], terms: list[str], recipe: dict[str, Any], draws: Draws
    ) -> None:
        self._firms, self.recipe, self._names, self._found = firms, recipe, terms, found
        self._residual_values, self._values = np.full(firms.rows, np.nan), np.full(firms.rows, np.nan)
        by = [] if firms.by is None else [firms.by]
        table: dict[str, list[Any]] = {name: [] for name in [*by, "term", "coef", "se", "low", "high"]}
        search: dict[str, list[Any]] = {name: [] for name in [*by, "rows", *SEARCH, "replicates", "failed"]}
        counts: dict[str, list[Any]] = {name: [] for name in [*by, *COUNTS]}
        ends: dict[str, list[Any]] = {name: [] for name in [*by, *terms, "objective"]}
        self.replicates: dict[Any, Numbers] = {}
        missing = (np.nan,) * len(terms)
        for (label, rows), fit in zip(firms.groups, found, strict=True):
            own = {} if firms.by is None else {firms.by: label}
            three = [(np.nan,) * 3] * len(terms) if fit is None else fit["limits"]
            for term, coef, limits in zip(terms, missing if fit is None else fit["coefficients"], three, strict=True):
                _add(table, own, term=term, coef=coef, se=limits[0], low=limits[1], high=limits[2])
            if fit is None:
                _add(counts, own, **dict.fromkeys(COUNTS, 0) | {"rows": len(rows)})
                values = {"rows": 0, "objective": np.nan, "converged": False, "corner": False, "strength": np.nan}
                _add(search, own, **values, replicates=draws.replicates, failed=draws.replicates)
                continue
            self._residual_values[rows], self._values[rows] = fit["residual"], fit["omega"]
            _add(counts, own, **fit["counts"])
            values = {"rows": fit["used"], **{name: fit[name] for name in SEARCH}}
            _add(search, own, **values, replicates=draws.replicates, failed=fit["failed"])
            for at, objective in fit["solutions"]:
                _add(ends, own, **dict(zip(terms, at, strict=True)), objective=objective)
            self.replicates[label] = fit["replicates"].reshape(draws.replicates, len(terms))
        if firms.ungrouped:
            dropped = {"rows": firms.ungrouped, "missing": firms.ungrouped}
            _add(counts, {firms.by: None}, **dict.fromkeys(COUNTS, 0) | dropped)
        small = firms.held.small
        self.coefficients, self.search = small(table), small(search)
        self.counts, self.solutions = small(counts), small(_floats(ends, [*terms, "objective"]))

    @property
    def residuals(self) -> Any:
        return self._firms.held.output.column("residual", self._residual_values.copy(), fresh=True)

    @property
    def omega(self) -> Any:
        return self._firms.held.output.column("omega", self._values.copy(), fresh=True)

    @property
    def converged(self) -> bool:
        """Whether every group settled, away from the edges."""
        return all(fit is not None and fit["converged"] and not fit["corner"] for fit in self._found)

    def tfp(self, measure: Literal["omega", "residual"] = "omega", scale: Literal["log", "level"] = "log") -> Any:
        """Total factor productivity as a table: the keys that are columns, and ``tfp``.

        Parameters
        ----------
        measure : {"omega", "residual"}, default "omega"
            Without noise, or with it.
        scale : {"log", "level"}, default "log"
            The logarithm, or its exponential.
        """
        one_of("measure", measure, ("omega", "residual"))
        one_of("scale", scale, ("log", "level"))
        values = self._values if measure == "omega" else self._residual_values
        return self._firms.held.rows({"tfp": values.copy() if scale == "log" else np.exp(values)})

    def __repr__(self) -> str:
        used = sum(fit["counts"]["used"] for fit in self._found if fit is not None)
        head = f"<Productivity: {self.recipe['method']}, {used} of {self._firms.rows} rows"
        if len(self._found) != 1:
            return f"{head}, {len(self._found)} groups>"
        fit = self._found[0]
        numbers = [] if fit is None else fit["coefficients"]
        shown = ", ".join(f"{name} {value:.4g}" for name, value in zip(self._names, numbers, strict=False))
        return f"{head}; {shown}{'' if self.converged else '; NOT SETTLED'}>"


def _add(table: dict[str, list[Any]], own: dict[Any, Any], **values: Any) -> None:
    for name, value in (own | values).items():
        table[name].append(value)


def _floats(table: dict[str, list[Any]], names: list[str]) -> dict[str, Any]:
    return {name: np.array(values, dtype=float) if name in names else values for name, values in table.items()}
