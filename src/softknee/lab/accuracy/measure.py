"""The measurement of one function, value or slope, in one dtype and library: the worst error, and outright flaws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .points import neighbours
from .truth import Truth
from .ulps import Array, DType, finfo, ulp_errors

Compute = Callable[[Array], Array]

# The kinds of flaws, which no number of ulps expresses. All but the last are wrong outright.
KINDS = {
    "zero": "0 where the truth is a normal number",
    "sign": "wrong sign where the truth is a normal number",
    "nan": "NaN or infinite where the truth is finite",
    "range": "not infinite where the truth is beyond the largest number",
    "nonzero": "not 0 where the truth is 0",
    "end": "not the limit at -inf or +inf",
    "flushed": "0 where the truth is a subnormal number",
}
_WORST = 6
_ROUNDS = 3
_CONFIRMED = 4


@dataclass(frozen=True)
class Flaw:
    """The points at which results are wrong in one way: their number, and an example."""

    kind: str
    count: int
    at: float
    computed: float
    exact: float

    @property
    def is_outright(self) -> bool:
        """True for a wrong result, False where the result only lacks subnormal numbers, as IEEE arithmetic has them."""
        return self.kind != "flushed"


@dataclass(frozen=True)
class Measurement:
    """The worst error in ulps over a number of points, its place, and the flaws; flawed points do not count in it."""

    function: str
    spec: str
    dtype: str
    library: str
    points: int
    worst: float
    at: float
    flaws: tuple[Flaw, ...] = ()

    @property
    def outright(self) -> tuple[Flaw, ...]:
        """The flaws that are wrong outright."""
        return tuple(flaw for flaw in self.flaws if flaw.is_outright)


@dataclass(frozen=True)
class Found:
    """Results at points: their errors in ulps, and by kind of flaw the points that have it."""

    x: Array
    computed: Array
    exact: Array
    error: Array
    flaws: dict[str, Array]


def examine(truth: Truth, compute: Compute, x: Array, exact: Array, breaks: Sequence[float] = ()) -> Found:
    """The errors and flaws of `compute` at `x` against the values `exact`.

    Beside one of `breaks`, a kink that may be no number of double, the exact value of either side is accepted.
    """
    dtype = x.dtype
    computed = compute(x)
    error = ulp_errors(computed, exact, dtype)
    if dtype.itemsize < 8:
        _forgive(truth, x, computed, error, breaks)
    return Found(x, computed, exact, error, _classified(computed, exact, error, dtype))


def _forgive(truth: Truth, x: Array, computed: Array, error: Array, breaks: Sequence[float]) -> None:
    wide = x.astype(np.float64)
    near = np.zeros(len(x), dtype=bool)
    for each in breaks:
        near |= np.abs(wide - each) <= 2 * np.spacing(abs(each))
    for at in np.flatnonzero(near & (error > 0.5)):
        for side in (-np.inf, np.inf):
            other = truth.error(float(np.nextafter(wide[at], side)), float(computed[at]), x.dtype)
            error[at] = min(error[at], other)


def _classified(computed: Array, exact: Array, error: Array, dtype: DType) -> dict[str, Array]:
    info = finfo(dtype)
    found, size = computed.astype(np.float64), np.abs(exact)
    normal, largest = float(info.smallest_normal), float(info.max)
    off = error > 1.0
    with np.errstate(all="ignore"):
        return {
            "zero": off & (found == 0) & (size >= normal),
            "sign": off & (found * np.sign(exact).astype(np.float64) < 0) & (size >= normal),
            "nan": off & ~np.isfinite(found) & (size <= largest),
            "range": off & ~(size <= largest) & ~(found * np.sign(exact).astype(np.float64) < 0),
            "nonzero": off & (exact == 0) & (found != 0) & np.isfinite(found),
            "flushed": off & (found == 0) & (size > 0) & (size < normal),
        }


def measure(
    truth: Truth,
    compute: Compute,
    x: Array,
    exact: Array,
    label: tuple[str, str, str, str],
    *,
    breaks: Sequence[float] = (),
    ends: dict[float, float] | None = None,
    seed: int = 0,
) -> Measurement:
    """The measurement of `compute` at `x` and, for wider types, at further points around the worst one.

    `ends` are the limits at -inf and +inf, `label` is function, spec, dtype and library.
    """
    dtype = x.dtype
    parts = [examine(truth, compute, x, exact, breaks)]
    if dtype.itemsize > 2:
        random = np.random.default_rng(seed)
        for _ in range(_ROUNDS):
            worst = _worst_of(parts, _WORST)
            near = neighbours(worst, random)
            if len(near):
                parts.append(examine(truth, compute, near, truth.at(near, dtype), breaks))
    flaws = [flaw for kind in KINDS for flaw in _gathered(parts, kind)]
    if ends is not None:
        flaws += _at_the_ends(compute, ends, dtype)
    worst_error, at = _confirmed(truth, parts, dtype)
    return Measurement(*label, sum(len(p.x) for p in parts), worst_error, at, tuple(flaws))


def _clean(part: Found) -> Array:
    """The errors in ulps, with -1 at flawed points."""
    flawed = np.logical_or.reduce(list(part.flaws.values()))
    return np.where(flawed, -1.0, part.error)


def _worst_of(parts: Sequence[Found], count: int) -> Array:
    x = np.concatenate([part.x for part in parts])
    error = np.concatenate([_clean(part) for part in parts])
    order = np.argsort(-error)[: 8 * count]
    # Spread out, as the neighbours of one bad point are bad, too.
    kept = np.unique(x[order[:: max(1, len(order) // count)]])
    return np.unique(np.concatenate([x[order[:1]], kept]))


def _confirmed(truth: Truth, parts: Sequence[Found], dtype: DType) -> tuple[float, float]:
    """The worst error and its place, of the few points that look worst, by the oracle."""
    x = np.concatenate([part.x for part in parts])
    computed = np.concatenate([part.computed for part in parts])
    error = np.concatenate([_clean(part) for part in parts])
    order = np.argsort(-error)[:_CONFIRMED]
    if not len(order) or error[order[0]] < 0:
        return np.nan, np.nan
    if dtype.itemsize < 8 or error[order[0]] == 0:
        return float(error[order[0]]), float(x[order[0]])
    sure = [(truth.error(float(x[k]), float(computed[k]), dtype), float(x[k])) for k in order if error[k] > 0]
    return max(sure)


def _gathered(parts: Sequence[Found], kind: str) -> list[Flaw]:
    first = parts[0]
    # Flaws are counted in the even sample only, as refinement looks where it is bad.
    where = np.flatnonzero(first.flaws.get(kind, np.zeros(0, dtype=bool)))
    for part in parts[1:]:
        if len(where):
            break
        first, where = part, np.flatnonzero(part.flaws.get(kind, np.zeros(0, dtype=bool)))
    if not len(where):
        return []
    # The example is the point nearest to everyday numbers.
    with np.errstate(divide="ignore"):
        distance = np.abs(np.log2(np.abs(first.x[where].astype(np.float64))))
    at = where[int(np.argmin(distance))]
    with np.errstate(over="ignore"):
        return [Flaw(kind, len(where), float(first.x[at]), float(first.computed[at]), float(first.exact[at]))]


def _at_the_ends(compute: Compute, ends: dict[float, float], dtype: DType) -> list[Flaw]:
    flaws = []
    for at, limit in ends.items():
        found = float(compute(np.array([at], dtype))[0])
        with np.errstate(over="ignore"):
            right = float(np.float64(limit).astype(dtype))
        if not np.isnan(limit) and not (found == right or abs(found - right) <= max(1e-2 * abs(right), 1e-12)):
            flaws.append(Flaw("end", 1, at, found, limit))
    return flaws
