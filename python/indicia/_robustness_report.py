"""`report`: the robustness appendix of a paper in one call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ._compare_leave_out import leave_one_out
from ._held import Absent, Answer
from ._robustness_factors import Factor
from ._robustness_sensitivity import Sensitivity, sensitivity
from ._robustness_stability import stability
from ._robustness_uncertainty import Uncertainty, uncertainty
from .index import Index
from .report import Document, Figure, Heading, Table, Text
from .report._document import Block

__all__ = ["report"]

_SHOWN = 60


def report(
    index: Index,
    data: Any,
    vary: Sequence[Factor],
    *,
    n: int = 1000,
    points: int = 256,
    units: Iterable[Any] | None = None,
    figures: bool = True,
    title: str | None = None,
    seed: int = 1,
    node: str | None = None,
    unit: str | None = None,
    columns: Mapping[str, str] | Sequence[str] | None = None,
    absent: Absent = "error",
    assume: Mapping[str, Answer] | None = None,
    threads: int | None = None,
) -> Document:
    """Write the robustness appendix of a paper: what varied, how far results move, what they hinge on.

    Parameters
    ----------
    index, data, vary, node, unit, columns, absent, assume, threads
        As `uncertainty` takes them.
    n : int, default 1000
        Replays for the distributions.
    points : int, default 256
        Points of the design for sensitivity; with k factors points (k + 2) replays. Left out with one factor.
    units : list, optional
        Labels of units whose scores are outputs of the sensitivity analysis too.
    figures : bool, default True
        Draw ranks and indices; needs matplotlib.
    title : str, optional
        Title of the document.
    seed : int, default 1
        Of all draws.

    Returns
    -------
    report.Document
        The method in words, factors, ranks, levels, sensitivity, leaving out, stability of weights, failures; ``write``
        puts it into .html, .md, .tex or .xlsx.

    Examples
    --------
    >>> import indicia as ix
    >>> countries = ix.datasets.tai()
    >>> index = ix.Index.flat([name for name in countries.columns if name != "country"])
    >>> vary = [ix.robustness.scale(["minmax", "zscore"]), ix.robustness.weight_noise(0.25)]
    >>> appendix = ix.robustness.report(index, countries, vary, n=100, points=16, unit="country", figures=False)
    >>> [block.text for block in appendix.blocks if isinstance(block, ix.report.Heading)][:3]
    ['What varied', 'Ranks', 'What ranks hinge on']
    """
    keywords: dict[str, Any] = {
        "node": node, "unit": unit, "columns": columns, "absent": absent, "assume": assume,
        "threads": threads, "seed": seed,
    }  # fmt: skip
    spread = uncertainty(index, data, vary, n, **keywords)
    name = index.id if index.edition is None else f"{index.id} ({index.edition})"
    blocks: list[Block] = [Text(_method(spread, name)), Heading("What varied"), _factors(spread.factors)]
    blocks += [Heading("Ranks"), *_ranks(spread, figures)]
    if spread._replays.level_names:
        blocks += [Heading("Levels"), *_levels(spread)]
    if len(spread.factors) > 1:
        split = sensitivity(index, data, vary, points, units=units, **keywords)
        blocks += [Heading("What ranks hinge on"), *_hinges(split, figures)]
    blocks += [Heading("Leaving out"), _left_out(index, data, node, unit)]
    blocks += [Heading("How far weights may move"), _stability(index, data, keywords)]
    if spread._replays.failed:
        note = f"{len(spread._replays.failed)} of {len(spread)} replays failed and are left out of everything else."
        blocks += [Heading("Replays that failed"), Table(spread.failures(), note=note)]
    blocks += [Heading("Method of the index"), Text(index.describe().to_markdown())]
    return Document(title or f"Robustness of {name}", blocks)


def _method(spread: Uncertainty, name: str) -> str:
    recipe = spread.recipe
    shift = spread.rank_shift
    mean = f"{np.nanmean(shift):.3g}" if np.isfinite(shift).any() else "undefined"
    return (
        f"The index {name} was scored {recipe['replays']} times on {recipe['units']} units, each time with one "
        f"alternative of every choice below, drawn independently (generator {recipe['generator']}, seed "
        f"{recipe['seed']}); what is learned from data was learned anew in each replay. Ranks moved by {mean} places "
        "on average over units and replays.\n\n"
        f"indicia {recipe['indicia']}, definition {recipe['definition_sha256'][:12]}."
    )


def _factors(factors: Sequence[Factor]) -> Table:
    told = []
    for factor in factors:
        if factor.labels:
            chances = next(iter(factor.vary.values())).get("probabilities")
            labels = factor.labels
            if chances is not None:
                labels = tuple(f"{label} ({chance:g})" for label, chance in zip(labels, chances, strict=True))
            told.append("; ".join(labels))
        else:
            told.append(_continuous(factor.vary))
    return Table({"choice": [factor.name for factor in factors], "alternatives": told}, title="Choices that varied")


def _continuous(vary: Mapping[str, Any]) -> str:
    if "weight_noise" in vary:
        form = vary["weight_noise"]["form"]
        if form == "simplex":
            return "weights uniform over all that sum to one"
        ((kind, value),) = form.items()
        words = {
            "relative": f"weights times 1 + {value} U, U uniform in [-1, 1]",
            "dirichlet": f"Dirichlet around the weights, concentration {value}",
            "between": f"weights uniform between the ends given: {value}",
        }
        return words[kind]
    if "goalposts" in vary:
        ends = {end: vary["goalposts"][end] for end in ("low", "high") if vary["goalposts"].get(end)}
        return "; ".join(f"{end} anchor uniform between {a:g} and {b:g}" for end, (a, b) in ends.items())
    if "thresholds" in vary:
        return f"each threshold moved by up to {vary['thresholds']['by']:g} points"
    ((kind, given),) = vary["rows"].items()
    if kind == "bootstrap":
        return "units drawn with replacement" + (f" within {given['strata']}" if given.get("strata") else "")
    names = ", ".join(given["columns"])
    if kind == "impute":
        return f"missing values of {names} drawn from observed ones"
    ((shape, size),) = given["distribution"].items()
    return f"{shape} error of size {size:g} in {names}"


def _ranks(spread: Uncertainty, figures: bool) -> list[Block]:
    table = spread.ranks((0.05, 0.5, 0.95))
    nominal = spread._replays.nominal()[1]
    order = np.argsort(np.where(nominal > 0, nominal, nominal.max(initial=0) + 1), kind="stable")[:_SHOWN]
    held = spread._study.held
    columns: dict[str, Any] = {held.panel.unit or "unit": [str(label) for label in held.panel.labels(order)]}
    source = Table(table)
    for name in ("nominal", "mean", "q5", "q50", "q95"):
        columns[name] = [source.columns[name][row] for row in order]
    more = len(nominal) - len(order)
    note = f"Ranks over {len(spread)} replays; 1 is the highest score." + (f" {more} more units." if more else "")
    found: list[Block] = [Table(columns, title="Ranks and their distribution", note=note)]
    if figures:
        found.append(Figure(spread.plot(), "Median rank and 5 to 95 % range, ordered by the index as it is"))
    return found


def _levels(spread: Uncertainty) -> list[Block]:
    table = Table(spread.levels())
    same = [value for value in table.columns["same"] if value is not None]
    sure = sum(1 for value in same if value == 1.0)
    text = f"{sure} of {len(same)} units have the same level in every replay."
    hinges = Table(
        spread.hinges(), title="Units whose level hinges on a choice", most=_SHOWN,
        note="same: share of replays with that level; explained: share of the variance of the level.",
    )  # fmt: skip
    return [Text(text), hinges]


def _hinges(split: Sensitivity, figures: bool) -> list[Block]:
    blocks: list[Block] = []
    for output in split.outputs:
        if not np.nanstd(split.values(output)) > 0:
            blocks.append(Text(f"{output} is the same in every run."))
            continue
        note = (
            f"Sobol' indices from {len(split.points)} runs; "
            f"{100 * split.conventions['confidence']:g} % bootstrap intervals."
            + (f" {split.left_out} points left out because a run failed." if split.left_out else "")
        )
        blocks.append(Table(split.to_frame(output), title=f"Share of the variance of {output}", note=note))
        if figures and output == "rank_shift":
            blocks.append(Figure(split.plot(), "First-order and total indices of the mean shift of ranks"))
    return blocks


def _left_out(index: Index, data: Any, node: str | None, unit: str | None) -> Table:
    found = leave_one_out(index, data, unit=unit, node=node)
    return Table(
        found.elements, title="Importance of indicators", most=_SHOWN,
        note="Mean absolute change of ranks when an indicator is left out and the index fitted anew.",
    )  # fmt: skip


def _stability(index: Index, data: Any, keywords: Mapping[str, Any]) -> Table:
    asked = {name: value for name, value in keywords.items() if name != "seed"}
    return Table(
        stability(index, data, **asked), title="Stability of weights", most=_SHOWN,
        note="Shares of weight between which the leader, and every level, stays; other weights keep their proportions.",
    )  # fmt: skip
