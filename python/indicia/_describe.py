"""A method described in words and formulas, for print, notebooks and papers."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import UnknownNameError


class Description:
    """
    The method of an index in words and formulas, with what it cites.

    Made from the definition alone: what is learned from data and in which stages, derived columns, how indicators
    become scores (indicators treated alike are told once), groups with their weights, aggregation and missing-value
    rule, levels, warnings, conventions (denominators, quantiles, ties), open points and references. ``print`` shows it
    as text; a notebook shows it as HTML.

    See Also
    --------
    Index.describe : Makes it.

    Examples
    --------
    >>> import indicia as ix
    >>> description = ix.Index.flat(["cloud", "erp"], weights="entropy").describe()
    >>> print(str(description).split("## Groups")[1].split("##")[0].strip())
    - index = `sum(w x) / sum(w)` [arithmetic] of cloud, erp
      - weights entropy: `w = d / sum(d), d = 1 + sum(p ln p) / ln(N), p = z / sum(z), z = score` [2]
      - weights of observed children are scaled up
    >>> str(description).splitlines()[-1]
    '- [2] Zou, Yun and Sun (2006), doi:10.1016/S1001-0742(06)60032-6'
    """

    __slots__ = ("_html", "_latex", "_markdown")

    def __init__(self, markdown: str, html: str, latex: str) -> None:
        self._markdown, self._html, self._latex = markdown, html, latex

    def to_markdown(self) -> str:
        """
        Write the description as Markdown, which reads well as plain text.

        Returns
        -------
        str
            The text, the same as ``str(description)``.

        Examples
        --------
        >>> import indicia as ix
        >>> ix.Index.flat(["cloud"]).describe().to_markdown().splitlines()[0]
        '# index'
        """
        return self._markdown

    def to_html(self) -> str:
        """
        Write the description as an HTML fragment.

        Returns
        -------
        str
            One ``div`` without scripts, style sheets or colors, so that it reads on light and dark pages. All names and
            labels are escaped.

        Examples
        --------
        >>> import indicia as ix
        >>> "<h2>index</h2>" in ix.Index.flat(["cloud"]).describe().to_html()
        True
        """
        return self._html

    def to_latex(self) -> str:
        r"""
        Write the description as a LaTeX fragment.

        Returns
        -------
        str
            Unnumbered sections, lists and formulas, for ``\input`` into an article that loads amsmath. All names and
            labels are escaped. The text is UTF-8; labels in Chinese, say, need XeLaTeX or LuaLaTeX and a font that has
            the characters.

        Examples
        --------
        >>> import indicia as ix
        >>> latex = ix.Index.flat(["cloud"]).describe().to_latex()
        >>> print(latex.split(r"\begin{equation*}")[1].split(r"\end{equation*}")[0].strip())
        y = \frac{x - \min x}{\max x - \min x}
        """
        return self._latex

    def write(self, path: str | os.PathLike[str]) -> None:
        r"""
        Write the description to a file, in the form that its suffix names.

        Parameters
        ----------
        path : str or path
            The file: ``.md`` or ``.txt`` for Markdown, ``.html`` for HTML, ``.tex`` for LaTeX, in UTF-8. A file that
            exists is replaced.

        Raises
        ------
        UnknownNameError
            Where the suffix is none of these.

        Examples
        --------
        >>> import indicia as ix, pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "method.tex"
        >>> ix.Index.flat(["cloud"]).describe().write(path)
        >>> path.read_text().splitlines()[1]
        '\\section*{index}'
        """
        forms = {".md": self._markdown, ".txt": self._markdown, ".html": self._html, ".tex": self._latex}
        suffix = Path(path).suffix.lower()
        if suffix not in forms:
            message = f"{Path(path).name}: the suffix says the format, expected one of {', '.join(forms)}"
            raise UnknownNameError(message)
        Path(path).write_text(forms[suffix] + ("" if forms[suffix].endswith("\n") else "\n"), encoding="utf-8")

    def __str__(self) -> str:
        return self._markdown

    def __repr__(self) -> str:
        return self._markdown

    def _repr_markdown_(self) -> str:
        return self._markdown

    def _repr_html_(self) -> str:
        return self._html
