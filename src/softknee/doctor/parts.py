"""How much of the given data is used, and in how many parts."""

from __future__ import annotations

# Of an iterable so many batches are taken.
TAKEN = 64
# A large batch is cut into so many, so that units are judged by several; each has so many samples at least.
_PARTS, _LEAST = 8, 32


def parts_of(samples: int) -> int:
    """The number of parts of one batch."""
    return max(1, min(_PARTS, samples // _LEAST))
