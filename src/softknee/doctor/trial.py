"""Remedies are tried before they are recommended: each on a copy, for as many steps as the patient had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from .evidence import Evidence
from .finding import Finding, shown
from .prescription import CannotTreatError, Prescription
from .report import Report

# A remedy has helped where the loss at the end is lower by this share of what it was at the start.
HELPS = 0.05
# Remedies tried for one finding, at most.
_TRIES = 4
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


def tried(patient: Patient, before: Course) -> list[Finding]:
    """The findings of a course, each with the first of its remedies that helped."""
    known: dict[Prescription | None, Course | None] = {}
    return [
        _tried(finding, patient, before, known) if finding.severity != "info" else finding
        for finding in before.report.findings
    ]


def _tried(finding: Finding, patient: Patient, before: Course, known: dict[Any, Course | None]) -> Finding:
    done = []
    for prescription in finding.prescriptions[:_TRIES]:
        key = (prescription.deed, tuple(prescription.about.items()))
        if key not in known:
            known[key] = _course(patient, prescription, before)
        after = known[key]
        if after is None:
            continue
        done.append(prescription.text)
        if helps(before, after):
            told = _told(finding, before, after, patient.steps)
            return replace(finding, remedy=prescription.text, tried=told, prescriptions=(prescription,))
    if not done:
        return finding
    return replace(
        finding, remedy="", prescriptions=(), tried=f"{'; '.join(done)}: none of it helped within {patient.steps} steps"
    )


def _course(patient: Patient, prescription: Prescription, before: Course) -> Course | None:
    """The course after a remedy; None where it cannot be carried out, or the loss refuses what the model then gives."""
    try:
        return patient.course(prescription, before.report.evidence)
    except (CannotTreatError, RuntimeError, ValueError, IndexError):
        return None


def helps(before: Course, after: Course) -> bool:
    """Whether the loss ended clearly lower."""
    if not np.isfinite(after.end):
        return False
    if not np.isfinite(before.end):
        return after.end < after.start
    return before.end - after.end > HELPS * abs(before.start)


def _told(finding: Finding, before: Course, after: Course, steps: int) -> str:
    again = [f for f in after.report.findings if f.rule == finding.rule and f.layer == finding.layer]
    now = shown(again[0]) if again else "gone"
    was = shown(finding)
    return f"{finding.rule} {was} -> {now}; loss after {steps} steps {before.end:.4g} -> {after.end:.4g}"
