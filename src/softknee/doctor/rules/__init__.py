"""The rules, a file for each or for a family; importing this package registers all of them.

Not here: the decorator that registers (rule.py), and what several rules share (cause.py, advice.py, thresholds.py).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from softknee.doctor import thresholds as shared
from softknee.doctor.cause import root_cause
from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import SEVERITIES, Cause, Finding
from softknee.doctor.rule import Rule, registered

_FILES = tuple(f"{__name__}.{module.name}" for module in iter_modules(__path__))
for _file in sorted(_FILES):
    import_module(_file)

# By name, in the order in which their findings stand in a report.
RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in registered()})


def judge(evidence: Evidence) -> list[Finding]:
    """All findings of all rules: those of the run's plainest cause first, then the worst."""
    return ordered([finding for rule in RULES.values() for finding in rule(evidence)], root_cause(evidence))


def ordered(findings: list[Finding], cause: Cause = "") -> list[Finding]:
    """The findings above information first, of them those of this cause, then the worst, then by the rules' places.

    A rule that sees the cause itself comes before those that see what follows from it. Layers stay in the order of the
    network.
    """
    places = list(RULES)

    def key(f: Finding) -> tuple[bool, bool, bool, int, int]:
        sees_cause = bool(cause) and RULES[f.rule].cause == cause
        other = bool(cause) and f.cause not in ("", cause) and f.rule != "structure"
        return f.severity == "info", other, not sees_cause, -SEVERITIES.index(f.severity), places.index(f.rule)

    return sorted(findings, key=key)


def thresholds() -> dict[str, float]:
    """The numbers at which rules fire, by name: the capitals in `thresholds` and in the files of the rules."""
    files = (shared, *(sys.modules[name] for name in _FILES))
    return {
        name: value
        for file in files
        for name, value in vars(file).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, (int, float))
    }
