"""The page docs/suggest.md: how well `softknee.suggest` does, as `benchmarks/suggest.py` has measured."""

from __future__ import annotations


def page(tables, lines, kept) -> str:
    return ""
