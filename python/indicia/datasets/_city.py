"""A whole invented city: firms, who supplies whom, what upgrades cost, programmes, and one year later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._city_after import names_of, one_year, own_plans, read_plans
from ._city_links import draw_links, roles
from ._city_measures import cost_columns
from ._city_programs import programs, sources
from ._draws import Rng, generator, uniforms
from ._frames import Frame, check_count, check_frame, check_share, to_frame
from ._miit import Population, draw, write
from ._miit_rule import SCENES, Answers, level, score

_INDUSTRIES = {
    "auto_parts": 0.22,
    "moulds": 0.16,
    "electronic_parts": 0.2,
    "machine_tools": 0.12,
    "garments": 0.18,
    "food": 0.12,
}
_REGIONS = {"harbor": 0.3, "north": 0.24, "old_town": 0.2, "airport": 0.16, "valley": 0.1}
_SIZES = {"micro": (0.4, -0.5), "small": (0.45, 0.0), "medium": (0.138, 0.6), "large": (0.012, 1.4)}
_CITY = Population("C", _INDUSTRIES, _REGIONS, _SIZES, (8.0, 40.0, 150.0, 900.0), (600.0, 4e3, 2e4, 2e5))
# Staff and the least revenue (10,000 yuan) of each class: the rule for industry of 2011.
_STAFF = {"micro": (3, 20), "small": (20, 300), "medium": (300, 1_000), "large": (1_000, 8_000)}
_REVENUE = {"micro": 20.0, "small": 300.0, "medium": 2_000.0, "large": 40_000.0}
_HELPED = 0.12
# Among small and medium firms below level 2, without plans given.
_FUNDED = 0.15


@dataclass(frozen=True)
class City:
    """An invented city. Made by `make_city`.

    Attributes
    ----------
    firms : table
        One row per firm: ``firm``, ``industry`` (six sub-industries), ``region`` (five
        districts), ``size`` ("micro", "small", "medium", "large"), ``role`` ("lead",
        "tier1", "tier2", "none"), ``staff`` (persons), ``revenue`` (10,000 yuan),
        ``helped`` (whether an earlier programme paid), and the answers of "miit-sme",
        edition 2024, as `make_miit_questionnaire` writes them.
    links : table
        One row per link: ``supplier``, ``buyer`` (names of firms), ``share`` of the
        supplier's sales, in (0, 1).
    costs : table
        Measures as `indicia.plan.path` takes them; 10,000 yuan and months.
    programs : list of dict
        Programmes as `indicia.plan.allocate` takes them; 10,000 yuan.
    sources : list of dict
        Where each rule of the programmes comes from: ``program``, ``rule``, ``what``,
        ``source``, ``confidence``. Rules made up for this example say "invented".
    """

    firms: Any
    links: Any
    costs: Any
    programs: list[dict[str, Any]]
    sources: list[dict[str, str]]
    _who: dict[str, np.ndarray] = field(repr=False, compare=False)
    _answers: Answers = field(repr=False, compare=False)
    _options: dict[str, Any] = field(repr=False, compare=False)

    def __repr__(self) -> str:
        return f"City({len(self._who['firm'])} firms, {len(self._options['links'])} links)"

    def after(self, planned: Any = None, *, to: str = "2", rng: Rng = 1) -> Any:
        """Answers of the same firms one year later, and the money spent.

        Of the firms with a plan, 70 % carry it out, 25 % do its first measures, 5 %
        do nothing. Scenes of all firms drift a little. What was spent is what the
        measures done cost, from 9 % less to 21 % more.

        Parameters
        ----------
        planned : table or mapping, optional
            Who was funded to do what: columns ``firm`` and ``measures`` (names joined
            by ";", blank for none), such as `indicia.plan.Paths.to_frame` of the
            funded firms; or a mapping of firm to measures. By default plans of its own
            for some of the small and medium firms below level 2, not the cheapest.
        to : str, default "2"
            The level that is promised; written down, nothing is computed from it.
        rng : int, SeedSequence, Generator or None, default 1
            Seed or generator.

        Returns
        -------
        table
            The columns of ``firms``, then ``treated`` (has a plan), ``promised`` (level,
            missing for the others), ``planned`` and ``done`` (measures), ``spent``
            (10,000 yuan; 0 for firms that did nothing). The share of blank answers is
            that of the city.

        Raises
        ------
        ValueError
            If a firm or measure does not exist.

        Examples
        --------
        >>> import indicia as ix
        >>> city = ix.datasets.make_city(300)
        >>> later = city.after()
        >>> len(later), bool(later["spent"].sum() > 0)
        (300, True)
        """
        random = generator(rng)
        names = self._who["firm"].tolist()
        n = len(names)
        # Drawn even where plans are given, so that the rest of the stream stays the same.
        chance = uniforms(random, 1, n)[0]
        if planned is None:
            below = level(score(self._answers), self._answers.scenes) < 2
            rows = np.flatnonzero(below & (self._who["size"] != "large") & (chance < _FUNDED))
            plans = own_plans(self._answers, rows)
        else:
            plans = read_plans(planned, names)
        answers, done, spent = one_year(random, self._answers, plans)
        treated: np.ndarray = np.any(plans, axis=1)
        promised = np.full(n, None, dtype=object)
        promised[treated] = str(to)
        columns = _columns(self._who, answers, self._options["missing"], random)
        columns |= {
            "treated": treated,
            "promised": promised,
            "planned": names_of(plans),
            "done": names_of(done),
            "spent": spent,
        }
        return to_frame(columns, self._options["frame"])


def make_city(n: int = 10_000, *, missing: float = 0.02, rng: Rng = 0, frame: Frame | None = None) -> City:
    """Return an invented city: firms with answers, supplier links, prices of upgrades, programmes.

    Parameters
    ----------
    n : int, default 10_000
        Number of firms, at least 1.
    missing : float, default 0.02
        Share of the answers (and of staff and revenue) that is blanked, each
        independently.
    rng : int, SeedSequence, Generator or None, default 0
        Seed or generator. None draws a fresh seed from the system.
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of the tables. By default pandas where it is installed, else dicts of
        arrays.

    Returns
    -------
    City
        ``firms``, ``links``, ``costs``, ``programs``, ``sources``, and `City.after`
        for the answers one year later.

    Raises
    ------
    TypeError
        If ``n`` is not an integer.
    ValueError
        If an argument is outside its range or not one of its options.
    ImportError
        If the package that ``frame`` names is not installed.

    Notes
    -----
    **Invented**, and no figure computed from it says anything about a real city.
    Rates and caps of the grant, the share of at least four fifths for firms and the
    subsidy of interest are as reported of real programmes; ``city.sources`` says of
    each rule where it comes from and how sure that is.

    About one firm in eighty is large and buys from many (the number of suppliers
    has a heavy tail); medium firms are buyers of a second tier. A buyer is always
    larger than its supplier, so links are never circular. There is at least one
    large firm. Sizes follow the Chinese rule of 2011 for industry.

    References
    ----------
    Ministry of Finance and Ministry of Industry and Information Technology of China
    (2023). Notice on pilot cities for the digital transformation of small and medium
    enterprises. Document 2023 no. 117.

    Examples
    --------
    >>> import indicia as ix
    >>> city = ix.datasets.make_city(500, frame="dict")
    >>> city
    City(500 firms, 558 links)
    >>> book = ix.framework("miit-sme", edition=2024)
    >>> scores = book.score(city.firms, unit="firm")
    >>> len(scores)
    500
    """
    count = check_count(n, 1)
    share = check_share(missing)
    check_frame(frame)
    random = generator(rng)
    who, answers, _ = draw(random, count, _CITY)
    size = who["size"]
    if not (size == "large").any():
        size[0] = "large"
    # Row order of the uniforms is part of what a seed means: append, never reorder.
    u = uniforms(random, 3, count)
    low, high = (np.select([size == name for name in _STAFF], [ends[k] for ends in _STAFF.values()]) for k in (0, 1))
    staff = np.floor(low * (high / low) ** u[0])
    least = np.select([size == name for name in _REVENUE], list(_REVENUE.values()))
    revenue = np.rint(np.maximum(least, staff * 60.0 * np.exp(u[1] - 0.5)))
    links = draw_links(random, size, who["industry"])
    who |= {"role": roles(size, links), "staff": staff, "revenue": revenue, "helped": u[2] < _HELPED}
    names = who["firm"]
    options = {"missing": share, "frame": frame, "links": links["share"]}
    tables = {"supplier": names[links["supplier"]], "buyer": names[links["buyer"]], "share": links["share"]}
    return City(
        firms=to_frame(_columns(who, answers, share, random), frame),
        links=to_frame(tables, frame),
        costs=to_frame(cost_columns(), frame),
        programs=programs(count),
        sources=sources(),
        _who=who,
        _answers=answers,
        _options=options,
    )


def _columns(
    who: dict[str, np.ndarray], answers: Answers, missing: float, random: np.random.Generator
) -> dict[str, np.ndarray]:
    """Who the firms are and what they answer, a share of it blank."""
    columns = {name: values.copy() for name, values in who.items()}
    for item in sorted((*answers.multiple, *answers.single, *answers.rates)):
        columns |= write(item, answers, "text")
    columns |= {item: values.copy() for item, values in answers.trends.items()}
    columns |= {scene: answers.scenes[:, i].astype(np.float64) for i, scene in enumerate(SCENES)}
    asked = ["staff", "revenue", *(name for name in columns if name not in who)]
    blanks = random.random((len(asked), len(who["firm"]))) < missing
    for name, blank in zip(asked, blanks, strict=True):
        columns[name][blank] = None if columns[name].dtype == object else np.nan
    return columns


__all__ = ["City", "make_city"]
