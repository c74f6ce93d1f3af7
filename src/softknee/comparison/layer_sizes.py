"""The widths of hidden layers: those asked for, or, with gates, those that give as many parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

# The steps, per 1, of the factors by which widths are multiplied for gates.
_STEPS = 256


class LayerSize(NamedTuple):
    """The number of features that a linear map computes, and the number that its activation passes on."""

    made: int
    after: int


def fitted(widths: Sequence[int], ratio: Fraction, count: Callable[[Sequence[LayerSize]], int]) -> list[LayerSize]:
    """The layer sizes for which `count`, the number of parameters, is nearest to that of plain layers of these widths.

    `ratio` is the number of features that come out of the activation for each that goes in. A gate halves them: to give
    `width` features to the next layer it would take twice the weights.

    >>> fitted([64], Fraction(1, 2), lambda sizes: sum(13 * size.made + 3 * size.after for size in sizes))
    [LayerSize(made=70, after=35)]
    """
    plain = [LayerSize(width, width) for width in widths]
    if ratio == 1:
        return plain
    wanted = count(plain)
    return min(_candidates(widths, ratio), key=lambda sizes: abs(count(sizes) - wanted))


def _candidates(widths: Sequence[int], ratio: Fraction) -> Iterator[list[LayerSize]]:
    """The sizes tried: all widths times one factor, and for each the variants whose last layer has one group more or
    fewer.
    """
    for step in range(_STEPS // 8, 3 * _STEPS):
        groups = [max(1, round(step / _STEPS * width / ratio.numerator)) for width in widths]
        for more in (0, 1, -1):
            if groups[-1] + more > 0:
                counts = [*groups[:-1], groups[-1] + more]
                yield [LayerSize(n * ratio.denominator, n * ratio.numerator) for n in counts]
