"""The Technology Achievement Index table of the OECD/JRC Handbook."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._frames import Frame, check_frame, to_frame

_INDICATORS = ("patents", "royalties", "internet", "exports", "telephones", "electricity", "schooling", "university")

# OECD/JRC (2008), Handbook on Constructing Composite Indicators, doi
# 10.1787/9789264043466-en, Table A.2, the 23 countries of the worked example.
# Telephones and electricity are printed as log10.
_ROWS = (
    ("Finland", 187, 125.6, 200.2, 50.7, 3.08, 4.15, 10.0, 27.4),
    ("United States", 289, 130.0, 179.1, 66.2, 3.0, 4.07, 12.0, 13.9),
    ("Sweden", 271, 156.6, 125.8, 59.7, 3.1, 4.14, 11.4, 15.3),
    ("Japan", 994, 64.6, 49.0, 80.8, 3.0, 3.86, 9.5, 10.0),
    ("Korea, Rep. of", 779, 9.8, 4.8, 66.7, 2.97, 3.65, 10.8, 23.2),
    ("Netherlands", 189, 151.2, 136.0, 50.9, 3.02, 3.77, 9.4, 9.5),
    ("United Kingdom", 82, 134.0, 57.4, 61.9, 3.02, 3.73, 9.4, 14.9),
    ("Canada", 31, 38.6, 108.0, 48.7, 2.94, 4.18, 11.6, 14.2),
    ("Australia", 75, 18.2, 125.9, 16.2, 2.94, 3.94, 10.9, 25.3),
    ("Singapore", 8, 25.5, 72.3, 74.9, 2.95, 3.83, 7.1, 24.2),
    ("Germany", 235, 36.8, 41.2, 64.2, 2.94, 3.75, 10.2, 14.4),
    ("Norway", 103, 20.2, 193.6, 19.0, 3.12, 4.39, 11.9, 11.2),
    ("Ireland", 106, 110.3, 48.6, 53.6, 2.97, 3.68, 9.4, 12.3),
    ("Belgium", 72, 73.9, 58.9, 47.6, 2.91, 3.86, 9.3, 13.6),
    ("New Zealand", 103, 13.0, 146.7, 15.4, 2.86, 3.91, 11.7, 13.1),
    ("Austria", 165, 14.8, 84.2, 50.3, 2.99, 3.79, 8.4, 13.6),
    ("France", 205, 33.6, 36.4, 58.9, 2.97, 3.8, 7.9, 12.6),
    ("Israel", 74, 43.6, 43.2, 45.0, 2.96, 3.74, 9.6, 11.0),
    ("Spain", 42, 8.6, 21.0, 53.4, 2.86, 3.62, 7.3, 15.6),
    ("Italy", 13, 9.8, 30.4, 51.0, 3.0, 3.65, 7.2, 13.0),
    ("Czech Republic", 28, 4.2, 25.0, 51.7, 2.75, 3.68, 9.5, 8.2),
    ("Hungary", 26, 6.2, 21.6, 63.5, 2.73, 3.46, 9.1, 7.7),
    ("Slovenia", 105, 4.0, 20.3, 49.5, 2.84, 3.71, 7.1, 10.6),
)


def tai(*, frame: Frame | None = None) -> Any:
    """Return the Technology Achievement Index data of 23 countries.

    This is the worked example of the OECD/JRC Handbook; most textbook methods
    have published results on it.

    Parameters
    ----------
    frame : {"pandas", "polars", "pyarrow", "dict"}, optional
        Kind of table. By default pandas where it is installed, else a dict of
        arrays.

    Returns
    -------
    DataFrame, Table or dict of ndarray
        23 rows; column ``country`` (text), then eight indicators (float),
        for all of which more is better:

        - ``patents``: patents granted to residents per million people, 1998
        - ``royalties``: receipts of royalties and license fees from abroad, US
          dollars per 1000 people, 1999
        - ``internet``: internet hosts per 1000 people, 2000
        - ``exports``: high and medium technology products, % of goods exports,
          1999
        - ``telephones``: log10 of telephone lines (main and cellular) per 1000
          people, 1999
        - ``electricity``: log10 of electricity use, kWh per person, 1998
        - ``schooling``: mean years of schooling, age 15 and above, 2000
        - ``university``: gross enrolment ratio in tertiary science,
          mathematics and engineering, %, 1995-1997

    Raises
    ------
    ValueError
        If ``frame`` is not one of the names above.
    ImportError
        If the package that ``frame`` names is not installed.

    Notes
    -----
    There are no missing values. ``telephones`` and ``electricity`` are
    already log10, rounded to two digits as printed: do not take logarithms
    again.

    References
    ----------
    OECD and JRC (2008). Handbook on Constructing Composite Indicators:
    Methodology and User Guide. OECD Publishing, Paris.
    doi:10.1787/9789264043466-en

    Examples
    --------
    >>> from indicia import datasets
    >>> table = datasets.tai(frame="dict")
    >>> table["country"][0], float(table["patents"][0])
    ('Finland', 187.0)
    """
    check_frame(frame)
    columns = {"country": np.array([row[0] for row in _ROWS], dtype=object)}
    for position, name in enumerate(_INDICATORS, start=1):
        columns[name] = np.array([row[position] for row in _ROWS], dtype=np.float64)
    return to_frame(columns, frame)
