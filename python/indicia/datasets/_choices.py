"""Several answers of one question as text, or as one column an option."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DELIMITER = ";"


def joined(chosen: np.ndarray, keys: Sequence[str], none: str) -> np.ndarray:
    """Return the chosen keys of each row (bool, rows x keys) as one text, ``none`` where there is none."""
    # One text per combination that occurs, then looked up: no work per firm.
    codes, position = np.unique(chosen @ (1 << np.arange(len(keys))), return_inverse=True)
    texts = [DELIMITER.join(key for i, key in enumerate(keys) if code >> i & 1) or none for code in codes.tolist()]
    out: np.ndarray = np.array(texts, dtype=object)[position]
    return out


def spread(name: str, chosen: np.ndarray, keys: Sequence[str], none: str) -> dict[str, np.ndarray]:
    """Return one 1/0 column for each option, named ``name_option``, that of ``none`` first."""
    columns = {f"{name}_{none}": np.logical_not(np.any(chosen, axis=1)).astype(np.float64)}
    return columns | {f"{name}_{key}": chosen[:, i].astype(np.float64) for i, key in enumerate(keys)}


def values_of(texts: np.ndarray) -> list[str]:
    """Return the texts that occur, sorted: the categories of a column."""
    return sorted({text for text in texts.tolist() if text is not None})
