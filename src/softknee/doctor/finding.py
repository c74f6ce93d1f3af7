"""What the doctor says: findings, by rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import Any, Literal

from .prescription import Prescription

Severity = Literal["info", "warning", "critical"]
Cause = Literal["init", "learning rate", "data scale", "structure", "precision", ""]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")

# By name: the title of a report, in the order in which findings are told.
RULES: Mapping[str, str] = MappingProxyType(
    {
        "non-finite": "NaN or infinity",
        "structure": "A part of the network that cannot do its work",
        "dead": "Units that never fire",
        "saturated": "Units that are saturated",
        "vanishing": "The gradient vanishes towards the input",
        "exploding": "The gradient grows towards the input",
        "step-size": "The weights move too much or too little",
        "init": "The initial weights shrink or grow the signal",
        "underflow": "Slopes and gradients round to zero",
        "collapse": "Different inputs look the same",
        "dormant": "Units that hardly speak",
        "scale": "Activations are not of this function's usual size",
        "mean-shift": "Activations are far from zero on average",
    }
)


@dataclass(frozen=True)
class Finding:
    """One thing found: where, why, how much of what was measured against which threshold, and what should mend it.

    `layer` is a module's path, with file and line for a functional call, or "the model"; `step` counts forward passes
    in training from 0. `measured` and `threshold` are numbers of the unit that `message` names. `tried` tells what
    came of the remedy on a copy, and is empty where it could not be tried.
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
    prescriptions: tuple[Prescription, ...] = field(default=(), repr=False)

    @classmethod
    def of(
        cls,
        rule: str,
        severity: Severity,
        layer: str,
        message: str,
        measured: float,
        threshold: float,
        step: int = 0,
        cause: Cause = "",
        activation: str = "",
        mending: tuple[Prescription, ...] = (),
    ) -> Finding:
        """A finding whose remedy is the first of several that may mend it."""
        remedy = mending[0].text if mending else ""
        return cls(rule, severity, layer, cause, measured, threshold, remedy, step, message, activation, "", mending)

    def to_dict(self) -> dict[str, Any]:
        """A dict that JSON can hold; numbers that are not finite are None."""
        fields = {name: getattr(self, name) for name in _TOLD}
        return {name: None if isinstance(v, float) and not isfinite(v) else v for name, v in fields.items()}

    def __str__(self) -> str:
        cause = f" Cause: {self.cause}." if self.cause else ""
        remedy = f" Remedy: {self.remedy}." if self.remedy else ""
        tried = f" Tried: {self.tried}." if self.tried else ""
        return f"[{self.severity}] {self.rule}, {self.layer}: {self.message}.{cause}{remedy}{tried}"


_TOLD = (
    "rule", "severity", "layer", "cause", "measured", "threshold", "remedy", "step", "message", "activation", "tried",
)  # fmt: skip


# Those that see a cause itself come before those that see what follows from it.
_OF_CAUSES: Mapping[str, Cause] = {
    "structure": "structure",
    "scale": "data scale",
    "underflow": "precision",
    "step-size": "learning rate",
}


def ordered(findings: list[Finding], cause: Cause = "") -> list[Finding]:
    """What is more than information, first what is of this cause, the worst first; then in the order of the rules.

    Layers stay in the order of the network.
    """
    rules = list(RULES)

    def key(f: Finding) -> tuple[bool, bool, bool, int, int]:
        sees_cause = bool(cause) and _OF_CAUSES.get(f.rule) == cause
        other = bool(cause) and f.cause not in ("", cause) and f.rule != "structure"
        return f.severity == "info", other, not sees_cause, -SEVERITIES.index(f.severity), rules.index(f.rule)

    return sorted(findings, key=key)


def grouped(findings: list[Finding]) -> list[list[Finding]]:
    """Findings of the same rule, severity, cause and remedy together, in the order of their first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.rule, finding.severity, finding.cause, finding.remedy)
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def since(finding: Finding) -> str:
    """From when on it was so."""
    return "from the start" if finding.step == 0 else f"since step {finding.step}"


def shown(finding: Finding) -> str:
    """What was measured, as people write it."""
    if finding.rule in ("dead", "saturated", "dormant", "underflow"):
        return f"{finding.measured:.0%}"
    return f"{finding.measured:.3g}"
