"""What programmes say, resolved on the data: amounts of firms, groups, who may take part."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ._encode import encode
from ._factor import Factor
from ._keys import native
from ._level_table import _ordered
from ._names import did_you_mean, listed
from ._plan_programs import AMOUNTS, Problems
from .eligibility import Eligibility
from .errors import IndiciaError
from .fitted import FittedIndex
from .index import Index

if TYPE_CHECKING:
    from ._plan_path import Paths

Doubles = npt.NDArray[np.float64]
_YES, _OPEN, _NO = 2, 1, 0


class Data:
    """Columns of the firms by name, each read once."""

    def __init__(self, paths: Paths, problems: Problems) -> None:
        self.paths, self.problems = paths, problems
        self.held = paths.before._held
        self.groups: dict[str, tuple[int, Factor]] = {}

    def __len__(self) -> int:
        return len(self.paths)

    def _has(self, at: str, name: Any) -> bool:
        known = [*self.held.source.names, *self.held.source.index_levels()]
        if isinstance(name, str) and name in known:
            return True
        hint = did_you_mean(str(name), known)
        self.problems.add(at, f"the data have no column {name!r}{hint}; they have: {listed(sorted(known))}")
        return False

    def numbers(self, at: str, column: Any, low: float = 0.0) -> Doubles | None:
        """A column or an array of numbers of at least ``low``; missing stays missing."""
        if isinstance(column, str):
            if not self._has(at, column):
                return None
            column = self.held.source.key(column)
        encoded = encode(at, column)
        if encoded.kind == "text" or len(encoded.values) != len(self):
            what = "texts" if encoded.kind == "text" else f"{len(encoded.values)} values"
            self.problems.add(at, f"expected a number for each of {len(self)} firms, found {what}")
            return None
        values = np.ascontiguousarray(encoded.values, dtype=np.float64)
        if np.any(values < low) or np.any(np.isinf(values)):
            worst = values[(values < low) | np.isinf(values)][0]
            self.problems.add(at, f"expected finite numbers of at least {low:g}, found {worst:g}")
            return None
        return values

    def group(self, at: str, name: Any) -> tuple[int, Factor] | None:
        """Number and categories of a grouping."""
        if not self._has(at, name):
            return None
        if name not in self.groups:
            self.groups[name] = (len(self.groups), _ordered(self.held.source.key(name)))
        return self.groups[name]

    def codes(self, at: str, factored: Factor, values: Sequence[Any]) -> list[int] | None:
        """Codes of categories, which may be written as texts."""
        names = [str(native(label)) for label in factored.labels]
        known = [self.problems.name(at, value, names, "category") for value in values]
        return [names.index(str(value)) for value in values] if all(known) else None


def amounts(program: Mapping[str, Any], path: str, data: Data) -> dict[str, Doubles]:
    """The numbers of a programme for plans of one path: one for all firms, or one for each; missing: not covered."""
    found: dict[str, Doubles] = {}
    for key in AMOUNTS:
        value = program.get(key)
        at = f"program {program.get('id')!r}.{key}"
        if value is None:
            continue
        if not isinstance(value, Mapping):
            found[key] = np.array([value], np.float64)
        elif "column" in value:
            values = data.numbers(f"{at}.column", value["column"])
            if values is not None:
                found[key] = values
        elif value["by"] == "level":
            found[key] = np.array([value["values"].get(path, value.get("default", np.nan))], np.float64)
        else:
            grouped = data.group(f"{at}.by", value["by"])
            if grouped is None:
                continue
            _, factored = grouped
            data.codes(f"{at}.values", factored, list(value["values"]))
            own = {str(category): number for category, number in value["values"].items()}
            rest = value.get("default", np.nan)
            # The last place is what the code -1 takes: a category nobody gave is covered by the default only.
            table = [own.get(str(native(label)), rest) for label in factored.labels]
            found[key] = np.ascontiguousarray(np.array([*table, rest], np.float64)[factored.codes])
    return found


def rules(
    quotas: Sequence[Mapping[str, Any]], program: int | None, name: str, data: Data, reached: npt.NDArray[np.bool_]
) -> list[dict[str, Any]]:
    """Quotas as the core takes them, one for each category where that is meant; more than there are is a problem."""
    found: list[dict[str, Any]] = []
    for place, quota in enumerate(quotas):
        at = f"program {name!r}.quotas[{place}]" if program is not None else f"quotas[{place}]"
        prefix = f"{name}: " if program is not None else ""
        of = quota.get("of", "money")
        base = {"program": program, "of": of} | {
            key: quota.get(key) for key in ("min_share", "max_share", "min", "max")
        }
        label = quota.get("label")
        if "by" not in quota:
            found.append(base | {"name": prefix + str(label or of), "by": None, "codes": []})
            _population(at, base, np.ones(len(data), bool), reached, data.problems)
            continue
        grouped = data.group(f"{at}.by", quota["by"])
        if grouped is None:
            continue
        by, factored = grouped
        names = [str(native(label)) for label in factored.labels]
        if quota.get("each"):
            sets = [[code] for code in range(len(names))]
        else:
            codes = data.codes(at, factored, list(quota.get("values", [quota.get("value")])))
            if codes is None:
                continue
            sets = [codes]
        for codes in sets:
            shown = f"{quota['by']} {', '.join(names[code] for code in codes)}"
            text = shown if not label else f"{label} ({shown})" if quota.get("each") else str(label)
            found.append(base | {"name": f"{prefix}{text}: {of}", "by": by, "codes": codes})
            _population(f"{at} ({shown})", base, np.isin(factored.codes, codes), reached, data.problems)
    return found


def _population(
    at: str, rule: Mapping[str, Any], group: npt.NDArray[np.bool_], reached: npt.NDArray[np.bool_], problems: Problems
) -> None:
    """A floor above the number of firms is a slip, and a ceiling below those that are there already another."""
    if rule["of"] == "money":
        return
    size = int(np.sum(group))
    if rule["min"] is not None and rule["min"] > size:
        problems.add(f"{at}.min", f"{rule['min']:g} are more than the {size} firms there are")
    if rule["of"] == "reached":
        there = int(np.sum(group & reached))
        for key, most in (("max", rule["max"]), ("max_share", rule["max_share"])):
            limit = None if most is None else most if key == "max" else most * size
            if limit is not None and limit < there - 1e-9:
                problems.add(f"{at}.{key}", f"{there} of the {size} firms are at the level already")


def eligible(program: Mapping[str, Any], data: Data) -> tuple[npt.NDArray[np.uint8], Eligibility | None]:
    """Who may take part for certain (2), who perhaps (1), who not (0), and the conditions where they are known."""
    asked, at = program.get("eligible"), f"program {program.get('id')!r}.eligible"
    everyone = np.full(len(data), _YES, np.uint8)
    if asked is None:
        return everyone, None
    if isinstance(asked, Eligibility):
        if len(asked) != len(data):
            data.problems.add(at, f"it is about {len(asked)} firms, the plans are about {len(data)}")
            return everyone, None
        return np.ascontiguousarray(asked._found["states"], np.uint8), asked
    if isinstance(asked, Mapping):
        found = _by_condition(at, asked, data)
        return (everyone, None) if found is None else (np.ascontiguousarray(found._found["states"], np.uint8), found)
    values = data.numbers(at, asked)
    if values is None:
        return everyone, None
    if not np.isin(values[~np.isnan(values)], (0, 1)).all():
        data.problems.add(at, "expected yes and no for each firm")
        return everyone, None
    return np.where(np.isnan(values), _OPEN, np.where(values == 1, _YES, _NO)).astype(np.uint8), None


def _by_condition(at: str, condition: Mapping[str, Any], data: Data) -> Eligibility | None:
    """A condition asked as the one level of the index, which may compare its nodes and count its indicators."""
    paths = data.paths
    fitted = paths.before.fitted
    definition = fitted._index.to_dict()
    derived = definition.get("derived", {})
    columns = [name for name in _columns(condition) if name not in derived]
    known = [data._has(at, data.held.mapping.get(name, name)) for name in columns]
    if not all(known):
        return None
    level = {"id": "eligible", "when": dict(condition)}
    definition = definition | {"levels": {"level": [level]}}
    if definition.get("columns"):
        definition["columns"] = definition["columns"] | {n: {} for n in columns if n not in definition["columns"]}
    try:
        index: Index | FittedIndex = Index.from_dict(definition)
        if not isinstance(index, Index) or index.stages():
            index = FittedIndex.from_json(json.dumps(json.loads(fitted.to_json()) | {"definition": definition}))
        keywords = paths._keywords | {"absent": "unknown"}
        return index.score(paths._data, **keywords).eligibility("eligible")
    except IndiciaError as error:
        data.problems.add(at, str(error))
        return None


def _columns(condition: Any) -> list[str]:
    """The columns a condition names, however deep."""
    if isinstance(condition, list | tuple):
        return list(dict.fromkeys(name for item in condition for name in _columns(item)))
    if not isinstance(condition, Mapping):
        return []
    own = [condition["column"]] if isinstance(condition.get("column"), str) else []
    cases = condition.get("cases")
    own += [cases["on"]] if isinstance(cases, Mapping) and isinstance(cases.get("on"), str) else []
    inner = [condition.get(key) for key in ("all", "any", "of", "not")]
    inner += [cases.get("then")] if isinstance(cases, Mapping) else []
    return list(dict.fromkeys(own + [name for item in inner for name in _columns(item)]))
