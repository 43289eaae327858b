"""Programmes as people write them down, checked: everything that is wrong with them is told at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from ._names import did_you_mean, listed
from .errors import DataError, join

Programs = Any

AMOUNTS = ("rate", "cap", "discount", "own_share_min", "grant_min", "own_max")
_SHARES = ("rate", "discount", "own_share_min", "share_to_firms_min")
_PROGRAM = ("id", "kind", "label", "budget", *AMOUNTS, "public", "share_to_firms_min", "paths", "eligible", "interest")
_PROGRAM_KEYS = (*_PROGRAM, "quotas")
_QUOTA_KEYS = ("by", "value", "values", "each", "of", "min_share", "max_share", "min", "max", "label")
_AMOUNT_KEYS = ("by", "values", "default", "column")
_INTEREST_KEYS = ("points", "years", "loan_share", "loan_max")
_OF = ("money", "firms", "reached")


class Problems:
    """What is wrong, with its place; raised together."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []

    def add(self, path: str, message: str) -> None:
        """Note one problem."""
        self.found.append({"path": path, "message": message})

    def name(self, path: str, name: object, known: Iterable[str], what: str) -> bool:
        """Whether a name is known; noted where not."""
        names = [str(item) for item in known]
        if str(name) in names:
            return True
        self.add(path, f"there is no {what} {name!r}{did_you_mean(str(name), names)}; there are: {listed(names)}")
        return False

    def number(
        self, path: str, value: Any, low: float = 0.0, high: float = math.inf, open_low: bool = False
    ) -> float | None:
        """A finite number within bounds, else None and a note."""
        fine = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if fine and (value > low if open_low else value >= low) and value <= high:
            return float(value)
        bound = f"above {low:g}" if open_low else f"of at least {low:g}"
        upper = f" and at most {high:g}" if high < math.inf else ""
        self.add(path, f"expected a number {bound}{upper}, found {value!r}")
        return None

    def keys(self, path: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
        """Note keys that mean nothing."""
        for key in given:
            if key not in known:
                self.add(path, f"there is no {key!r}{did_you_mean(str(key), known)}; there are: {listed(known)}")

    def done(self) -> None:
        """Raise what was found.

        Raises
        ------
        DataError
            If there is any problem.
        """
        if self.found:
            raise DataError(join([f"{item['path']}: {item['message']}" for item in self.found]), self.found)


def programs_of(programs: Programs, quotas: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Programmes and quotas over all of them, from whichever form they come in."""
    more: list[dict[str, Any]] = list(quotas or [])
    if isinstance(programs, str | PathLike):
        path = Path(programs)
        if path.suffix.lower() != ".toml":
            raise DataError(f"programs=: expected a TOML file with [[program]] tables, dicts, found {path.name!r}")
        import tomllib

        programs = tomllib.loads(path.read_text(encoding="utf-8"))
    if isinstance(programs, Mapping) and isinstance(programs.get("program"), list):
        strange = [key for key in programs if key not in ("program", "quotas")]
        if strange:
            raise DataError(f"programs=: there is no {strange[0]!r}; there are: program, quotas")
        more += list(programs.get("quotas", []))
        programs = programs["program"]
    if isinstance(programs, Mapping):
        programs = [programs]
    if not isinstance(programs, list | tuple) or not all(isinstance(item, Mapping) for item in programs):
        raise DataError("programs=: expected a dict, a list of dicts, or the path of a TOML file")
    if not programs:
        raise DataError("programs=: there is no programme")
    return [dict(item) for item in programs], [dict(item) for item in more]


def check(
    programs: list[dict[str, Any]],
    quotas: list[dict[str, Any]],
    paths: Sequence[str],
    problems: Problems,
    levels: Sequence[str] = (),
) -> None:
    """Note all that is wrong with programmes by themselves; what data are needed for is checked later."""
    seen: set[str] = set()
    for number, program in enumerate(programs):
        name = program.get("id")
        at = f"program {name!r}" if name is not None else f"program {number + 1}"
        if not isinstance(name, str) or not name:
            problems.add(at, "it needs an id, a text")
        elif name in seen:
            problems.add(at, "the id is used twice; give each programme its own")
        seen.add(str(name))
        problems.keys(at, program, _PROGRAM_KEYS)
        budget = None
        if "budget" not in program:
            problems.add(at, "it needs a budget")
        else:
            budget = problems.number(f"{at}.budget", program["budget"], open_low=True)
        public = problems.number(f"{at}.public", program.get("public", 0))
        share = problems.number(f"{at}.share_to_firms_min", program.get("share_to_firms_min", 0), high=1)
        if budget is not None and public is not None and public > budget:
            problems.add(f"{at}.public", f"{public:g} is more than the budget, {budget:g}")
        elif budget and public and share is not None and share * budget > (budget - public) * (1 + 1e-9):
            text = f"{public:g} of {budget:g} leave less than {share:g} of the money for firms"
            problems.add(f"{at}.share_to_firms_min", text)
        for key in AMOUNTS:
            if key in program:
                # A table of all levels of the index serves whichever paths there are.
                _check_amount(f"{at}.{key}", key, program[key], list(dict.fromkeys([*paths, *levels])), problems)
        if "interest" in program:
            _check_interest(f"{at}.interest", program, problems)
        for path in program.get("paths", []) if isinstance(program.get("paths", []), list) else [program["paths"]]:
            problems.name(f"{at}.paths", path, paths, "path")
        for place, quota in enumerate(program.get("quotas", [])):
            _check_quota(f"{at}.quotas[{place}]", quota, problems)
    for place, quota in enumerate(quotas):
        _check_quota(f"quotas[{place}]", quota, problems)


def _check_amount(at: str, key: str, value: Any, paths: Sequence[str], problems: Problems) -> None:
    high = 1.0 if key in _SHARES else math.inf
    if not isinstance(value, Mapping):
        problems.number(at, value, high=high, open_low=key in ("rate", "cap"))
        return
    problems.keys(at, value, _AMOUNT_KEYS)
    if ("column" in value) == ("by" in value):
        problems.add(at, "it needs either by= with values=, or column=")
        return
    if "default" in value:
        problems.number(f"{at}.default", value["default"], high=high)
    if "by" in value:
        if not isinstance(value.get("values"), Mapping):
            problems.add(at, "it needs values=, a number for each category")
            return
        for category, number in value["values"].items():
            problems.number(f"{at}.values.{category}", number, high=high)
            if value["by"] == "level":
                problems.name(f"{at}.values", category, paths, "path")


def _check_interest(at: str, program: Mapping[str, Any], problems: Problems) -> None:
    interest = program["interest"]
    if not isinstance(interest, Mapping):
        problems.add(at, f"expected points, years, loan_share and loan_max, found {interest!r}")
        return
    problems.keys(at, interest, _INTEREST_KEYS)
    if "rate" in program:
        problems.add(at, "a programme has a rate or an interest subsidy, not both")
    for key in ("points", "years"):
        if key not in interest:
            problems.add(at, f"it needs {key}")
        else:
            problems.number(f"{at}.{key}", interest[key], open_low=True)
    problems.number(f"{at}.loan_share", interest.get("loan_share", 1.0), high=1.0, open_low=True)
    if "loan_max" in interest:
        problems.number(f"{at}.loan_max", interest["loan_max"], open_low=True)


def _check_quota(at: str, quota: Any, problems: Problems) -> None:
    if not isinstance(quota, Mapping):
        problems.add(at, f"expected by, value, of, min_share and so on, found {quota!r}")
        return
    problems.keys(at, quota, _QUOTA_KEYS)
    of = quota.get("of", "money")
    problems.name(f"{at}.of", of, _OF, "measure")
    limits = [key for key in ("min_share", "max_share", "min", "max") if key in quota]
    if not limits:
        problems.add(at, "it limits nothing; say min_share, max_share, min or max")
    for key in limits:
        problems.number(f"{at}.{key}", quota[key], high=1.0 if "share" in key else math.inf)
    for low, high in (("min_share", "max_share"), ("min", "max")):
        a, b = quota.get(low), quota.get(high)
        if isinstance(a, int | float) and isinstance(b, int | float) and a > b:
            problems.add(at, f"{low}, {a:g}, is more than {high}, {b:g}")
    which = [key for key in ("value", "values", "each") if key in quota]
    if len(which) > 1:
        problems.add(at, f"say one of {listed(which)}")
    if "by" in quota and not which:
        problems.add(at, "by= needs value=, values= or each=true")
    if "by" not in quota and which:
        problems.add(at, f"{which[0]}= needs by=, the column whose category is meant")
    if "by" not in quota and of != "reached" and ("min_share" in quota or "max_share" in quota):
        problems.add(at, "a share of the whole needs by=, the group that it is the share of")
