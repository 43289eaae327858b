"""`Index.describe`: every method in words and formulas, as text, HTML and LaTeX."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import indicia as ix
from indicia.errors import UnknownNameError

SCHEMA = json.loads(ix.Index.schema())["$defs"]
# Options without which a method cannot be.
REQUIRED: dict[tuple[str, str], dict[str, Any]] = {
    ("scale", "linear"): {"low": 0, "high": "max"},
    ("scale", "goalposts"): {"low": -1, "high": 5},
    ("scale", "scaled"): {"low": 1, "high": 5},
    ("scale", "distance_to_reference"): {"unit": "50%_firm"},
    ("scale", "distance_to_target"): {"target": 3},
    ("scale", "bands"): {"edges": [1, 2], "points": [0, 1, 2], "closed": "left"},
    ("scale", "options"): {"points": {"none_of_it": 0, "R&D": 1}},
    ("treat", "winsorize_count"): {"low": 1, "high": 2},
    ("aggregate", "power"): {"p": 2},
    ("weights", "fixed"): {"a": 1, "b": 2, "c_d": 3},
    ("weights", "best_worst"): {
        "best_to_others": {"a": 1, "b": 2, "c_d": 4},
        "others_to_worst": {"a": 4, "b": 2, "c_d": 1},
    },
    ("weights", "ahp"): {"judgements": {"a": {"b": 2, "c_d": 3}}},
    ("weights", "hybrid"): {"of": ["entropy", "critic"]},
}
BOOKS = ["desi-2022", *(f"eurostat-dii-{year}" for year in range(2021, 2026)), "miit-sme-2024"]
# Nothing is computed, or names with numbers are all there is.
IN_WORDS = {("impute", "none"), ("treat", "none"), ("aggregate", "none"), ("weights", "fixed"), ("scale", "options")}
# Minmax under another name, and what an index has unless it says otherwise.
USUAL = {("scale", "distance_to_max"), ("scale", "minmax"), ("aggregate", "arithmetic"), ("weights", "equal")}
METHODS = [
    (room, name)
    for room in ("scale", "impute", "treat", "aggregate", "weights")
    for name in SCHEMA[room]["anyOf"][0]["enum"]
]


def index_with(room: str, name: str, options: dict[str, Any] | None = None) -> ix.Index:
    """Three indicators in one group, with one method of which the description is asked."""
    options = {**REQUIRED.get((room, name), {}), **(options or {})}
    method = {name: options} if options else name
    indicator: dict[str, Any] = {"scale": "minmax"} | ({room: method} if room in ("scale", "impute", "treat") else {})
    group: dict[str, Any] = {"id": "g"} | ({room: method} if room in ("aggregate", "weights") else {})
    definition: dict[str, Any] = {
        "id": "small",
        "indicator": [{"id": i, "parent": "g", **indicator} for i in ("a", "b", "c_d")],
    }
    if (room, name) == ("aggregate", "none"):
        definition["levels"] = {"level": [{"id": "one", "when": {"count": {"under": "g", "ge": 1}, "at_least": 1}}]}
    return ix.Index.from_dict({**definition, "group": [group]})


def equations(latex: str) -> list[str]:
    return [found.strip() for found in re.findall(r"\\begin\{equation\*\}(.*?)\\end\{equation\*\}", latex, re.DOTALL)]


def check_latex(latex: str) -> None:
    """Braces balance, environments nest, and nothing outside formulas has a meaning it should not have."""
    body = "\n".join(line for line in latex.splitlines() if not line.startswith("%"))
    plain = re.sub(r"\\[\\{}%&_#$]", "", body)
    depth = 0
    for character in plain:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    open_: list[str] = []
    for kind, environment in re.findall(r"\\(begin|end)\{([^}]*)\}", body):
        if kind == "begin":
            open_.append(environment)
        else:
            assert open_.pop() == environment
    assert not open_
    words = re.sub(r"\\begin\{equation\*\}.*?\\end\{equation\*\}", "", plain, flags=re.DOTALL)
    assert not re.search(r"[%&_#$^<>|\"]", words), words
    commands = set(re.findall(r"\\([A-Za-z]+)", words))
    allowed = (
        "section subsection begin end item textless textgreater textbar textasciitilde textasciicircum textbackslash"
    )
    assert commands <= {*allowed.split(), "ensuremath", "le", "ge", "to", "char"}


class Tags(HTMLParser):
    """Fails where a tag is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check_html(html: str) -> None:
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert not tags.open
    assert tags.seen <= {"div", "h2", "h3", "p", "ul", "ol", "li", "code", "small", "sub", "sup", "a"}


@pytest.mark.parametrize(("room", "name"), METHODS)
def test_every_method_is_told_in_all_three_forms(room: str, name: str) -> None:
    description = index_with(room, name).describe()
    text, html, latex = description.to_markdown(), description.to_html(), description.to_latex()
    check_html(html)
    check_latex(latex)
    # What does nothing is not told.
    if (room, name) not in {("impute", "none"), ("treat", "none")}:
        assert re.search(rf"\[{name}[\];]|weights {name}[: ]|with {name} weights", text), text
    # The other methods of the index: minmax and the arithmetic mean with equal weights.
    usual = equations(index_with("scale", "minmax").describe().to_latex())
    found = equations(latex)
    assert all(re.match(r"[a-zA-Z\\]", equation) for equation in found)
    if (room, name) not in IN_WORDS | USUAL:
        assert set(found) - set(usual), found
    numbers = [int(number) for number in re.findall(r"^- \[(\d+)\] ", text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    cited = {
        int(n)
        for group in re.findall(r" \[(\d+(?:, \d+)*)\]", re.sub("`[^`]*`", "", text.split("## References")[0]))
        for n in group.split(", ")
    }
    assert cited == set(numbers)


@pytest.mark.parametrize(
    ("room", "name", "equation", "reference"),
    [
        ("scale", "zscore", r"y = \frac{x - \bar{x}}{s}", "OECD/JRC (2008)"),
        ("scale", "robust", r"y = \frac{x - Q_{0.5}}{Q_{0.75} - Q_{0.25}}", "doi:10.2307/2684934"),
        ("scale", "bands", r"y = \begin{cases} 0 & x < 1 \\ 1 & 1 \le x < 2 \\ 2 & 2 \le x \end{cases}", None),
        ("scale", "distance_to_reference", r"y = \frac{x - \min x}{x_{\text{50\%\_firm}} - \min x}", "OECD/JRC (2008)"),
        ("scale", "rank", r"y = 1 + \#\{i : x_i < x\}", None),
        ("impute", "median", r"x := \operatorname{med}(x)", "OECD/JRC (2008)"),
        (
            "treat",
            "boxcox",
            r"x' = \frac{(x - \min x + 1)^{\lambda} - 1}{\lambda}",
            "doi:10.1111/j.2517-6161.1964.tb00553.x",
        ),
        (
            "treat",
            "winsorize_quantile",
            r"x' = \min(\max(x, Q_{0.01}), Q_{0.99})",
            "doi:10.1080/00031305.1996.10473566",
        ),
        ("aggregate", "power", r"y = \Bigl(\frac{\sum_j w_j x_j^{2}}{\sum_j w_j}\Bigr)^{1 / (2)}", None),
        (
            "aggregate",
            "mpi",
            r"y = M - S \frac{S}{M},\quad S^2 = \frac{\sum_j w_j (x_j - M)^2}{\sum_j w_j}\,\frac{m}{m - 1}",
            "doi:10.1007/s11205-010-9727-z",
        ),
        (
            "aggregate",
            "topsis",
            r"y = \frac{D^-}{D^+ + D^-},\quad D^{\pm} = \sqrt{\sum_j (w_j (r_j - r_j^{\pm}))^2}",
            "doi:10.1007/978-3-642-48318-9",
        ),
        (
            "weights",
            "critic",
            r"w_j = \frac{c_j}{\sum_k c_k},\quad c_j = s_j \sum_k (1 - r_{jk})",
            "doi:10.1016/0305-0548(94)00059-H",
        ),
        ("weights", "hybrid", r"w_j \propto \prod_k w_{jk}", "doi:10.1016/S1001-0742(06)60032-6"),
    ],
)
def test_formulas_and_citations(room: str, name: str, equation: str, reference: str | None) -> None:
    description = index_with(room, name).describe()
    assert equation in equations(description.to_latex())
    if reference:
        assert reference in str(description).split("## References")[1]


def test_options_are_told() -> None:
    up = index_with("aggregate", "ampi", {"penalty": "up", "ddof": 1}).describe()
    assert "[ampi; penalty = up, ddof = 1]" in str(up)
    assert r"y = M + S \frac{S}{M}" in up.to_latex()
    assert "[missing = listwise]" in str(index_with("weights", "entropy", {"missing": "listwise"}).describe())
    assert "[judgements = { a = { b = 2.0, c_d = 3.0 } }]" in str(index_with("weights", "ahp").describe())
    ties = str(index_with("scale", "percentile", {"ties": "average"}).describe())
    assert "equal values share their mean rank" in ties
    assert "equal values share their lowest rank" in str(index_with("scale", "rank").describe())
    clipped = index_with("scale", "goalposts").describe().to_latex()
    assert r"y = \min(\max(y_0, 0), 1),\quad y_0 = \frac{x - (-1)}{5 - (-1)}" in clipped


def test_alike_indicators_are_told_once() -> None:
    text = str(ix.Index.flat([f"x{i}" for i in range(49)]).describe())
    assert text.count("(x - min) / (max - min)") == 1
    assert "- 49 indicators: " in text


def test_weights_from_data_are_called_that() -> None:
    for name in SCHEMA["weights"]["anyOf"][0]["enum"]:
        text = str(index_with("weights", name).describe())
        given = name in ("equal", "fixed", "ahp", "best_worst")
        assert ("not importance" in text) is not given, name


def test_conventions_follow_the_methods() -> None:
    assert "divide by n - 1" in str(index_with("scale", "zscore").describe())
    assert "of type 7" in str(index_with("impute", "median").describe())
    assert "type 2" in str(index_with("treat", "winsorize").describe())
    plain = str(index_with("scale", "minmax").describe())
    assert not any(text in plain for text in ("divide by n - 1", "of type 7", "type 2", "Ranks count"))


def test_texts_are_escaped() -> None:
    nasty = r"50% of R&D_#${}~^\ <b>|--"
    index = ix.Index.from_dict(
        {
            "id": "x",
            "label": nasty,
            "description": nasty,
            "notes": [nasty, "[1] looks like the label of an entry"],
            "indicator": [{"id": "a", "parent": "g", "label": nasty, "scale": "minmax"}],
            "group": [{"id": "g", "label": nasty}],
        }
    )
    description = index.describe()
    check_latex(description.to_latex())
    check_html(description.to_html())
    escaped = r"50\% of R\&D\_\#\$\{\}\textasciitilde{}\textasciicircum{}\textbackslash{} "
    escaped += r"\textless{}b\textgreater{}\textbar{}-{}-"
    assert description.to_latex().count(escaped) == 5
    assert r"\item{} [1] looks like" in description.to_latex()
    assert description.to_html().count("&lt;b&gt;") == 5


@pytest.mark.parametrize("name", BOOKS)
def test_rule_books_describe_themselves(name: str) -> None:
    description = ix.framework(name).describe()
    check_html(description.to_html())
    check_latex(description.to_latex())
    for form in (description.to_markdown(), description.to_html(), description.to_latex()):
        assert "Open points" in form


def test_files_by_suffix(tmp_path: Path) -> None:
    description = index_with("weights", "pca").describe()
    forms = {
        "md": description.to_markdown(),
        "txt": str(description),
        "html": description.to_html(),
        "tex": description.to_latex(),
    }
    for suffix, form in forms.items():
        description.write(tmp_path / f"method.{suffix}")
        assert (tmp_path / f"method.{suffix}").read_text(encoding="utf-8").rstrip("\n") == form.rstrip("\n")
    message = "method.docx: the suffix says the format, expected one of .md, .txt, .html, .tex"
    with pytest.raises(UnknownNameError, match=re.escape(message)):
        description.write(tmp_path / "method.docx")


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs pdflatex")
@pytest.mark.parametrize(("room", "name"), METHODS)
def test_latex_compiles(room: str, name: str, tmp_path: Path) -> None:
    head = "\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n\\usepackage{amsmath}\n\\begin{document}\n"
    latex = index_with(room, name).describe().to_latex()
    (tmp_path / "paper.tex").write_text(f"{head}{latex}\\end{{document}}\n", encoding="utf-8")
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"], cwd=tmp_path, capture_output=True
    )
    assert run.returncode == 0, run.stdout.decode(errors="replace")[-2000:]
