"""Numbers as text, the same in the terminal and in the report."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isfinite, isnan, log10

from .analyse import Pair, Row
from .paired_statistics import LEVEL, MOST_SEEDS
from .problem import Metric

NONE = "–"


def decimals(rows: Sequence[Row]) -> int:
    """The number of decimals for one task's numbers: two digits of the typical half interval, three of a bare score."""
    factor = 100 if any(row.percent for row in rows) else 1
    ends = [[(row.low, row.high) for row in rows], [(row.behind_low, row.behind_high) for row in rows]]
    widths = [sorted((high - low) / 2 * factor for low, high in of if high > low) for of in ends]
    typical = [of[len(of) // 2] for of in widths if of]
    bare = [abs(row.score) * factor for row in rows if isfinite(row.score) and row.score]
    if not typical and not bare:
        return 1
    digits = 1 - floor(log10(min(typical))) if typical else 2 - floor(log10(max(bare)))
    return min(6, max(1 if factor == 100 else 0, digits))


def score(row: Row, digits: int) -> str:
    """The mean score of a row with half its interval."""
    if not isfinite(row.score):
        return "failed"
    text = _number(row.score, row.percent, digits)
    if isfinite(row.low):
        text += f" ± {_number((row.high - row.low) / 2, row.percent, digits)}"
    return text + (" %" if row.percent else "")


def value(number: float, percent: bool, digits: int) -> str:
    """A single score."""
    return _number(number, percent, digits) + (" %" if percent else "") if isfinite(number) else NONE


def metric(of: Metric) -> str:
    """The metric's name, with an arrow where lower is better."""
    return of.name if of.sign > 0 else f"{of.name} ↓"


def behind(row: Row, digits: int) -> str:
    """The row's difference to the best one with its interval."""
    if isnan(row.p) and row.behind == 0:
        return NONE
    return _difference(row.behind, row.behind_low, row.behind_high, row.percent, digits)


def difference(pair: Pair, digits: int) -> str:
    """The pair's difference with its interval."""
    return _difference(pair.difference, pair.low, pair.high, pair.percent, digits)


def _difference(mean: float, low: float, high: float, percent: bool, digits: int) -> str:
    if not isfinite(mean):
        return NONE
    signed = [f"{'−' if text.startswith('-') else '+'}{text.lstrip('-')}" for text in
              (_number(each, percent, digits) for each in (mean, low, high))]  # fmt: skip
    return f"{signed[0]} [{signed[1]}, {signed[2]}]" if isfinite(low) else signed[0]


def _number(value: float, percent: bool, digits: int) -> str:
    return f"{value * (100 if percent else 1):.{digits}f}"


def chance(p: float) -> str:
    """A p-value as text.

    >>> chance(0.2), chance(0.0123), chance(0.00001), chance(float("nan"))
    ('0.20', '0.012', '< 0.001', '–')
    """
    if isnan(p):
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 2 * LEVEL else f"{p:.2f}"


def effect(value: float) -> str:
    """An effect size as text.

    >>> effect(0.456), effect(123.4)
    ('0.46', '123')
    """
    return NONE if isnan(value) else f"{value:.2f}" if abs(value) < 10 else f"{value:.0f}"


def further_seeds(number: float) -> str:
    """The number of further seeds that would be needed, as text.

    >>> further_seeds(9), further_seeds(1), further_seeds(float("inf")), further_seeds(0)
    ('about 9 more seeds', 'about 1 more seed', 'more than 100 more seeds', 'told apart')
    """
    if isnan(number):
        return NONE
    if number == 0:
        return "told apart"
    return f"about {count(int(number), 'more seed')}" if isfinite(number) else f"more than {MOST_SEEDS} more seeds"


def milliseconds(seconds: float) -> str:
    """A time in seconds as text in milliseconds.

    >>> milliseconds(0.000234), milliseconds(0.0123), milliseconds(1.2)
    ('0.23 ms', '12 ms', '1200 ms')
    """
    return f"{_two_digits(seconds * 1e3)} ms" if isfinite(seconds) else NONE


def memory(size: float) -> str:
    """A number of bytes as text with a fitting unit.

    >>> memory(1234), memory(56.7e6), memory(999), memory(2.5e9)
    ('1.2 kB', '57 MB', '999 B', '2.5 GB')
    """
    if not isfinite(size):
        return NONE
    for unit in ("B", "kB", "MB"):
        if size < 999.5:
            return f"{size:.0f} B" if unit == "B" else f"{_two_digits(size)} {unit}"
        size /= 1000
    return f"{_two_digits(size)} GB"


def _two_digits(value: float) -> str:
    """A number as text with at least two digits and never an exponent."""
    return f"{value:.{max(0, 1 - floor(log10(value)))}f}" if value > 0 else "0"


def share(value: float) -> str:
    """A share from 0 to 1, such as that of dead units, as text in percent."""
    return f"{value * 100:.1f} %" if isfinite(value) else NONE


def rate(value: float) -> str:
    """A learning rate as text."""
    return f"{value:.2g}" if isfinite(value) else NONE


def ratio(value: float) -> str:
    """A ratio of gradients as text.

    >>> ratio(12.34), ratio(1.234), ratio(0.9), ratio(0.1234), ratio(0.00001234)
    ('12', '1.2', '0.90', '0.12', '1.2e-05')
    """
    if not isfinite(value):
        return NONE
    if value >= 0.995:
        return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.0995 else f"{value:.2g}"


def sentence(text: str) -> str:
    """The text with a capital letter first, the rest unchanged.

    >>> sentence("PSNR"), sentence("accuracy")
    ('PSNR', 'Accuracy')
    """
    return text[:1].upper() + text[1:]


def count(number: int, noun: str) -> str:
    """A number with its noun in singular or plural.

    >>> count(1, "task"), count(3, "activation")
    ('1 task', '3 activations')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """A time in seconds as text in minutes and seconds.

    >>> duration(75)
    '1 min 15 s'
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


COLUMNS = {
    "group": "those of a task that share a letter are not told apart; ● not told apart from the best",
    "score": "mean over the seeds on the test part, ± half its 95% interval; ↓ where lower is better",
    "to best": "mean difference to the best, seed by seed, with its 95% interval; percentage points for shares",
    "rate": "the learning rate",
    "step": "median time of a training step on one core",
    "memory": "the most that a step's tensors take",
    "dead": "units whose slope is 0 on every probe sample at the end of training",
    "gradient": "RMS gradient at the first activation over that at the last, at the end of training; 1 is even, "
    "near 0 is vanishing",
}
