"""Remedies are tried before they are recommended: each on a copy, for as many steps as the patient had."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from softknee.language.errors import ArgumentError, ArgumentTypeError, Shown

from .evidence import Evidence
from .finding import Finding, shown
from .prescription import Prescription
from .report import Report
from .treatment import Batch, CannotTreatError, Case, treat
from .watch import Watch

Loss = Callable[[Any, Any], Tensor]
MakeOptimizer = Callable[[Any], torch.optim.Optimizer]

# A remedy has helped where the loss at the end is lower by this share of what it was at the start.
HELPS = 0.05
# Remedies tried for one finding, at most.
_TRIES = 4
# Steps from probe to probe: of the patient itself, and of those that remedies are tried on.
_OFTEN, _SELDOM = 2, 5


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


class Patient:
    """A model, data and loss, of which copies can be trained."""

    def __init__(
        self, model: nn.Module, batches: Sequence[Batch], loss_fn: Loss, make_optimizer: MakeOptimizer, steps: int
    ) -> None:
        self.model = model
        self.batches = batches
        self.loss_fn = loss_fn
        self.make_optimizer = make_optimizer
        self.steps = steps

    def course(self, prescription: Prescription | None = None, evidence: Evidence | None = None) -> Course:
        """Train a copy, after the prescription where there is one; random numbers are the same for all."""
        with torch.random.fork_rng():
            torch.manual_seed(0)
            case = Case(copy.deepcopy(self.model), self.batches)
            if prescription is not None and evidence is not None:
                case = treat(case, prescription, evidence)
            case.model.train()
            return Course(self._train(case, _OFTEN if prescription is None else _SELDOM))

    def _train(self, case: Case, every: int) -> Report:
        optimizer = self.make_optimizer(p for p in case.model.parameters() if p.requires_grad)
        for group in optimizer.param_groups:
            group["lr"] = group["lr"] * case.rate_factor
        with Watch(case.model, every=every, budget=1.0) as watch:
            for x, y in islice(cycle(case.batches), self.steps):
                optimizer.zero_grad()
                loss = _checked(self.loss_fn(call(case.model, x), y))
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                if not torch.isfinite(loss):
                    break
        return watch.report()


def _checked(loss: Any) -> Tensor:
    """The loss, if it is one that can be gone down."""
    if not isinstance(loss, Tensor):
        raise ArgumentTypeError("diagnose", "loss_fn", Shown(type(loss).__name__), "is what it gave, no tensor")
    if loss.numel() != 1:
        shown = Shown(f"tensor of shape {list(loss.shape)}")
        raise ArgumentError("diagnose", "loss_fn", shown, "is what it gave: it must give one number")
    if not loss.requires_grad:
        raise ArgumentError("diagnose", "loss_fn", loss.item(), "is what it gave, which depends on no parameter")
    return loss


def call(model: nn.Module, x: Any) -> Any:
    """The model on a batch's input: a dict by keyword, a tuple by position."""
    if isinstance(x, dict):
        return model(**x)
    return model(*x) if isinstance(x, (tuple, list)) else model(x)


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
