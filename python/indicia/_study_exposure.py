"""Exposure to partners and peers: what suppliers, customers, an industry or a region bring along."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._factor import factor
from ._keys import combined, native
from ._study_data import Frame
from .errors import DataError, UndefinedStatisticWarning

__all__ = ["exposure", "peers"]

_NOBODY = np.uint32(np.iinfo(np.uint32).max)


class _Names:
    """Firms of several columns under one number."""

    def __init__(self, *columns: Any) -> None:
        factors = [factor(column) for column in columns]
        lists = [[native(label) for label in found.labels] for found in factors]
        self.labels: list[Any] = list(dict.fromkeys(label for labels in lists for label in labels))
        places = dict(zip(self.labels, range(len(self.labels)), strict=True))
        self.codes: list[npt.NDArray[np.uint32]] = []
        for found, labels in zip(factors, lists, strict=True):
            # The last place is that of the code -1, no name.
            own = np.fromiter((places[label] for label in labels), np.uint32, len(labels))
            self.codes.append(np.append(own, _NOBODY)[found.codes])


def _whole(frame: Frame, time: str | None) -> npt.NDArray[np.int64]:
    if time is None:
        return np.zeros(len(frame), np.int64)
    values = frame.numbers(time)
    if np.isnan(values).any() or (values != np.floor(values)).any():
        raise DataError(f"column {time!r}: periods are whole numbers, none missing")
    return values.astype(np.int64)


def exposure(
    links: Any,
    levels: Any,
    value: str,
    *,
    focal: str,
    partner: str,
    share: str | None = None,
    percent: bool = False,
    unit: str,
    time: str | None = None,
    lag: int = 0,
    steps: int | None = 1,
    decay: float = 0.5,
    rescale: bool = True,
    threads: int | None = None,
) -> Any:
    """Compute the exposure of firms to the level of their suppliers or customers.

    E_it = sum_j s_ijt D_j,t-lag, partners matched by name and by time. Over k steps: sum_{s=1..k} rho^(s-1) W^s D; with
    ``steps=None`` (I - rho W)^(-1) W D (Leontief).

    Parameters
    ----------
    links : table
        One row a link: ``focal``, ``partner`` and, where given, ``share`` and ``time``.
    levels : table
        One row a firm (and period): ``unit``, ``value`` and, where links have one, ``time``.
    value : str
        Column of ``levels``: the digital level, say.
    focal, partner, unit : str
        Columns of names.
    share : str, optional
        Column of the partner's share, such as in purchases; at least 0. A partner without one takes part in the
        simple mean.
    percent : bool, default False
        Shares are in percent.
    time : str, optional
        Column of whole periods, of the same name in both tables.
    lag : int, default 0
        Partners' values are those so many periods (not rows) before.
    steps : int or None, default 1
        How far exposure travels; None for all steps.
    decay : float in [0, 1), default 0.5
        rho, for more than one step.
    rescale : bool, default True
        For more than one step: rescale each firm's known shares to sum 1; otherwise they must not sum to more than 1.
    threads : int, optional
        Number of threads; the result does not depend on it.

    Returns
    -------
    table of the kind of links
        One row a firm (and period) with links, in the order in which they first appear: the names, ``partners``
        (different ones, the firm itself left out), ``matched`` (with a value), ``matched_share`` (of the known
        shares), ``mean``, ``weighted`` (shares of matched partners rescaled to sum 1), ``sum`` (not rescaled),
        ``most``, ``own`` level, and ``gap`` = abs(own - weighted), or the mean where there are no shares. With steps
        also ``exposure``.

    Raises
    ------
    DataError
        If firms of ``levels`` are not unique, shares are negative, decay is not in [0, 1), or shares that are not
        rescaled sum to more than 1.

    Warns
    -----
    UndefinedStatisticWarning
        Links of firms to themselves were left out, or links lack a name.

    Notes
    -----
    Partners that are not in ``levels`` are counted in ``partners`` and not in ``matched``; nothing is dropped
    silently. Rows that repeat a link are one, their shares added. Over several steps a partner without a level has
    none of its own and passes on what reaches it.

    References
    ----------
    Miller and Blair (2009), Input-Output Analysis, doi:10.1017/CBO9780511626982.

    Examples
    --------
    >>> import indicia as ix
    >>> links = {"firm": ["a", "a"], "supplier": ["b", "c"], "share": [0.3, 0.1]}
    >>> levels = {"firm": ["a", "b", "c"], "digital": [1.0, 2.0, 4.0]}
    >>> found = ix.study.exposure(
    ...     links, levels, "digital", focal="firm", partner="supplier", share="share", unit="firm"
    ... )
    >>> found[["matched", "mean", "weighted", "sum", "gap"]].round(3).values.tolist()
    [[2.0, 3.0, 2.5, 1.0, 1.5]]
    """
    if steps is not None and (isinstance(steps, bool) or not isinstance(steps, int) or steps < 1):
        raise ValueError(f"steps= is a number of at least 1, or None for all, found {steps!r}")
    if not 0 <= decay < 1:
        raise DataError(f"decay= is at least 0 and below 1, found {decay!r}")
    linked, known = Frame(links), Frame(levels, unit, time)
    names = _Names(linked._column(focal), linked._column(partner), known._column(unit))
    ends, firms = names.codes[:2], names.codes[2]
    periods, when = _whole(linked, time), _whole(known, time)
    shares = np.full(len(linked), np.nan) if share is None else linked.numbers(share, least=0.0)
    shares = shares / 100.0 if percent else shares
    values = known.numbers(value)
    named = (ends[0] != _NOBODY) & (ends[1] != _NOBODY)
    network = _core.StudyNetwork((ends[0], ends[1], periods, shares), (firms, when, values), len(names.labels))
    codes, years, own_links = network.groups()
    lost = len(linked) - int(named.sum())
    if lost or own_links:
        message = f"{own_links} links of firms to themselves and {lost} without a name are left out"
        warnings.warn(message, UndefinedStatisticWarning, stacklevel=2)
    (partners, matched), (matched_share, mean, weighted, total, most, own, gap) = network.exposure(int(lag), threads)
    columns: dict[str, Any] = {focal: [names.labels[code] for code in codes.tolist()]}
    if time is not None:
        columns[time] = years
    columns |= {"partners": partners, "matched": matched, "matched_share": matched_share, "mean": mean}
    columns |= {"weighted": weighted, "sum": total, "most": most, "own": own, "gap": gap}
    if steps != 1:
        if share is None:
            raise DataError("exposure over several steps needs share=")
        if not rescale and (over := network.largest_sum()) > 1 + 1e-9:
            raise DataError(f"shares of a firm sum to {over:g}; say percent=True or rescale=True")
        columns["exposure"] = network.steps(steps, float(decay), rescale, int(lag), threads)
    return linked.table(columns)


def peers(
    data: Any,
    value: str,
    by: str | Sequence[str],
    *,
    unit: str | None = None,
    time: str | None = None,
    weights: str | None = None,
) -> Any:
    """Compute the mean of the others of each row's group: industry, region, year.

    Parameters
    ----------
    data : table
        One row per unit, or per unit and period.
    value : str
        Column of numbers.
    by : str or list of str
        Columns whose combinations are the groups; with ``time`` also the period.
    unit, time : str, optional
        Keys of the rows; they must be unique.
    weights : str, optional
        Column of weights.

    Returns
    -------
    table of the kind of data
        Keys, ``peers`` (mean of the others; missing for who is alone, or in no group), ``others`` (their number),
        ``gap`` = value - peers. The index is kept. A row without a value has the mean of the others all the same.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["a", "b", "c", "d"], "industry": ["x", "x", "x", "y"], "digital": [1.0, 2.0, 6.0, 9.0]}
    >>> ix.study.peers(firms, "digital", "industry", unit="firm")["peers"].tolist()
    [4.0, 3.5, 1.5, nan]
    """
    frame = Frame(data, unit, time)
    values, given = frame.numbers(value), frame.weights(weights)
    names = [by] if isinstance(by, str) else list(by)
    if not names:
        raise ValueError("by= names no column")
    groups = [frame.groups(name) for name in [*names, *([time] if time is not None else [])]]
    missing = np.any([part.codes == len(part.labels) for part in groups], axis=0)
    codes = combined([part.codes.astype(np.int64) for part in groups])
    count = int(codes.max(initial=-1)) + 1
    placed = np.where(missing, count, codes).astype(np.uint32)
    found, others = _core.study_leave_one_out(values, given, placed, count)
    return frame.rows({"peers": found, "others": others.astype(np.int64), "gap": values - found})
