"""From annual reports to an index of firms and years, and from a score back to the sentences behind it."""

from __future__ import annotations

import indicia as ix


def main() -> None:
    """Count, weigh, score, look closer."""
    # In your study: a table with a column of texts, or a folder of .txt files whose names give firm and year.
    reports = ix.datasets.make_reports(30, rng=2)

    dictionary = ix.text.dictionary("wufei-2021")
    print(dictionary, dictionary.confidence, sep=", ")
    for note in dictionary.notes:
        print("  note:", note)

    counts = ix.text.count(reports, "report", dictionary=dictionary, unit="firm", time="year", measure="ln1p")
    print(counts.head(3).to_string())

    # Groups are the indicators; the paper's own index is the column ix_total.
    index = ix.Index.flat(list(dictionary.groups), weights="entropy")
    scores = index.fit_score(counts, unit="firm", time="year")
    print(scores.to_frame().head(3).to_string())

    # What a convention changes.
    every = ix.text.count(reports, "report", unit="firm", time="year", overlaps="all", contexts=[])
    plain = ix.text.count(reports, "report", unit="firm", time="year")
    print("hits:", int(plain["ix_total"].sum()), "- every overlap, no context:", int(every["ix_total"].sum()))

    # The hits of one firm, and why some do not count.
    hits = ix.text.audit(reports[reports["firm"] == "000001"], "report", unit="firm", time="year", around=8)
    dropped = hits[~hits["counted"]]
    print(f"firm 000001: {len(hits)} places, {len(dropped)} dropped")
    print(hits.groupby("reason", dropna=False).size().to_string())


if __name__ == "__main__":
    main()
