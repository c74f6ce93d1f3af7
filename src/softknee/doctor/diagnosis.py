"""What came out of watching: findings, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .evidence import Evidence
from .finding import SEVERITIES, Finding
from .rules import judge
from .thresholds import FALLING, STUCK

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

    from .watch import Watch


@dataclass
class Report:
    """The findings, the worst first; print it, `to_html(path)`, `to_dict()`."""

    model: str
    findings: list[Finding]
    evidence: Evidence = field(repr=False)
    steps: int = 0
    seeds: int = 1

    @classmethod
    def of(cls, watch: Watch) -> Report:
        """Judge what a watch has seen."""
        evidence = Evidence.of(watch)
        return cls(type(watch.model).__name__, judge(evidence), evidence, watch.steps)

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
        """What was not seen, and that a loss stays where it was without a reason that was."""
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
        """A dict that JSON can hold."""
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

    def to_html(self, path: str | Path) -> None:
        """Write the report with its pictures as one file that needs nothing else."""
        from .html import html

        Path(path).write_text(html(self), encoding="utf-8")

    def __str__(self) -> str:
        from .terminal import as_text

        return as_text(self)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from .terminal import render

        yield from render(self)
