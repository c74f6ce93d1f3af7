"""A diagnosis: the findings of a training run, the evidence that they rest on, and the verdict.

Not here: how it is shown (doctor/views), and the report that users hold, which shows itself (report.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .evidence import Evidence
from .finding import SEVERITIES, Finding
from .thresholds import FALLING, STUCK


@dataclass
class Diagnosis:
    """The findings on a model, the worst first, and the evidence that they rest on."""

    model: str
    findings: list[Finding]
    evidence: Evidence = field(repr=False)
    steps: int = 0
    seeds: int = 1

    @property
    def verdict(self) -> str:
        """The worst severity; "healthy" where there is no warning.

        "not judged" where no activation was seen, or no backward pass.
        """
        worst = max((SEVERITIES.index(f.severity) for f in self.findings), default=0)
        if worst > 0:
            return SEVERITIES[worst]
        return "healthy" if self.evidence.sites and self.evidence.saw_backward else "not judged"

    @property
    def remarks(self) -> list[str]:
        """Sentences about what was not seen, and about a loss that stays where it was for no reason that was seen."""
        e = self.evidence
        spots = e.blind_spots
        if self.verdict == "healthy" and len(e.losses) >= STUCK and e.drop <= FALLING:
            spots.append(
                f"the loss has not fallen in {self.steps} steps, and nothing seen explains it: train longer, "
                "and check that inputs and targets belong together"
            )
        return spots

    @property
    def warnings(self) -> list[Finding]:
        """The findings that are more than information."""
        return [f for f in self.findings if f.severity != "info"]

    def to_dict(self) -> dict[str, Any]:
        """The diagnosis as a dict that JSON can hold.

        Returns:
            The model, verdict, counts of steps, seeds and probes, activations, losses by step, blind spots, findings.
        """
        return {
            "model": self.model,
            "verdict": self.verdict,
            "steps": self.steps,
            "seeds": self.seeds,
            "probes": len(self.evidence.history.snapshots),
            "activations": [site.key for site in self.evidence.sites],
            "loss": [[step, loss] for step, loss in self.evidence.losses],
            "blind spots": self.remarks,
            "findings": [finding.to_dict() for finding in self.findings],
        }
