"""Texts as data: how often the terms of a dictionary stand in reports, and where.

A dictionary has groups of terms; `count` gives a column per group, one row per text, ready to be the indicators of an
`Index`; `audit` shows every hit with its surroundings and whether it counted.

>>> import indicia as ix
>>> texts = ["人工智能与大数据", "大数据、大数据"]
>>> found = ix.text.count(texts, dictionary={"ai": ["人工智能"], "data": ["大数据"]}, measure="ln1p")
>>> found["data"].round(3).tolist()
[0.693, 1.099]
"""

from __future__ import annotations

from ._text_audit import audit
from ._text_count import count
from ._text_dictionary import Dictionary, dictionaries, dictionary

__all__ = ["Dictionary", "audit", "count", "dictionaries", "dictionary"]
