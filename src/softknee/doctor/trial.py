"""Remedies are tried before they are recommended: each on a copy, for as many steps as the patient had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from .evidence import Evidence
from .finding import Finding, shown
from .prescription import CannotTreatError, Prescription, rate
from .report import Report

# A remedy has helped where the loss at the end is lower by this share of what it was at a start.
HELPS = 0.05
# Remedies tried for one finding, at most.
_TRIES = 4
# A loss that keeps this share is stuck; another rate is far better if it takes that share of the first loss more,
# and leaves at most so much of what is left.
_STUCK, _FAR, _BETTER = 0.85, 0.3, 0.7
# Steps from probe to probe: of the patient itself, and of those that remedies are tried on.
OFTEN, SELDOM = 2, 5


@dataclass(frozen=True)
class Course:
    """A short training, watched at every step."""

    report: Report

    @property
    def start(self) -> float:
        """The first loss."""
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


class Patient(Protocol):
    """What can be trained again and again from the same start, after a prescription or without."""

    @property
    def steps(self) -> int:
        """How many steps a course has."""

    def course(self, prescription: Prescription | None = None, evidence: Evidence | None = None) -> Course:
        """Train a copy, after the prescription where there is one; random numbers are the same for all.

        Raises CannotTreatError where it cannot be carried out.
        """


class Trials:
    """The courses of one patient, each remedy tried once however many findings it may mend."""

    def __init__(self, patient: Patient, before: Course) -> None:
        self.patient = patient
        self.before = before
        self._known: dict[Any, Course | None] = {}

    def after(self, prescription: Prescription) -> Course | None:
        """The course after a remedy; None where it cannot be carried out, or the loss refuses what the model gives."""
        key = (prescription.deed, tuple(prescription.about.items()))
        if key not in self._known:
            try:
                self._known[key] = self.patient.course(prescription, self.before.report.evidence)
            except (CannotTreatError, RuntimeError, ValueError, IndexError):
                self._known[key] = None
        return self._known[key]

    def proved(self, finding: Finding) -> Finding:
        """The finding with the first of its remedies that helped, or a later one that helped clearly more."""
        done, best = [], None
        for prescription in finding.prescriptions[:_TRIES]:
            after = self.after(prescription)
            if after is None:
                continue
            done.append(prescription.text)
            if helps(self.before, after) and (best is None or helps(best[1], after)):
                best = prescription, after
        if best is not None:
            told = _told(finding, self.before, best[1], self.patient.steps)
            return replace(finding, remedy=best[0].text, tried=told, prescriptions=(best[0],))
        if not done:
            return finding
        in_vain = f"{'; '.join(done)}: none of it helped within {self.patient.steps} steps"
        return replace(finding, remedy="", prescriptions=(), tried=in_vain)


def report_of(patient: Patient, *, try_remedies: bool) -> Report:
    """The report of a course, with the remedies tried if that is wanted."""
    course = patient.course()
    return replace(course.report, findings=tried(patient, course)) if try_remedies else course.report


def tried(patient: Patient, before: Course) -> list[Finding]:
    """The findings of a course, those above information with their remedies proved; a rate found wrong by trial."""
    trials = Trials(patient, before)
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
            what = "hardly falls" if stuck else "falls less than it could"
            message = f"the loss {what}: {before.end:.4g} after {trials.patient.steps} steps"
            limit = _FAR if stuck else HELPS
            found = Finding.of(
                "step-size", "warning", "the model", message, gained, limit, 0, "learning rate", mending=(rate(factor),)
            )
            return [trials.proved(found)]
    return []


def helps(before: Course, after: Course) -> bool:
    """Whether the loss ended clearly lower."""
    if not np.isfinite(after.end):
        return False
    if not np.isfinite(before.end):
        return after.end < after.start
    # Where either starts far out, the other's start is what a loss of this kind usually is.
    return before.end - after.end > HELPS * min(abs(before.start), abs(after.start))


def _told(finding: Finding, before: Course, after: Course, steps: int) -> str:
    again = [f for f in after.report.findings if f.rule == finding.rule and f.layer == finding.layer]
    now = shown(again[0]) if again else "gone"
    was = shown(finding)
    return f"{finding.rule} {was} -> {now}; loss after {steps} steps {before.end:.4g} -> {after.end:.4g}"
