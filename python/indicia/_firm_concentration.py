"""Concentration, diversity and location of industries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._firm_data import Doubles, Groups, Names, Rows

__all__ = ["concentration", "ellison_glaeser", "location_quotient"]


def concentration(
    data: Any,
    value: str,
    by: Names | None = None,
    *,
    member: str | None = None,
    largest: Sequence[int] = (1, 4),
) -> Any:
    """Concentration and diversity of shares, by group.

    With shares s of the n members above zero:

    ================== ==========================================
    ``hhi``            H = sum s^2 (Herfindahl, Hirschman)
    ``hhi_normalized`` (H - 1/n) / (1 - 1/n), 1 where n = 1
    ``cr<k>``          sum of the k largest s
    ``shannon``        - sum s ln s
    ``diversity``      1 - H (Simpson, Blau)
    ================== ==========================================

    Parameters
    ----------
    data : dataframe, or dict of columns
        One row per member, or several.
    value : str
        Column of sizes: sales, employees, patents.
    by : str or list of str, optional
        Columns of groups, such as industry and year. Without it all rows are one.
    member : str, optional
        Column that names the members, where they have several rows: these are added up.
    largest : sequence of int, default (1, 4)
        The k of the shares of the largest.

    Returns
    -------
    table
        One row per group, ascending: the columns of ``by``, ``n``, ``missing`` (rows without a
        value), ``total``, and those above.

    Raises
    ------
    DataError
        If a value is negative: a share would have no meaning.

    Notes
    -----
    Rows without a value are left out and counted: where customers or suppliers are not
    named, shares are of the ones that are. Members of size 0 do not count in n. A
    group whose total is 0 has missing measures; rows whose group is missing are in none.
    H here is a share: times 10,000 it is that of competition authorities.

    References
    ----------
    Hirschman A. O. (1964), The paternity of an index, American Economic Review
    54(5): 761. Shannon C. E. (1948), A mathematical theory of communication,
    doi:10.1002/j.1538-7305.1948.tb01338.x.

    Examples
    --------
    >>> import indicia as ix
    >>> found = ix.firm.concentration({"sales": [50.0, 30.0, 20.0]}, "sales")
    >>> float(found["hhi"][0].round(6)), float(found["hhi_normalized"][0].round(6)), float(found["cr1"][0])
    (0.38, 0.07, 0.5)
    """
    wrong = [k for k in largest if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1]
    if wrong:
        raise ValueError(f"largest= holds numbers of at least 1, found {wrong[0]!r}")
    rows = Rows(data)
    values, groups = rows.numbers("value", value), rows.groups("by", by)
    members = None if member is None else rows.groups("member", member).codes
    with rows.translated():
        n, (total, hhi, normalized, shannon), shares = _core.firm_concentration(
            value, values, groups.codes, groups.size, members, [int(k) for k in largest]
        )
    known = groups.codes >= 0
    missing = np.bincount(groups.codes[known & np.isnan(values)], minlength=groups.size)
    columns: dict[str, Any] = dict(groups.labels)
    columns |= {"n": n, "missing": missing, "total": total, "hhi": hhi, "hhi_normalized": normalized}
    columns |= {f"cr{k}": part for k, part in zip(largest, shares, strict=True)}
    return rows.output.plain().frame(columns | {"shannon": shannon, "diversity": 1.0 - hhi})


def location_quotient(data: Any, value: str, *, region: str, industry: str, by: Names | None = None) -> Any:
    """Location quotients, LQ = (x_ri / x_r) / (x_i / x).

    Parameters
    ----------
    data : dataframe, or dict of columns
        Rows of firms, or of regions and industries; rows of one cell are added up.
    value : str
        Column of sizes, such as employees.
    region, industry : str
        Columns of regions r and industries i.
    by : str or list of str, optional
        Columns of groups, such as years: each has quotients of its own.

    Returns
    -------
    table
        One row per group, region and industry, ascending: ``by``, ``region`` and ``industry`` under
        their names, ``total`` (x_ri, 0 where there is no row) and ``quotient``; above 1
        the region has more of the industry than all regions together.

    Raises
    ------
    DataError
        If a value is negative.

    Notes
    -----
    Rows without a value, a region or an industry are left out of all sums. The quotient is
    missing where a region or an industry has nothing.

    References
    ----------
    Isard W. (1960), Methods of Regional Analysis, MIT Press, chapter 5.

    Examples
    --------
    >>> import indicia as ix
    >>> jobs = {"city": ["a", "a", "b", "b"], "industry": ["ict", "food"] * 2, "jobs": [50.0, 50.0, 30.0, 70.0]}
    >>> ix.firm.location_quotient(jobs, "jobs", region="city", industry="industry")["quotient"].round(4).tolist()
    [0.8333, 1.25, 1.1667, 0.75]
    """
    rows = Rows(data)
    regions, industries = rows.groups("region", region), rows.groups("industry", industry)
    counts = (regions.size, industries.size)
    parts: list[dict[str, Any]] = []
    for labels, values in _parts(rows, value, by):
        with rows.translated():
            sums, quotients = _core.firm_quotients(value, values, regions.codes, industries.codes, counts)
        part = {name: [label] * len(sums) for name, label in labels.items()}
        part[region] = [label for label in _labels(regions, region) for _ in range(industries.size)]
        part[industry] = _labels(industries, industry) * regions.size
        parts.append(part | {"total": sums, "quotient": quotients})
    names = [*_names(by), region, industry, "total", "quotient"]
    return rows.output.plain().frame(_stacked(parts, names))


def ellison_glaeser(data: Any, value: str, *, region: str, industry: str, by: Names | None = None) -> Any:
    """How far industries are concentrated in space beyond what their few large plants explain.

    With s_r the share of region r in the industry, x_r its share in all, z the shares of
    the plants: G = sum (s_r - x_r)^2, H = sum z^2, and gamma = (G / (1 - sum x_r^2) - H) / (1 -
    H).

    Parameters
    ----------
    data : dataframe, or dict of columns
        One row per plant (or firm, where that is all there is).
    value : str
        Column of sizes, such as employees.
    region, industry, by
        As in `location_quotient`.

    Returns
    -------
    table
        One row per group and industry: ``by``, the industry, ``plants`` (of size above 0), ``raw``
        (G), ``hhi`` (H), ``gamma``. 0 is what chance gives, above 0.05 is often called highly
        concentrated, negative more even than chance.

    Raises
    ------
    DataError
        If a value is negative.

    Notes
    -----
    Rows without a value, a region or an industry are left out. ``gamma`` is missing for an
    industry with a single plant, and where all is in one region.

    References
    ----------
    Ellison G., Glaeser E. L. (1997), Geographic concentration in U.S. manufacturing
    industries: a dartboard approach, Journal of Political Economy 105(5): 889-927,
    doi:10.1086/262098.

    Examples
    --------
    >>> import indicia as ix
    >>> plants = {
    ...     "city": ["a"] * 4 + ["b"] * 2,
    ...     "industry": ["ict"] * 3 + ["food"] * 3,
    ...     "jobs": [1.0, 1.0, 1.0, 1.0, 2.0, 2.0],
    ... }
    >>> found = ix.firm.ellison_glaeser(plants, "jobs", region="city", industry="industry")
    >>> found["industry"].tolist(), abs(found["gamma"]).round(3).tolist()
    (['food', 'ict'], [0.0, 1.0])
    """
    rows = Rows(data)
    regions, industries = rows.groups("region", region), rows.groups("industry", industry)
    parts: list[dict[str, Any]] = []
    for labels, values in _parts(rows, value, by):
        with rows.translated():
            plants, (raw, hhi, gamma) = _core.firm_ellison_glaeser(
                value, values, regions.codes, industries.codes, (regions.size, industries.size)
            )
        part = {name: [label] * industries.size for name, label in labels.items()}
        part[industry] = _labels(industries, industry)
        parts.append(part | {"plants": plants, "raw": raw, "hhi": hhi, "gamma": gamma})
    names = [*_names(by), industry, "plants", "raw", "hhi", "gamma"]
    return rows.output.plain().frame(_stacked(parts, names))


def _labels(groups: Groups, name: str) -> list[Any]:
    return groups.labels[name]


def _parts(rows: Rows, value: str, by: Names | None) -> Iterator[tuple[dict[str, Any], Doubles]]:
    """The labels of each group, and the values with those of other groups missing."""
    values, groups = rows.numbers("value", value), rows.groups("by", by)
    for code in range(groups.size):
        labels = {name: found[code] for name, found in groups.labels.items()}
        yield labels, values if by is None else np.where(groups.codes == code, values, np.nan)


def _names(by: Names | None) -> list[str]:
    return [] if by is None else [by] if isinstance(by, str) else list(by)


def _stacked(parts: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    if not parts:
        return {name: np.empty(0) for name in names}
    made: dict[str, Any] = {}
    for name, first in parts[0].items():
        whole: npt.NDArray[Any] | list[Any]
        if isinstance(first, np.ndarray):
            whole = np.concatenate([part[name] for part in parts])
        else:
            whole = [label for part in parts for label in part[name]]
        made[name] = whole
    return made
