"""A finding: one fault of a training run, where it is, and what may mend it.

Not here: the rules that find (doctor/rules), their registration (rule.py), and how findings are shown (doctor/views).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

from .remedy import Remedy

Severity = Literal["info", "warning", "critical"]
Cause = Literal["init", "learning rate", "data scale", "structure", "precision", ""]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")


@dataclass(frozen=True)
class Finding:
    """One fault that a rule has found; rules make them by `Rule.finding`.

    Args:
        rule: The name of the rule, a key of `softknee.doctor.RULES`, such as "dead".
        severity: "info", "warning" or "critical".
        layer: The path of a module, with file and line for a functional call; or "the model", "the input", "the loss".
        cause: The probable cause, "" where none is known.
        measured: The number that was measured, in the unit that `message` names.
        threshold: The number that it is held against, in the same unit.
        remedy: The text of the first remedy, "" where there is none.
        step: The forward pass in training, counted from 0, since which it is so.
        message: The finding in one sentence, without its end.
        activation: The name of the activation, "" where it is about none.
        tried: The result of the remedy on a copy of the model, "" where it was not tried.
        remedies: All remedies that may mend it, the most promising first.

    >>> print(Finding("dead", "critical", "1", "init", 0.9, 0.1, "draw the weights again", 0, "most units are dead"))
    [critical] dead, 1: most units are dead. Cause: init. Remedy: draw the weights again.
    """

    rule: str
    severity: Severity
    layer: str
    cause: Cause
    measured: float
    threshold: float
    remedy: str
    step: int
    message: str = ""
    activation: str = ""
    tried: str = ""
    remedies: tuple[Remedy, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        """The fields but `remedies`, as a dict that JSON can hold.

        Returns:
            The values by name; numbers that are not finite are None.
        """
        fields = {name: getattr(self, name) for name in _IN_JSON}
        return {name: None if isinstance(v, float) and not isfinite(v) else v for name, v in fields.items()}

    def __str__(self) -> str:
        cause = f" Cause: {self.cause}." if self.cause else ""
        remedy = f" Remedy: {self.remedy}." if self.remedy else ""
        tried = f" Tried: {self.tried}." if self.tried else ""
        return f"[{self.severity}] {self.rule}, {self.layer}: {self.message}.{cause}{remedy}{tried}"


_IN_JSON = (
    "rule", "severity", "layer", "cause", "measured", "threshold", "remedy", "step", "message", "activation", "tried",
)  # fmt: skip
