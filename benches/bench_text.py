"""Counting the 76 terms of "wufei-2021" in reports: bytes a second, and the ratio to a segmenter.

The texts are synthetic: sentences of `make_reports`, shuffled with ideographs of falling frequency.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
from _timing import medians

import indicia as ix

MEGABYTES = 64
# The ratio to a segmenter is taken on so many annual reports of so many characters.
REPORTS, CHARACTERS = 4, 118_000


def texts(megabytes: float, characters: int = 40_000) -> list[str]:
    """Reports of so many characters: three quarters ideographs by frequency, the rest sentences with terms."""
    random = np.random.default_rng(7)
    own = ix.datasets.make_reports(60, rng=7, frame="dict")["report"].tolist()
    made = []
    for _ in range(max(1, int(megabytes * 1e6 / (3 * characters)))):
        parts: list[str] = []
        size = 0
        while size < characters:
            codes = 0x4E00 + (3_500 * random.random(1_500) ** 2).astype(int)
            codes[random.random(1_500) < 0.08] = ord("，")
            parts += ["".join(map(chr, codes)), "\n", own[int(random.integers(len(own)))][:500]]
            size += 2_001
        made.append("".join(parts)[:characters])
    return made


def by_substring(documents: list[str]) -> int:
    """76 passes of str.count, as circulating scripts do it."""
    terms = [term for terms in ix.text.dictionary().groups.values() for term in terms]
    return sum(text.count(term) for text in documents for term in terms)


def table(
    title: str, contestants: dict[str, Callable[[], Any]], size: float, rounds: int, targets: dict[str, str]
) -> dict:
    """Run contestants in turns and print medians as MB/s."""
    found = medians(contestants, rounds)
    print(f"\n{title}")
    print(f"  {'':44} {'median':>10} {'MB/s':>8}  target")
    for name, seconds in found.items():
        print(f"  {name:44} {seconds * 1e3:7.1f} ms {size / seconds / 1e6:8.0f}  {targets.get(name, '')}")
    return found


def report(rounds: int) -> None:
    """Print throughput by kind of input, then the ratio to jieba where it can be imported."""
    documents = texts(MEGABYTES)
    size = sum(len(text.encode()) for text in documents)
    plain: dict[str, Any] = {"contexts": []}
    contestants: dict[str, Callable[[], Any]] = {}
    targets = {"indicia, list of str": ">= 400", "indicia, Arrow": ">= 800"}
    if find_spec("pyarrow") is not None:
        import pyarrow as pa

        array = pa.array(documents, pa.large_string())
        contestants["indicia, Arrow"] = lambda: ix.text.count(array, **plain)
        contestants["indicia, Arrow, with contexts"] = lambda: ix.text.count(array)
    contestants["indicia, list of str"] = lambda: ix.text.count(documents, **plain)
    contestants["str.encode alone"] = lambda: [text.encode() for text in documents]
    some = documents[: max(1, len(documents) // 8)]
    contestants["76 x str.count, an eighth of the texts"] = lambda: by_substring(some)
    table(f"counting 76 terms, {len(documents)} texts, {size / 1e6:.0f} MB", contestants, size, rounds, targets)
    against_jieba(rounds, plain)


def against_jieba(rounds: int, plain: dict[str, Any]) -> None:
    """A few reports, cut into words with a user dictionary and counted, against one pass."""
    if find_spec("jieba") is None:
        print("\njieba is not importable: no ratio to a segmenter (pip install jieba)")
        return
    import jieba

    jieba.setLogLevel("ERROR")
    terms = [term for terms in ix.text.dictionary().groups.values() for term in terms]
    for term in terms:
        jieba.add_word(term)
    wanted = set(terms)
    some = texts(3e-6 * CHARACTERS * (REPORTS + 0.5), CHARACTERS)[:REPORTS]
    contestants: dict[str, Callable[[], Any]] = {
        "indicia": lambda: ix.text.count(some, **plain),
        "jieba with a user dictionary": lambda: [sum(word in wanted for word in jieba.cut(text)) for text in some],
    }
    title = f"{REPORTS} reports of {CHARACTERS:,} characters"
    found = table(title, contestants, sum(len(text.encode()) for text in some), max(rounds // 2, 3), {})
    ours, theirs = found.values()
    print(f"  ratio {theirs / ours:.0f} x, target >= 300 x")
