"""Tables and documents for people: every form, hostile texts, and nothing lost."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import indicia as ix
from indicia.errors import DataError, UnknownNameError
from indicia.report import Document, Figure, Heading, Table, Text

FRAME = pd.DataFrame({"firm": ["A & B", "50 % | x_1", "=1+1"], "n": [3, 12, 7], "score": [0.123456, np.nan, 1234.5678]})


def test_markdown_html_and_latex_say_the_same() -> None:
    table = Table(FRAME, title="Firms", note="n = 3", labels={"score": "Score"})
    markdown, page, latex = table.to_markdown(), table.to_html(), table.to_latex()
    assert markdown.splitlines()[2] == "| firm | n | Score |"
    assert "| 50 % \\| x_1 | 12 | – |" in markdown and "0.123" in markdown
    assert "A &amp; B" in page and '<td class="n">1235</td>' in page and "<caption>Firms</caption>" in page
    assert r"A \& B & 3 & 0.123 \\" in latex and r"50 \% \textbar{} x\_1" in latex and latex.count(r"\hline") == 3
    assert all("n = 3" in form for form in (markdown, page, latex))


def test_numbers_are_rounded_for_display_only(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    table = Table(FRAME, title="Firms", note="n = 3")
    table.write(tmp_path / "t.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "t.xlsx").active.iter_rows(values_only=True))
    assert rows[0][0] == "Firms" and rows[2] == ("firm", "n", "score")
    assert rows[3] == ("A & B", 3, 0.123456) and rows[4][2] is None
    cell = openpyxl.load_workbook(tmp_path / "t.xlsx").active["A6"]
    assert cell.value == "=1+1" and cell.data_type == "s" and cell.quotePrefix  # no spreadsheet takes it for a formula
    table.write(tmp_path / "t.dta")
    back = pd.read_stata(tmp_path / "t.dta")
    np.testing.assert_array_equal(back["score"], FRAME["score"])
    assert back["firm"].tolist() == FRAME["firm"].tolist()
    wide = Table({"成本": [1.0], "成分": ["好"], "2020 share": [0.5]})
    wide.write(tmp_path / "u.dta")
    with pd.read_stata(tmp_path / "u.dta", iterator=True) as reader:
        columns = reader.read().columns
        assert reader.variable_labels() == dict(zip(columns, wide.names, strict=True))


def test_long_tables_say_what_they_leave_out() -> None:
    table = Table({"x": list(range(10))}, most=3)
    assert "7 more rows are not shown." in table.to_markdown() and "| 3 |" not in table.to_markdown()


def test_labels_of_rows_are_read_too() -> None:
    frame = pd.DataFrame({"score": [1.5]}, index=pd.Index(["Acme"], name="firm"))
    assert "| Acme | 1.5 |" in Table(frame).to_markdown()
    with pytest.raises(UnknownNameError, match="scor"):
        Table(frame, labels={"scor": "x"})


def test_a_document_holds_everything_in_one_page(tmp_path: Path) -> None:
    plt = pytest.importorskip("matplotlib.pyplot")
    _, ax = plt.subplots()
    ax.plot([0, 1])
    blocks = [Heading("One"), Text("a < b\n\nsecond"), Table(FRAME, title="Firms"), Figure(ax, "A line")]
    document = Document("Report <1>", blocks, {"all [firms]": Table(FRAME)})
    page = document.to_html()
    assert "<title>Report &lt;1&gt;</title>" in page and "<p>a &lt; b</p>" in page and "data:image/png;base64," in page
    assert "<script" not in page and "http" not in page
    for suffix in (".html", ".md", ".tex", ".xlsx"):
        document.write(tmp_path / f"r{suffix}")
    assert (tmp_path / "r_figure_1.png").read_bytes().startswith(b"\x89PNG")
    assert "r_figure_1.png" in (tmp_path / "r.md").read_text()
    names = zipfile.ZipFile(tmp_path / "r.xlsx").read("xl/workbook.xml").decode()
    assert 'name="all  firms"' in names and 'name="Firms"' in names
    with pytest.raises(DataError, match="html"):
        document.write(tmp_path / "r.pdf")


def test_the_robustness_appendix_is_whole(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    countries = ix.datasets.tai()
    index = ix.Index.flat([name for name in countries.columns if name != "country"])
    rb = ix.robustness
    vary = [rb.scale(["minmax", "zscore", "rank"]), rb.weight_noise(0.5), rb.aggregate(["arithmetic", "geometric"])]
    found = rb.report(index, countries, vary, n=64, points=16, unit="country", units=["Finland"])
    heads = [block.text for block in found.blocks if isinstance(block, Heading)]
    assert heads == [
        "What varied", "Ranks", "What ranks hinge on", "Leaving out", "How far weights may move",
        "Replays that failed", "Method of the index",
    ]  # fmt: skip
    assert sum(isinstance(block, Figure) for block in found.blocks) == 2
    page = found.to_html()
    assert (
        "Finland" in page
        and "weights times 1 + 0.5 U" in page
        and "share of the variance of rank_shift".lower() in page.lower()
    )
    found.write(tmp_path / "appendix.html")
    found.write(tmp_path / "appendix.tex")
    assert not (set("&%") & set(found.to_latex().split(r"\begin{table}")[0].replace(r"\&", "").replace(r"\%", "")))
