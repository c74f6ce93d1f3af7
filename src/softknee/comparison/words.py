"""Numbers and notes as text, the same in the terminal and in the report."""

from __future__ import annotations

from math import isfinite

from .analyse import Row

NONE = "–"


def score(row: Row) -> str:
    """The mean score with half its interval."""
    if not isfinite(row.score):
        return "failed"
    factor, digits = (100, 1) if row.percent else (1, 3)
    text = f"{row.score * factor:.{digits}f}"
    if isfinite(row.half_width):
        text += f" ± {row.half_width * factor:.{digits}f}"
    return text + (" %" if row.percent else "")


def behind(row: Row) -> str:
    """The difference to the best."""
    if not isfinite(row.behind) or row.rank == 1:
        return NONE
    return (f"{row.behind * 100:+.1f}" if row.percent else f"{row.behind:+.3f}").replace("-", "−")


def milliseconds(row: Row) -> str:
    """Time per epoch."""
    return NONE if not isfinite(row.epoch_seconds) else f"{row.epoch_seconds * 1e3:.1f} ms"


def dead(row: Row) -> str:
    """The share of dead units."""
    return NONE if not isfinite(row.dead_share) else f"{row.dead_share * 100:.1f} %"


def ratio(value: float) -> str:
    """A gradient ratio.

    >>> ratio(12.34), ratio(1.234), ratio(0.1234), ratio(0.00001234)
    ('12', '1.2', '0.12', '1.2e-05')
    """
    if not isfinite(value):
        return NONE
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 0.995 else f"{value:.2g}"


def count(number: int, noun: str) -> str:
    """The number with its noun.

    >>> count(1, "task"), count(3, "activation")
    ('1 task', '3 activations')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """A time that a person reads.

    >>> duration(75)
    '1 min 15 s'
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


COLUMNS = {
    "score": "mean over the seeds on the test part, with its 95% interval",
    "to best": "mean difference to the best, seed by seed",
    "per epoch": "median time to train one epoch on one core",
    "dead": "units whose slope is 0 on every probe sample at the end of training",
    "gradient": "RMS gradient at the first activation over that at the last, at the end of training; 1 is even, "
    "near 0 is vanishing",
}
