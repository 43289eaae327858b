"""Synthetic annual reports whose counts of terms are known."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._text_dictionary import dictionary
from ._draws import Rng, generator, pick, uniforms
from ._frames import Frame, check_count, check_frame, check_share, to_frame

# Sentences of our own; no term is in them or arises where they meet.
_PLAIN = (
    "报告期内公司经营稳健，各项工作有序开展。",
    "公司持续优化产品结构，提升管理水平。",
    "本年度营业收入较上年有所增长，毛利率保持平稳。",
    "公司加强成本管理，注重人才培养。",
    "主要原材料价格小幅波动，对经营影响有限。",
    "公司按照规定披露信息，保护投资者权益。",
)
# How a term is mentioned, how often, and the context that keeps it from counting.
_MENTIONS: Sequence[tuple[str, float, str | None]] = (
    ("公司积极推进{}建设。", 0.40, None),
    ("公司不断加强{}应用。", 0.10, None),  # no negation
    ("公司不从事房地产开发，专注{}。", 0.10, None),  # a negation of another clause
    ("公司布局{}，\n成效初显。", 0.20, None),
    ("公司目前没有{}业务。", 0.12, "negation"),
    ("客户的{}项目陆续验收。", 0.08, "customers"),
)
_SENTENCES_PER_LINE = 4
# Shares of mentions whose term is broken by a line end, and that are written in full width.
_BROKEN, _WIDE = 0.15, 0.10
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def make_reports(
    n: int = 100,
    *,
    years: Sequence[int] = (2019, 2020, 2021),
    sentences: int = 60,
    missing: float = 0.0,
    truth: bool = False,
    rng: Rng = 0,
    frame: Frame | None = None,
) -> Any:
    """Return synthetic annual reports in Chinese that mention terms of the dictionary "wufei-2021".

    Parameters
    ----------
    n : int, default 100
        Number of firms, at least 1.
    years : sequence of int, default (2019, 2020, 2021)
        Each firm has one report a year.
    sentences : int, default 60
        Sentences of a report that mention nothing.
    missing : float, default 0.0
        Share of the reports that is missing, each independently.
    truth : bool, default False
        Whether to add what is there to be found.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of table. By default pandas where it is installed, else a dict of
        arrays.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        ``n * len(years)`` rows, firms in order and years within them: ``firm``
        (text of six digits), ``year``, ``report``; with ``truth`` also
        ``true_<group>`` for each group of the dictionary, ``true_dropped_negation``
        and ``true_dropped_customers``.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Notes
    -----
    The firms and all sentences are invented. The number of mentions is geometric; its
    mean differs between firms and grows by a quarter a year. The truth is counted while
    the text is written, not read from it: a mention counts unless it is negated in its
    own clause or speaks of customers. Some terms are broken by the end of a line, some
    written in full-width letters; both count. A missing report has missing counts.

    Examples
    --------
    >>> import indicia as ix
    >>> reports = ix.datasets.make_reports(20, rng=1, truth=True, frame="dict")
    >>> found = ix.text.count(reports, "report", unit="firm", time="year")
    >>> bool((found["big_data"] == reports["true_big_data"]).all())
    True
    """
    count = check_count(n, 1)
    check_frame(frame)
    share = check_share(missing)
    periods = [operator.index(year) for year in years]
    if len(set(periods)) != len(periods) or not periods:
        raise ValueError(f"years must be different whole numbers, at least one, got {years!r}")
    filler = operator.index(sentences)
    if filler < 1:
        raise ValueError(f"sentences must be at least 1, got {sentences!r}")
    random = generator(rng)
    groups = dictionary().groups
    rows = count * len(periods)
    interest = np.repeat(uniforms(random, count, 1)[:, 0] * 20.0, len(periods))
    growth = np.tile(1.25 ** np.arange(len(periods)), count)
    mentions = np.floor(-np.log(uniforms(random, rows, 1)[:, 0]) * interest * growth).astype(np.int64)
    blank = uniforms(random, rows, 1)[:, 0] < share
    true = {f"true_{name}": np.zeros(rows) for name in (*groups, "dropped_negation", "dropped_customers")}
    terms = [(group, term) for group, listed in groups.items() for term in listed]
    shares = np.array([weight for _, weight, _ in _MENTIONS])
    reports = np.empty(rows, dtype=object)
    for row, number in enumerate(mentions.tolist()):
        draws = uniforms(random, number, 5)
        lines = [_PLAIN[i] for i in (uniforms(random, filler, 1)[:, 0] * len(_PLAIN)).astype(np.int64)]
        for draw, form in zip(draws.tolist(), pick(draws[:, 0], shares).tolist(), strict=True):
            group, term = terms[int(draw[1] * len(terms))]
            sentence, _, context = _MENTIONS[form]
            lines.insert(int(draw[2] * (len(lines) + 1)), sentence.format(_written(term, draw[3], draw[4])))
            true[f"true_{group}" if context is None else f"true_dropped_{context}"][row] += 1.0
        parts = range(0, len(lines), _SENTENCES_PER_LINE)
        reports[row] = "\n".join("".join(lines[i : i + _SENTENCES_PER_LINE]) for i in parts)
    reports[blank] = None
    columns: dict[str, np.ndarray] = {
        "firm": np.repeat(np.array([f"{i + 1:06d}" for i in range(count)], dtype=object), len(periods)),
        "year": np.tile(np.array(periods, dtype=np.int64), count),
        "report": reports,
    }
    if truth:
        columns |= {name: np.where(blank, np.nan, values) for name, values in true.items()}
    return to_frame(columns, frame)


def _written(term: str, broken: float, wide: float) -> str:
    """A term as it may stand in a report made from a PDF."""
    spelled = term.translate(_FULL_WIDTH) if wide < _WIDE else term
    # Between Latin letters the end of a line is a space, so only terms of ideographs are broken.
    if broken < _BROKEN and not any(c.isascii() for c in term):
        middle = len(spelled) // 2
        return f"{spelled[:middle]}\n{spelled[middle:]}"
    return spelled
