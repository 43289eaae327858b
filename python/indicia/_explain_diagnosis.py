"""`Diagnosis`: one unit on one page. Everything in it is computed elsewhere; here it is put together."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _core
from ._compare_standing import group_codes
from ._explain import contributions_of
from ._files import text_of
from ._html import number, table
from ._level_table import By, _groups, _label
from ._output import rows_of
from ._warnings import FewPeersWarning
from .errors import DataError, DefinitionError

if TYPE_CHECKING:
    from .eligibility import Eligibility
    from .scores import Scores

_SHOWN = 5


class Diagnosis:
    """What one unit has, lacks and could do next. Made by `Scores.diagnose`; tables are of the kind of the scored data.

    Attributes
    ----------
    unit : label
    level, level_low, level_high : str or None
        The known level, the one it has for certain, the highest it could have; None
        where there are no levels.
    next_level : str or None
        The level above the certain one.
    peers : int
        How many other units are compared with.
    peer_group : dict
        What peers share with the unit.
    gap : table
        What the next level asks for and the unit does not meet, condition by condition;
        as `Eligibility.failures`.
    needed : table
        Unanswered columns that could settle a level the unit may already have: ``level``,
        ``requirement``, ``column``.
    strengths, weaknesses : table
        As `Scores.strengths` and `Scores.weaknesses`, among the peers.
    contributions : table
        ``node``, ``child``, ``contribution``, ``counted_from`` (score of the baseline,
        missing where counted from nothing), ``adds_up_to``; as `Scores.contributions`.
    obstacles : table or None
        ``node``, ``kind``, ``degree``: the share of every indicator and group in what the
        unit lacks, greatest first; None where `notes` says why.
    notes : list of str
        What could not be told, and why.

    Examples
    --------
    >>> import indicia as ix
    >>> firms = {"firm": ["A", "B", "C"], "cloud": [0.0, 1.0, 2.0], "web": [1.0, 2.0, 0.0]}
    >>> scores = ix.Index.flat(["cloud", "web"]).fit_score(firms, unit="firm")
    >>> found = scores.diagnose("A", few=1)
    >>> found
    Diagnosis('A': 2 peers, largest obstacle 'cloud')
    >>> found.obstacles.values.tolist()
    [['index', 'group', 1.0], ['cloud', 'indicator', 0.6666666666666666], ['web', 'indicator', 0.3333333333333333]]
    """

    def __init__(self, scores: Scores, unit: Any, peers: By, node: str | None, n: int, few: int) -> None:
        if isinstance(few, bool) or not isinstance(few, int) or few < 0:
            raise ValueError(f"few= is a number of at least 0, found {few!r}")
        held = scores._held
        row = held.panel.find(unit)
        self.unit = held.panel.label(row)
        self.notes: list[str] = []
        self._scores, self._output = scores, held.output.plain()
        self._stand(scores, unit, row, peers, n, few)
        self._climb(scores, unit, row, node)
        self.contributions = self._contribute(scores, row)
        self._score = None if scores._passes.root is None else float(scores._passes.values[scores._passes.root][row])
        self.obstacles = self._obstacles(scores, row)

    # Parts

    def _stand(self, scores: Scores, unit: Any, row: int, peers: By, n: int, few: int) -> None:
        shared = _groups(scores._held, peers)
        self.peer_group = {name: _label(factored, row) for name, factored in shared.items()}
        self.strengths = scores.strengths(unit, n, by=peers)
        self.weaknesses = scores.weaknesses(unit, n, by=peers)
        codes = group_codes(scores, scores._held.panel.time if peers is None else peers)
        self.peers = len(scores) - 1 if codes is None else int(np.count_nonzero(codes == codes[row])) - 1
        if self.peers < few:
            shown = ", ".join(f"{name} {value}" for name, value in self.peer_group.items())
            message = (
                f"{self.unit!r} has {self.peers} peers{f' ({shown})' if shown else ''}: ranks among so few say little"
            )
            self.notes.append(message)
            warnings.warn(f"{message}; share fewer columns in peers=", FewPeersWarning, stacklevel=4)

    def _climb(self, scores: Scores, unit: Any, row: int, node: str | None) -> None:
        self.level = self.level_low = self.level_high = self.next_level = None
        self.gap: Any = None
        self.needed: Any = None
        self._eligibility: Eligibility | None = None
        if not scores._passes.levels:
            return
        column = scores._levels_of(node)
        low, high = int(column.certain[row]), int(column.possible[row])
        self.level_low, self.level_high = column.names[low], column.names[high]
        self.level = self.level_low if low == high else None
        if low + 1 < len(column.names):
            self.next_level = column.names[low + 1]
            self._eligibility = scores.eligibility(self.next_level, node)
            self.gap = self._eligibility.failures([unit])
        open_levels = column.names[low + 1 : high + 1]
        parts = [rows_of(scores.eligibility(level, node).needed([unit])) for level in open_levels]
        lines = [(level, line) for level, part in zip(open_levels, parts, strict=True) for line in part]
        columns = {"level": [level for level, _ in lines]}
        columns |= {name: [str(line[name]) for _, line in lines] for name in ("requirement", "column")}
        self.needed = self._output.frame(columns)

    def _contribute(self, scores: Scores, row: int) -> Any:
        lines: list[tuple[str, str, float, float, str]] = []
        for name in scores._passes.groups:
            try:
                found = contributions_of(scores, name, row=row)
            except DefinitionError as error:
                self.notes.append(str(error))
                continue
            base = float(found["base"][row]) if len(found["base"]) else np.nan
            for child, values in found["children"].items():
                lines.append((name, child, float(values[row]), base, found["adds_up_to"]))
        heads = ["node", "child", "contribution", "counted_from", "adds_up_to"]
        columns: dict[str, Any] = {head: [line[k] for line in lines] for k, head in enumerate(heads)}
        columns |= {head: np.array(columns[head], np.float64) for head in ("contribution", "counted_from")}
        return self._output.frame(columns)

    def _obstacles(self, scores: Scores, row: int) -> Any:
        from ._compare_obstacle import degrees

        try:
            found = degrees(scores)
        except (DataError, DefinitionError) as error:
            self.notes.append(f"no obstacle degrees: {error}")
            return None
        nodes = scores.fitted._index.nodes
        names = list(found)
        parents = {node["id"]: node["parent"] for node in nodes}
        below: dict[str, list[int]] = {node["id"]: [] for node in nodes}
        for place, name in enumerate(names):
            above: str | None = name
            while above is not None:
                below[above].append(place)
                above = parents.get(above)
        kept = [node for node in nodes if below[node["id"]]]
        values = scores._passes.all_indicators()
        part = slice(row, row + 1)
        told = _core.explain_barriers(
            [np.ascontiguousarray(values[name][part]) for name in names],
            [np.ascontiguousarray(found[name][part]) for name in names],
            [below[node["id"]] for node in kept],
            None,
            1,
            None,
        )
        if told["nothing"].any():
            self.notes.append("nothing is lacking: there are no obstacles")
        degree = np.asarray(told["share"])
        order = np.argsort(np.where(np.isnan(degree), np.inf, -degree), kind="stable")
        return self._output.frame(
            {
                "node": [kept[k]["id"] for k in order],
                "kind": [kept[k]["kind"] for k in order],
                "degree": degree[order],
            }
        )

    # People

    def to_frame(self) -> Any:
        """Everything in one table.

        Returns
        -------
        DataFrame, Table or dict of ndarray
            ``part`` ("gap", "needed", "strength", "weakness", "contribution",
            "obstacle"), ``item`` (requirement, node or column), ``of`` (condition,
            group or level it belongs to), ``value`` (distance, rank, contribution or
            degree; missing where there is none).
        """
        lines = self._lines()
        return self._output.frame(
            {
                "part": [line[0] for line in lines],
                "item": [line[1] for line in lines],
                "of": [line[2] for line in lines],
                "value": np.array([np.nan if line[3] is None else line[3] for line in lines], np.float64),
            }
        )

    def _lines(self) -> list[tuple[str, str, str | None, float | None]]:
        lines: list[tuple[str, str, str | None, float | None]] = []
        for line in rows_of(self.gap):
            lines.append(("gap", str(line["condition"]), str(line["requirement"]), _known(line["short_by"])))
        for line in rows_of(self.needed):
            lines.append(("needed", str(line["column"]), str(line["level"]), None))
        for part, found in (("strength", self.strengths), ("weakness", self.weaknesses)):
            lines += [(part, line["node"], line["parent"], _known(line["rank"])) for line in rows_of(found)]
        for line in rows_of(self.contributions):
            lines.append(("contribution", line["child"], line["node"], _known(line["contribution"])))
        for line in rows_of(self.obstacles):
            lines.append(("obstacle", line["node"], line["kind"], _known(line["degree"])))
        return lines

    def _level_text(self) -> str:
        if self.level_low is None:
            return ""
        return str(self.level) if self.level is not None else f"{self.level_low} to {self.level_high}"

    def _largest(self) -> str:
        found = [line for line in rows_of(self.obstacles) if line["kind"] == "indicator" and _known(line["degree"])]
        return str(found[0]["node"]) if found else ""

    def __repr__(self) -> str:
        parts = [f"level {self._level_text()}"] if self.level_low is not None else []
        parts.append(f"{self.peers} peers")
        if self.next_level is not None:
            parts.append(f"{len(rows_of(self.gap))} conditions short of {self.next_level}")
        if self._largest():
            parts.append(f"largest obstacle {self._largest()!r}")
        return f"Diagnosis({self.unit!r}: {', '.join(parts)})"

    def __str__(self) -> str:
        labels = {node["id"]: text_of(node["label"]) for node in self._scores.fitted._index.nodes}
        lines = [f"Diagnosis of {self.unit!r}"]
        if self._score is not None:
            lines.append(f"  score: {'missing' if self._score != self._score else number(self._score)}")
        if self.level_low is not None:
            lines.append(f"  level: {self._level_text()}")
        shared = ", ".join(f"{name} {value}" for name, value in self.peer_group.items())
        lines.append(f"  peers: {self.peers}{f' ({shared})' if shared else ''}")
        if self._eligibility is not None:
            lines.append(f"To {self.next_level}")
            lines += ["  " + line.strip() for line in self._eligibility.explain(self.unit).splitlines()[1:]]
        for title, found in (("Strengths", self.strengths), ("Weaknesses", self.weaknesses)):
            lines.append(title)
            for line in rows_of(found):
                name = labels.get(line["node"]) or line["node"]
                lines.append(f"  {name}: rank {number(line['rank'])} of {line['n']}, score {number(line['score'])}")
        if self.obstacles is not None:
            lines.append("Largest obstacles")
            indicators = [line for line in rows_of(self.obstacles) if line["kind"] == "indicator"]
            for line in [line for line in indicators if _known(line["degree"])][:_SHOWN]:
                lines.append(f"  {labels.get(line['node']) or line['node']}: {line['degree']:.0%} of what is lacking")
        lines += [f"Note: {note}" for note in self.notes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = ["part", "item", "of", "value"]
        lines = [line for line in self._lines() if line[0] != "contribution"]
        return table(repr(self), head, lines, self.notes)


def _known(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
