"""The data sets: published figures, calibration, structure and reproducibility."""

from __future__ import annotations

import csv
import hashlib
import itertools
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from indicia import datasets
from indicia.datasets import _draws, _ict_model, _miit_rule

SHARED = Path(os.environ.get("INDICIA_SHARED", Path(__file__).resolve().parents[3] / "shared"))
TRUTH = datasets.ict_survey_truth()
CODES = list(TRUTH["components"])
SIZES = ("10-49", "50-249", "GE250")
NESTED = [("E_SM1_GE2", "E_SM1_ANY"), ("E_CC1_SI", "E_CC"), ("E_AWS_GT1_B2C_GT10WS", "E_ESELL")]
ITEMS = ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "M1", "M2", "M3", "M4"]
NAMES = [*ITEMS, *(f"E{i}" for i in range(1, 5)), *(f"S{i}" for i in range(1, 17))]
COUNTS = ["equipment", "digital_equipment", "networked_equipment", "digital_spend", "turnover"]
MAKERS = [
    datasets.make_ict_survey,
    datasets.make_miit_questionnaire,
    datasets.make_sme_size,
    datasets.make_gradient,
    datasets.make_dma,
    datasets.make_firm_panel,
    lambda n=500, frame=None, **options: datasets.make_city(n, **{"missing": 0.0} | options, frame=frame).firms,
]

# Its arguments have names of their own.
REGIONS = lambda n=500, frame=None, **options: datasets.make_region_panel(n, frame=frame, **options).panel  # noqa: E731


def survey(n: int, **options: object) -> dict[str, np.ndarray]:
    return datasets.make_ict_survey(n, frame="dict", **options)


def questionnaire(n: int, **options: object) -> dict[str, np.ndarray]:
    return datasets.make_miit_questionnaire(n, frame="dict", **options)


def blank(values: np.ndarray) -> np.ndarray:
    if values.dtype == object:
        return np.array([value is None for value in values])
    return np.isnan(values) if values.dtype == float else np.zeros(values.shape, dtype=bool)


def digest(columns: dict[str, np.ndarray]) -> str:
    out = hashlib.sha256()
    for name, values in columns.items():
        out.update(name.encode())
        out.update("\n".join(map(str, values)).encode() if values.dtype == object else values.tobytes())
    return out.hexdigest()


def level_shares(columns: dict[str, np.ndarray], keep: np.ndarray | slice = slice(None)) -> np.ndarray:
    """Weighted shares of 0-3, 4-6, 7-9, 10-12 points."""
    points = sum(columns[code] for code in CODES)[keep]
    level = np.searchsorted([3, 6, 9], points)
    weight = columns["weight"][keep]
    return np.bincount(level, weights=weight, minlength=4) / weight.sum()


# The Technology Achievement Index


def test_tai_equals_the_handbook_table() -> None:
    path = SHARED / "golden" / "handbook" / "tai_raw_23.csv"
    if not path.exists():
        pytest.skip("reference data not present")
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    table = datasets.tai(frame="dict")
    assert list(table) == header
    assert table["country"].tolist() == [row[0] for row in rows]
    for position, name in enumerate(header[1:], start=1):
        assert table[name].tolist() == [float(row[position]) for row in rows]


def test_tai_gives_the_published_equal_weight_ranks() -> None:
    # Handbook table 23, column EW.
    table = datasets.tai(frame="dict")
    # UNDP (2001) goalposts, which the Handbook uses; capped at 1.
    goalposts = {
        "patents": (0, 994),
        "royalties": (0, 272.6),
        "internet": (0, 232.4),
        "exports": (0, 80.8),
        "telephones": (0, math.log10(901)),
        "electricity": (math.log10(22), math.log10(6969)),
        "schooling": (0.8, 12),
        "university": (0.1, 27.4),
    }
    score = sum(np.minimum((table[name] - low) / (high - low), 1) for name, (low, high) in goalposts.items())
    order = table["country"][np.argsort(-score)].tolist()
    assert order[:6] == ["Finland", "United States", "Sweden", "Japan", "Korea, Rep. of", "Netherlands"]
    assert order[6:12] == ["United Kingdom", "Singapore", "Canada", "Australia", "Germany", "Norway"]
    assert order[12:18] == ["Ireland", "Belgium", "New Zealand", "Austria", "France", "Israel"]
    assert order[18:] == ["Spain", "Italy", "Czech Republic", "Hungary", "Slovenia"]


# The survey


@pytest.mark.parametrize("n", [20_000, 100_000])
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_survey_meets_published_shares(n: int, seed: int) -> None:
    columns = survey(n, rng=seed)
    weight = columns["weight"]
    # Standard error of a weighted share: at most 0.5 * 0.83 / sqrt(n / 2) for the small, dominating class.
    tolerance = 4.5 * 0.5 * 0.83 / math.sqrt(n / 2)
    for code, share in TRUTH["components"].items():
        assert float(columns[code] @ weight / weight.sum()) == pytest.approx(share, abs=tolerance)
    published = np.array(list(TRUTH["levels"]["GE10"].values()))
    assert np.abs(level_shares(columns) - published).max() < 0.015
    for size in SIZES:
        basic = 1 - level_shares(columns, columns["size"] == size)[0]
        assert basic == pytest.approx(1 - TRUTH["levels"][size]["very_low"], abs=0.02)


def test_stored_model_shares_are_those_of_the_constants() -> None:
    # A slow twin of the offline calibration: the level distribution by summing over the latent.
    node, mass = np.polynomial.hermite_e.hermegauss(60)
    shares, shifts = np.array(list(_ict_model.NACE.values())).T
    assert shares.sum() == pytest.approx(1) and shares @ shifts == pytest.approx(0, abs=1e-12)
    x = np.add.outer(shifts, math.sqrt(1 - shares @ shifts**2) * node).ravel()
    mass = np.outer(shares, mass / mass.sum()).ravel()
    cdf = np.vectorize(lambda v: 0.5 * math.erfc(-v / math.sqrt(2)))
    total = np.zeros(4)
    component = dict.fromkeys(CODES, 0.0)
    for size, share, mean, sd in zip(SIZES, _ict_model.SIZE_SHARE, _ict_model.MEAN, _ict_model.SD, strict=True):
        z = mean + sd * x
        points = np.zeros((13, z.size))
        points[0] = 1
        for loading, thresholds in _ict_model.ITEMS:
            yes = [cdf((loading * z - cut) / math.sqrt(1 - loading**2)) for cut in thresholds.values()]
            for code, p in zip(thresholds, yes, strict=True):
                component[code] += share * float(p @ mass)
            steps = [np.ones_like(z), *yes, np.zeros_like(z)]
            points = sum(
                (steps[k] - steps[k + 1]) * np.vstack([np.zeros((k, z.size)), points[: 13 - k]])
                for k in range(len(yes) + 1)
            )
        level = np.add.reduceat(points @ mass, [0, 4, 7, 10])
        total += share * level
        # Stored to 0.01 point.
        np.testing.assert_allclose(level, list(TRUTH["model_levels"][size].values()), atol=6e-5)
        np.testing.assert_allclose(level, list(TRUTH["levels"][size].values()), atol=3e-3)
    np.testing.assert_allclose(total, list(TRUTH["model_levels"]["GE10"].values()), atol=6e-5)
    # Thresholds are stored to six digits.
    np.testing.assert_allclose(list(component.values()), list(TRUTH["components"].values()), atol=1e-6)


@pytest.mark.parametrize(("special", "general"), NESTED)
def test_survey_nestings_hold_exactly(special: str, general: str) -> None:
    columns = survey(50_000, rng=7)
    assert not np.any(columns[special] > columns[general])
    assert np.any(columns[special] < columns[general])


def test_survey_columns() -> None:
    columns = survey(10_000, rng=3)
    assert list(columns) == ["firm", "size", "persons", "nace", "region", "weight", "turnover", *CODES]
    assert len(set(columns["firm"])) == 10_000
    assert set(columns["nace"]) <= set("CDEFGHIJLMNS") and "K" not in columns["nace"]
    assert {"C", "G", "J"} <= set(columns["nace"])
    low = {"10-49": 10, "50-249": 50, "GE250": 250}
    high = {"10-49": 49, "50-249": 249, "GE250": 10**6}
    persons = columns["persons"]
    assert persons.dtype == np.int64
    for size in SIZES:
        inside = persons[columns["size"] == size]
        assert inside.min() >= low[size] and inside.max() <= high[size]
    assert columns["turnover"].min() >= 1
    for code in CODES:
        assert set(columns[code].tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("n", [3, 4, 5, 7, 1_000, 200_001])
def test_survey_weights_sum_to_the_population(n: int) -> None:
    columns = survey(n)
    weight = columns["weight"]
    population = max(1_500_000, math.ceil(10 * n / 1000) * 1000)
    assert weight.sum() == pytest.approx(population, rel=1e-12)
    assert weight.min() >= 1
    for size, share in TRUTH["sizes"].items():
        assert weight[columns["size"] == size].sum() == pytest.approx(population * share, rel=1e-12)


def test_survey_oversamples_large_firms_in_random_order() -> None:
    columns = survey(10_000)
    large = columns["size"] == "GE250"
    assert large.sum() == 2_000
    assert columns["weight"][large].max() < columns["weight"][~large].min()
    # 1000 of the first half expected, standard deviation 20.
    assert 900 < large[:5_000].sum() < 1_100


def test_survey_regions_do_not_matter_and_industries_do() -> None:
    columns = survey(100_000, rng=5)
    points = sum(columns[code] for code in CODES)

    def means(name: str) -> np.ndarray:
        return np.array([points[columns[name] == value].mean() for value in sorted(set(columns[name]))])

    # Standard deviation of the points about 3, at least 20,000 firms a region.
    assert np.ptp(means("region")) < 0.15
    assert np.ptp(means("nace")) > 1.5


@pytest.mark.parametrize("function", [datasets.make_ict_survey, datasets.ict_survey_truth])
@pytest.mark.parametrize("year", [2021, 2022, 2025, "2023"])
def test_other_years_are_refused(function: object, year: object) -> None:
    with pytest.raises(ValueError, match=r"no published component shares; years that have: 2023"):
        function(year=year)


def test_truth_is_a_fresh_copy() -> None:
    first = datasets.ict_survey_truth()
    first["levels"]["GE10"]["very_low"] = 0.0
    assert datasets.ict_survey_truth()["levels"]["GE10"]["very_low"] == 0.4113


def test_survey_is_fast() -> None:
    # Processor time: a busy machine must not fail the test.
    start = time.process_time()
    survey(100_000)
    assert time.process_time() - start < 1.0


# The questionnaire

BEST = {
    "multiple": {item: np.ones((1, len(points) - 1), dtype=bool) for item, points in _miit_rule.MULTIPLE.items()},
    "single": {item: np.array([len(points) - 1]) for item, points in _miit_rule.SINGLE.items()},
    "rates": {"F2": np.array([1.0]), "F3": np.array([0.61]), "M4": np.array([0.7])},
    "trends": {"E1": np.array([-0.1]), "E2": np.array([0.1]), "E3": np.array([0.1]), "E4": np.array([-0.1])},
}


def answers(**changes: dict[str, object]) -> _miit_rule.Answers:
    """One firm with the best answers, but for the changes."""
    parts = {part: {**values} for part, values in BEST.items()}
    for part, values in changes.items():
        parts[part] |= {item: np.array([value]) for item, value in values.items()}
    return _miit_rule.Answers(**parts, scenes=np.full((1, 16), 4))


def test_truth_of_a_hand_worked_firm() -> None:
    firm = answers(
        # control + application = 4; planning, production, finance, human resources = 3 * 0.7 + 0.9 = 3;
        # rules = 1.25; nothing = 0; workflow + data = 3.75; staff, training, tiers = 4.5. Together 16.5.
        multiple={
            "F1": [True, True, False, False],
            "F4": [i in (4, 5, 12, 13) for i in range(14)],
            "F6": [True, False, False, False],
            "F7": [False] * 4,
            "M2": [True, False, True, False],
            "M3": [True, False, True, False, True],
        },
        # several = 5; retrofit = 4.5. Together 9.5.
        single={"F5": 2, "M1": 3},
        # 0.2 is still in the second band: 1.5; 0.45 in the fourth: 4.5; 0.05 in the first: 0. Together 6.
        rates={"F2": 0.2, "F3": 0.45, "M4": 0.05},
        # energy falls 7; pass rate flat 3.5; revenue a head falls 0; cost flat (on the edge) 1.5. Together 12.
        trends={"E1": -0.03, "E2": 0.001, "E3": -0.02, "E4": 0.005},
    )
    assert _miit_rule.score(firm).tolist() == [44.0]


def test_truth_of_the_extremes() -> None:
    assert _miit_rule.score(answers()).tolist() == [100.0]
    worst = answers(
        multiple={item: [False] * (len(points) - 1) for item, points in _miit_rule.MULTIPLE.items()},
        single={"F5": 0, "M1": 0},
        rates={"F2": 0.1, "F3": 0.0, "M4": 0.1},
        trends={"E1": 0.1, "E2": -0.1, "E3": -0.1, "E4": 0.1},
    )
    assert _miit_rule.score(worst).tolist() == [0.0]


@pytest.mark.parametrize(
    ("rate", "points"),
    [(0.1, 0), (0.1 + 1e-12, 0), (0.1001, 1.5), (0.2, 1.5), (0.4, 3), (0.41, 4.5), (0.6, 4.5), (0.6001, 6)],
)
def test_truth_bands_are_closed_on_the_right(rate: float, points: float) -> None:
    assert _miit_rule.score(answers(rates={"F2": rate})).tolist() == [94.0 + points]


# Scenes as (level, how many of the ten constrained, how many of the six others); the rest are 0.
@pytest.mark.parametrize(
    ("points", "scenes", "expected"),
    [
        (19.9, (1, 10, 6), 0),
        (20.0, (1, 3, 3), 1),
        (100.0, (1, 2, 6), 0),
        (100.0, (1, 3, 2), 0),
        (40.0, (2, 3, 3), 2),
        (39.9, (2, 3, 3), 1),
        (59.9, (3, 5, 3), 2),
        (60.0, (3, 5, 3), 3),
        (60.0, (3, 4, 6), 2),
        (60.0, (3, 5, 2), 2),
        (79.9, (4, 10, 6), 3),
        (80.0, (4, 6, 4), 4),
        (80.0, (4, 5, 6), 3),
        (80.0, (4, 6, 3), 3),
    ],
)
def test_truth_levels(points: float, scenes: tuple[int, int, int], expected: int) -> None:
    value, constrained, others = scenes
    row = np.zeros((1, 16), dtype=int)
    # Scenes 2, 4, 5, 14, 15, 16 are the guiding ones.
    guiding = [1, 3, 4, 13, 14, 15]
    row[0, [i for i in range(16) if i not in guiding][:constrained]] = value
    row[0, guiding[:others]] = value
    assert _miit_rule.level(np.array([points]), row).tolist() == [expected]


def test_questionnaire_truth_agrees_with_a_plain_loop() -> None:
    columns = questionnaire(400, rng=11, truth=True)
    options = _miit_rule.MULTIPLE | _miit_rule.SINGLE
    most = {"F2": 6, "F3": 6, "M4": 7.5}
    good = {"E1": (-1, 7), "E2": (1, 7), "E3": (1, 3), "E4": (-1, 3)}
    for i in range(400):
        points = sum(options[item][key] for item in options for key in columns[item][i].split(";"))
        for item, maximum in most.items():
            points += maximum / 4 * sum(columns[item][i] > edge for edge in (0.1, 0.2, 0.4, 0.6))
        for item, (sign, maximum) in good.items():
            change = columns[item][i]
            points += maximum / 2 if abs(change) <= 0.005 else maximum * (sign * change > 0)
        assert columns["true_score"][i] == pytest.approx(points, abs=1e-9)
        level = 0
        for grade, least, scenes, constrained in ((1, 20, 6, 3), (2, 40, 6, 3), (3, 60, 8, 5), (4, 80, 10, 6)):
            reached = {s for s in range(1, 17) if columns[f"S{s}"][i] >= grade}
            enough = len(reached) >= scenes and len(reached & {1, 3, 6, 7, 8, 9, 10, 11, 12, 13}) >= constrained
            if points >= least - 1e-9 and enough:
                level = grade
        assert columns["true_level"][i] == level


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_questionnaire_has_every_level_option_and_band(seed: int) -> None:
    columns = questionnaire(1_000, rng=seed, truth=True)
    assert set(columns["true_level"].tolist()) == {0, 1, 2, 3, 4}
    for item, points in (_miit_rule.MULTIPLE | _miit_rule.SINGLE).items():
        assert {key for text in columns[item] for key in text.split(";")} == set(points)
    for item in ("F2", "F3", "M4"):
        assert set(np.searchsorted([0.1, 0.2, 0.4, 0.6], columns[item])) == {0, 1, 2, 3, 4}
    for item in ("E1", "E2", "E3", "E4"):
        assert {-1, 0, 1} == set(np.where(np.abs(columns[item]) <= 0.005, 0, np.sign(columns[item])))
    for scene in range(1, 17):
        assert set(columns[f"S{scene}"]) == {0, 1, 2, 3, 4}


def test_questionnaire_columns_and_rates() -> None:
    columns = questionnaire(1_000)
    assert list(columns) == ["firm", "industry", "region", "size", *NAMES, *COUNTS]
    assert len(set(columns["firm"])) == 1_000
    assert np.array_equal(columns["F2"], columns["digital_equipment"] / columns["equipment"])
    assert np.array_equal(columns["F3"], columns["networked_equipment"] / columns["equipment"])
    assert np.array_equal(columns["M4"], columns["digital_spend"] / columns["turnover"])
    for name in COUNTS:
        assert np.array_equal(columns[name], np.rint(columns[name]))
    for item in ("F2", "F3", "M4"):
        assert columns[item].min() >= 0 and columns[item].max() <= 1
    assert np.all(columns["networked_equipment"] <= columns["digital_equipment"])
    # "none" excludes the others.
    assert not any("none" in text and text != "none" for item in _miit_rule.MULTIPLE for text in columns[item])


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_questionnaire_forms_say_the_same(missing: float) -> None:
    text = questionnaire(500, missing=missing, rng=4)
    wide = questionnaire(500, missing=missing, rng=4, form="columns")
    codes = questionnaire(500, missing=missing, rng=4, form="codes")
    assert digest(text) == digest(codes)
    for item, points in _miit_rule.MULTIPLE.items():
        assert item not in wide
        for key in points:
            expected = [np.nan if value is None else float(key in value.split(";")) for value in text[item]]
            np.testing.assert_array_equal(wide[f"{item}_{key}"], expected)
    for name in set(text) - set(_miit_rule.MULTIPLE):
        assert digest({name: text[name]}) == digest({name: wide[name]})


def test_codes_are_categorical_in_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    table = datasets.make_miit_questionnaire(300, missing=0.2, form="codes", frame="pandas")
    plain = questionnaire(300, missing=0.2)
    for item in (*_miit_rule.MULTIPLE, *_miit_rule.SINGLE):
        assert isinstance(table[item].dtype, pandas.CategoricalDtype)
        assert table[item].dtype.ordered == (item in _miit_rule.SINGLE)
        assert [None if pandas.isna(value) else value for value in table[item]] == plain[item].tolist()
    assert list(table["M1"].dtype.categories) == list(_miit_rule.SINGLE["M1"])


# Common to both


@pytest.mark.parametrize("maker", [*MAKERS, REGIONS])
def test_same_seed_same_bits(maker: object) -> None:
    def bits(rng: object) -> str:
        return digest(maker(500, missing=0.1, rng=rng, frame="dict"))

    assert bits(0) == digest(maker(500, missing=0.1, frame="dict"))
    assert bits(7) == bits(np.random.SeedSequence(7)) == bits(np.random.Generator(np.random.PCG64(7)))
    assert len({bits(seed) for seed in (0, 1, 2, None)}) == 4
    # A generator moves on.
    random = np.random.default_rng(3)
    assert bits(random) != bits(random)


@pytest.mark.parametrize(
    ("maker", "expected"),
    [
        (datasets.make_ict_survey, "4851de28d0e494fd"),
        (datasets.make_miit_questionnaire, "d2f6e742de2e3887"),
        (datasets.make_firm_panel, "d6e6261fc5c496c2"),
        (REGIONS, "9e89d62f656256c1"),
    ],
)
def test_bits_of_seed_zero_are_pinned(maker: object, expected: str) -> None:
    # Own values: they change only with an entry in the changelog.
    assert digest(maker(200, missing=0.1, rng=0, frame="dict"))[:16] == expected


@pytest.mark.parametrize(("maker", "names"), [(survey, CODES), (questionnaire, [*NAMES, *COUNTS])])
def test_missing_blanks_that_share_and_nothing_else(maker: object, names: list[str]) -> None:
    full = maker(5_000, rng=2)
    some = maker(5_000, rng=2, missing=0.1)
    more = maker(5_000, rng=2, missing=0.4)
    for name in full:
        assert not blank(full[name]).any()
        for columns, share in ((some, 0.1), (more, 0.4)):
            gone = blank(columns[name])
            # Four and a half standard deviations of a share of 5000.
            expected = share if name in names else 0.0
            assert gone.mean() == pytest.approx(expected, abs=4.5 * math.sqrt(expected * (1 - expected) / 5_000))
            assert np.array_equal(columns[name][~gone], full[name][~gone])
        assert not np.any(blank(some[name]) & ~blank(more[name]))
    # Independent: the blanks of one column say nothing about those of another.
    both = [(blank(more[a]) & blank(more[b])).mean() for a, b in itertools.pairwise(names)]
    assert np.mean(both) == pytest.approx(0.16, abs=0.01)


def test_truth_is_that_of_the_complete_answers() -> None:
    full = questionnaire(300, truth=True)
    holes = questionnaire(300, truth=True, missing=0.5)
    assert np.array_equal(full["true_score"], holes["true_score"])
    assert np.array_equal(full["true_level"], holes["true_level"])


@pytest.mark.parametrize("maker", [*MAKERS, REGIONS])
@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan, math.inf])
def test_missing_must_be_a_share(maker: object, share: float) -> None:
    with pytest.raises(ValueError, match="missing must be a share between 0 and 1"):
        maker(10, missing=share)


@pytest.mark.parametrize("maker", MAKERS)
def test_bad_arguments_are_named(maker: object) -> None:
    with pytest.raises(ValueError, match=r"n must be at least [13], got 0"):
        maker(0)
    with pytest.raises(TypeError, match=r"n must be an integer \(number of firms\), got 10\.5"):
        maker(10.5)
    with pytest.raises(ValueError, match="frame must be one of pandas, polars, pyarrow, dict or None, got 'excel'"):
        maker(10, frame="excel")


def test_bad_form_is_named() -> None:
    with pytest.raises(ValueError, match="form must be one of text, columns, codes, got 'wide'"):
        datasets.make_miit_questionnaire(10, form="wide")


FUNCTIONS = [
    datasets.tai,
    lambda **options: datasets.make_firm_panel(20, missing=0.2, **options),
    lambda **options: datasets.make_region_panel(20, missing=0.2, **options).panel,
    lambda **options: datasets.make_ict_survey(20, missing=0.2, **options),
    lambda **options: datasets.make_miit_questionnaire(20, missing=0.2, **options),
    # Every answer blank: the type of a text column must survive.
    lambda **options: datasets.make_miit_questionnaire(20, missing=1.0, **options),
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_every_kind_of_frame_holds_the_same(function: object, kind: str) -> None:
    package = pytest.importorskip(kind)
    columns = function(frame="dict")
    table = function(frame=kind)
    assert isinstance(table, package.Table if kind == "pyarrow" else package.DataFrame)
    assert list(table.column_names if kind == "pyarrow" else table.columns) == list(columns)
    for name, values in columns.items():
        if kind == "pandas":
            found = [None if package.isna(value) else value for value in table[name]]
        else:
            found = table[name].to_pylist() if kind == "pyarrow" else table[name].to_list()
        assert found == [None if gone else value for value, gone in zip(values.tolist(), blank(values), strict=True)]
    if kind == "polars":
        text = [name for name, values in columns.items() if values.dtype == object]
        assert [name for name in table.columns if table[name].dtype == package.String] == text


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(("kind", "extra"), [("pandas", "pandas"), ("polars", "polars"), ("pyarrow", "arrow")])
def test_missing_package_names_the_extra(
    function: object, kind: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, kind, None)
    with pytest.raises(ImportError, match=rf"{kind}, which is not installed: pip install indicia\[{extra}\]"):
        function(frame=kind)


def test_import_loads_no_dataframe_package() -> None:
    code = "import sys, indicia.datasets; print(sorted({'pandas', 'polars', 'pyarrow', 'scipy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_default_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = pytest.importorskip("pandas")
    assert isinstance(datasets.tai(), pandas.DataFrame)
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert isinstance(datasets.tai(), dict)


# Normal quantiles


@pytest.mark.parametrize(
    ("p", "z"),
    # As scipy.special.ndtri 1.17 gives them; one value for each of the three branches and both signs.
    [
        (0.5, 0.0),
        (0.975, 1.959963984540054),
        (0.995, 2.5758293035489004),
        (0.25, -0.6744897501960817),
        (0.001, -3.090232306167813),
        (1e-20, -9.262340089798409),
    ],
)
def test_normal_quantile(p: float, z: float) -> None:
    assert _draws.normal_quantile(np.array([p]))[0] == pytest.approx(z, rel=1e-14, abs=1e-16)


def test_normal_quantile_inverts_the_distribution() -> None:
    p = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 2_001), 10.0 ** -np.arange(1, 16)])
    back = [0.5 * math.erfc(-z / math.sqrt(2)) for z in _draws.normal_quantile(p)]
    np.testing.assert_allclose(back, p, rtol=1e-13)


def test_uniforms_are_inside_the_interval() -> None:
    class Zero:
        def random(self, shape: tuple[int, int]) -> np.ndarray:
            return np.zeros(shape)

    u = _draws.uniforms(Zero(), 1, 2)
    assert u.min() > 0 and np.isfinite(_draws.normal_quantile(u)).all()
