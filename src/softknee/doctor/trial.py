"""The trial of remedies before they are recommended: each on a copy of the model, for as many steps.

Not here: the training itself, which each framework has in its subject.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from .evidence import Evidence
from .finding import Finding
from .remedy import CannotApplyError, Remedy, rate
from .report import Report
from .rules import RULES
from .rules.steps import step_size

# A remedy has helped where the loss at the end is lower by this share of what it was at a start.
HELPS = 0.05
# Remedies tried for one finding, at most.
_TRIES = 4
# A loss that keeps this share is stuck; another rate is far better if it takes that share of the first loss more,
# and leaves at most so much of what is left.
_STUCK, _FAR, _BETTER = 0.85, 0.3, 0.7
# Steps from probe to probe: of the model as it is, and of those that remedies are tried on.
OFTEN, SELDOM = 2, 5
# Of an iterable so many batches are taken.
TAKEN = 64
# A large batch is cut into so many, so that units are judged by several; each has so many samples at least.
_PARTS, _LEAST = 8, 32


def parts_of(samples: int) -> int:
    """The number of parts that one batch is cut into."""
    return max(1, min(_PARTS, samples // _LEAST))


@dataclass(frozen=True)
class TrainingRun:
    """A short training, watched as it went."""

    report: Report

    @property
    def start(self) -> float:
        """The first loss that is finite; NaN where none is."""
        return self._finite[0] if self._finite else float("nan")

    @property
    def end(self) -> float:
        """The mean of the last fifth of the losses; inf where training left the finite numbers."""
        losses = [loss for _, loss in self.report.evidence.losses]
        if not losses or not np.isfinite(losses[-1]):
            return float("inf")
        return float(np.mean(losses[-max(1, len(losses) // 5) :]))

    @property
    def _finite(self) -> list[float]:
        return [loss for _, loss in self.report.evidence.losses if np.isfinite(loss)]


class Subject(Protocol):
    """A model with its data, which can be trained again and again from the same start, after a remedy or without."""

    @property
    def steps(self) -> int:
        """The count of steps of a run."""

    def run(self, remedy: Remedy | None = None, evidence: Evidence | None = None) -> TrainingRun:
        """Train a copy, after the remedy where there is one; random numbers are the same for all.

        Raises CannotApplyError where the remedy cannot be carried out.
        """


class Trials:
    """The runs of one subject, each remedy tried once however many findings it may mend."""

    def __init__(self, subject: Subject, before: TrainingRun) -> None:
        self.subject = subject
        self.before = before
        self._known: dict[Any, TrainingRun | None] = {}

    def after(self, remedy: Remedy) -> TrainingRun | None:
        """The run after a remedy; None where it cannot be carried out, or the loss refuses the model's outputs."""
        key = (remedy.action, tuple(remedy.arguments.items()))
        if key not in self._known:
            try:
                self._known[key] = self.subject.run(remedy, self.before.report.evidence)
            except (CannotApplyError, RuntimeError, ValueError, IndexError):
                self._known[key] = None
        return self._known[key]

    def proved(self, finding: Finding) -> Finding:
        """The finding with the first of its remedies that helped, or a later one that helped clearly more."""
        done, best = [], None
        for remedy in finding.remedies[:_TRIES]:
            after = self.after(remedy)
            if after is None:
                continue
            done.append(remedy.text)
            if helps(self.before, after) and (best is None or helps(best[1], after)):
                best = remedy, after
        if best is not None:
            result = _result(finding, self.before, best[1], self.subject.steps)
            return replace(finding, remedy=best[0].text, tried=result, remedies=(best[0],))
        if not done:
            return finding
        in_vain = f"{'; '.join(done)}: none of it helped within {self.subject.steps} steps"
        return replace(finding, remedy="", remedies=(), tried=in_vain)


def report_of(subject: Subject, *, try_remedies: bool) -> Report:
    """The report of a run, with the remedies tried if that is wanted."""
    run = subject.run()
    return replace(run.report, findings=tried(subject, run)) if try_remedies else run.report


def tried(subject: Subject, before: TrainingRun) -> list[Finding]:
    """The findings of a run, those above information with their remedies proved; a rate found wrong by trial."""
    trials = Trials(subject, before)
    findings = [trials.proved(f) if f.severity != "info" else f for f in before.report.findings]
    if before.report.warnings:
        return findings
    return [*_wrong_rate(trials), *findings]


def _wrong_rate(trials: Trials) -> list[Finding]:
    """A learning rate that shows no sign but that another does far better in as many steps."""
    before = trials.before
    if not np.isfinite(before.end):
        return []
    stuck = before.end > _STUCK * before.start
    factors = (10.0, 100.0) if stuck else (0.1,)
    for factor in factors:
        after = trials.after(rate(factor))
        if after is None or not np.isfinite(after.end):
            continue
        gained = (before.end - after.end) / abs(before.start)
        if gained > (_FAR if stuck else HELPS) and after.end < _BETTER * before.end:
            falls = "hardly falls" if stuck else "falls less than it could"
            message = f"the loss {falls}: {before.end:.4g} after {trials.subject.steps} steps"
            limit = _FAR if stuck else HELPS
            remedies = [rate(factor)]
            found = step_size.finding("warning", "the model", message, gained, limit, 0, "learning rate", "", remedies)
            return [trials.proved(found)]
    return []


def helps(before: TrainingRun, after: TrainingRun) -> bool:
    """True where the loss ended clearly lower."""
    if not np.isfinite(after.end):
        return False
    if not np.isfinite(before.end):
        return after.end < after.start
    # Where either starts far out, the other's start is what a loss of this kind usually is.
    return before.end - after.end > HELPS * min(abs(before.start), abs(after.start))


def _result(finding: Finding, before: TrainingRun, after: TrainingRun, steps: int) -> str:
    again = [f for f in after.report.findings if f.rule == finding.rule and f.layer == finding.layer]
    shown = RULES[finding.rule].shown
    now = shown(again[0].measured) if again else "gone"
    was = shown(finding.measured)
    return f"{finding.rule} {was} -> {now}; loss after {steps} steps {before.end:.4g} -> {after.end:.4g}"
