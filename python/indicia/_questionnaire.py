"""Blank questionnaires out, answers in: what an index does with people who fill in tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from ._held import Absent
from ._questions import Question, questions_of

Decimals = Literal[".", ","]


class Questionnaire:
    """The questionnaire of a definition; `Definition` has these methods."""

    __slots__ = ()

    def template(
        self,
        path: str | Path | None = None,
        *,
        language: str | Iterable[str] = ("en", "zh"),
        units: int = 20,
        unit: str = "unit",
        time: str | None = None,
        also: Sequence[str] = (),
    ) -> Any:
        """Write a blank questionnaire that `read_answers` reads back.

        The sheet *data* has one row a unit; its first rows hold the names of
        columns, their labels, and what to enter. Options (by their labels), yes
        and no are drop-downs, a declared domain limits the numbers. The sheet *read me*
        says which edition this is, where it comes from, how sure it is and how
        to fill it in.

        Parameters
        ----------
        path : str or Path, optional
            An .xlsx file, or a .csv file of the first line alone. Without it
            the workbook itself is returned.
        language : {"en", "zh"} or sequence of them, default ("en", "zh")
            Languages of labels and instructions; a label that a definition
            lacks is that of its other language.
        units : int, default 20
            Rows with drop-downs and limits; more rows may be filled in.
        unit, time : str, default "unit" and none
            Names of the columns for units and, for a panel, periods.
        also : sequence of str, optional
            Columns of your own, such as size and region, after those.

        Returns
        -------
        openpyxl.Workbook or None
            The workbook, where no path is given.

        Raises
        ------
        OptionalDependencyError
            If openpyxl is not installed and an .xlsx is asked for.
        UnknownNameError
            If the suffix or the language is unknown, or a name stands for two
            columns.
        DefinitionError, LimitError
            If a name of a column cannot stand in a file, or there are more
            columns than a sheet has.

        Notes
        -----
        Asked for are the columns of indicators, the inputs of derived columns,
        the columns that conditions compare, and all in ``columns`` of the
        definition. Of alternative columns it is the first, and what may be
        filled in instead is said there; a multiple choice with a column for
        each option has one yes/no column each. Blank is unknown, never no and
        never zero, unless the definition says what blank means, which is then
        said too.

        Examples
        --------
        >>> import indicia as ix
        >>> index = ix.framework("eurostat-dii", edition=2023)
        >>> index.template("survey.csv", also=["size"])
        >>> from pathlib import Path
        >>> Path("survey.csv").read_text(encoding="utf-8-sig").split(",")[:4]
        ['unit', 'size', 'E_IUSE_GT50', 'E_ISPDF_GE30']
        """
        from ._template import write_template  # workbooks are no part of a plain import

        index: Any = self
        return write_template(
            _asked(index),
            index.to_dict() | {"sha256": index.hash},
            _title(index),
            path,
            language=language,
            units=units,
            unit=unit,
            time=time,
            also=also,
        )

    def read_answers(
        self,
        path: str | Path,
        *,
        unit: str = "unit",
        time: str | None = None,
        also: Sequence[str] = (),
        sheet: str | None = None,
        encoding: str | None = None,
        separator: str | None = None,
        decimal: Decimals | None = None,
        absent: Absent = "error",
    ) -> Any:
        r"""Read a questionnaire that was filled in, or any table of answers, and check every cell.

        Parameters
        ----------
        path : str or Path
            An .xlsx, .csv or .tsv file whose first row names the columns. The
            headings of a template below it may be there or not.
        unit, time : str, default "unit" and none
            Columns that name units and periods; a unit (in a period) has one
            row.
        also : sequence of str, optional
            Columns that the definition does not ask for and that are meant to
            be there.
        sheet : str, optional
            The sheet to read; by default the one that has columns of the
            definition.
        encoding : str, optional
            Encoding of a text file, by default UTF-8.
        separator : str, optional
            What separates the columns of a text file, by default a comma (in
            .tsv a tab).
        decimal : {".", ","}, optional
            The decimal sign of numbers written as text. Without it, a number
            with a comma is an error, as "1,234" has two readings; with it, the
            other sign separates thousands.
        absent : {"error", "unknown"}, default "error"
            Whether columns that are not there are an error or unanswered.

        Returns
        -------
        DataFrame or dict of ndarray
            pandas where it is installed. One row a unit, ready for
            ``score(frame, unit="unit")``: numbers, 1 and 0 for yes and no,
            option keys (joined by semicolons where several may be chosen),
            missing where blank.

        Raises
        ------
        DataError
            With *all* problems of the file, the first 20 told, each with
            sheet, cell, value and remedy; ``problems`` holds every one.
        UnknownNameError
            If the suffix, the encoding or an argument is unknown.
        OptionalDependencyError
            If openpyxl is not installed and an .xlsx is read.

        Warns
        -----
        UncheckedColumnWarning
            If there are columns that the definition does not ask for; they are
            kept as they are.
        IgnoredRowWarning
            If rows between answers are empty, or other sheets hold something.
        ComparabilityWarning
            If the questionnaire was made for another definition or edition.

        Notes
        -----
        *Missing values.* A blank cell, and the words NA, N/A, NaN and null, are
        unanswered, never no and never zero.

        *Conventions.* A percentage (35%, or a cell shown so) is 0.35 in a
        share and where nothing is said, 35 in a column measured in %, and an
        error in a column with another measure. A text 1.234 is a number with a
        decimal point unless ``decimal=","``; thousands separated by spaces or
        apostrophes have one reading. Full-width characters are read like
        others; yes and no as the scales take them (yes, true, y, 1, 是), options
        by their key in any case or by their label in any language. Merged cells, formulas without a value,
        formulas stored as text, dates, and rows without a unit are errors.

        Examples
        --------
        >>> import indicia as ix
        >>> labels = {"several": {"en": "two or more", "zh": "两个及以上"}}
        >>> links = {"options": {"points": {"one": 1, "several": 2}, "labels": labels}}
        >>> scales = {"cloud": "flag", "share": "none", "links": links}
        >>> leaves = [{"id": name, "parent": "use", "scale": scale} for name, scale in scales.items()]
        >>> group = {"id": "use", "aggregate": "sum"}
        >>> index = ix.Index.from_dict({"id": "use", "indicator": leaves, "group": [group]})
        >>> with open("filled.csv", "w", encoding="utf-8") as file:
        ...     written = file.write("unit,cloud,share,links\nAcme,是,35%,两个及以上\nBolt,no,0.5,one\n")
        >>> answers = index.read_answers("filled.csv")
        >>> list(answers["links"])
        ['several', 'one']
        >>> [float(score) for score in index.score(answers, unit="unit")["use"]]
        [3.35, 1.5]
        """
        from ._answers import read_answers

        index: Any = self
        return read_answers(
            _asked(index),
            index.columns,
            _title(index),
            path,
            unit=unit,
            time=time,
            also=also,
            sheet=sheet,
            encoding=encoding,
            separator=separator,
            decimal=decimal,
            absent=absent,
        )


# An index is a Definition, which is made of this class: its attributes are not known here.
def _asked(index: Any) -> list[Question]:
    return questions_of(index.to_dict(), index.columns, index._needs.columns, index._needs.choices)


def _title(index: Any) -> str:
    """What tells one edition from another."""
    return f"{index.id} {index.edition}" if index.edition else index.id
