"""Groups of activations that the data cannot tell apart, as letters: two that share a letter are not told apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from softknee.support.extras import need


def letters(names: Sequence[str], told_apart: Collection[frozenset[str]]) -> dict[str, str]:
    """The compact letter display: the letters of each name, "a" with the first.

    All are "" where the alphabet has too few letters for the groups.
    """
    if not names:
        return {}
    try:
        found = need("scikit_posthocs", "compare").compact_letter_display(chances(names, told_apart))
    except ValueError:  # more groups than letters
        return dict.fromkeys(names, "")
    return {name: "".join(text.split()) for name, text in found.items()}


def chances(names: Sequence[str], told_apart: Collection[frozenset[str]]) -> Any:
    """The matrix that scikit-posthocs takes as p-values: 0 for pairs that are told apart, and 1 for the others."""
    frame = need("pandas", "compare").DataFrame
    rows = [[float(frozenset((one, other)) not in told_apart) for other in names] for one in names]
    return frame(rows, index=list(names), columns=list(names))
