"""The view of a diagnosis as one HTML file that needs nothing else."""

from __future__ import annotations

import re
from typing import Any

from softknee.doctor.diagnosis import Diagnosis
from softknee.doctor.finding import Finding
from softknee.doctor.rules import RULES
from softknee.support.extras import need

from .overview import grouped, rows, shown, since

# Layers that are drawn, at most.
_DRAWN = 48
# Names in findings that are no layer, and are seen in the picture of the loss.
_WHOLE = {"the model", "the loss"}


def html(diagnosis: Diagnosis) -> str:
    """The text of the file; raises MissingExtraError where Matplotlib or Jinja is not installed."""
    need("matplotlib", "doctor")
    need("jinja2", "doctor")
    from softknee.display.standalone import render

    from . import pictures

    evidence = diagnosis.evidence
    drawn = pictures.seen(evidence, _DRAWN, {finding.layer for finding in diagnosis.findings})
    places = {site.key for site in drawn}
    return render(
        "softknee.doctor",
        "report.html",
        report=diagnosis,
        groups=[_group(alike) for alike in grouped(diagnosis.warnings)],
        notes=[f for f in diagnosis.findings if f.severity == "info"],
        layers=rows(diagnosis),
        anchor=lambda layer: anchor(layer) if layer in places else "loss" if layer in _WHOLE else "network",
        drawn=[
            (site, pictures.layer(evidence, site), [f for f in diagnosis.findings if f.layer == site.key])
            for site in drawn
        ],
        losses=pictures.losses(evidence),
        gradients=pictures.gradients(evidence),
        since=since,
    )


def _group(alike: list[Finding]) -> dict[str, Any]:
    return {"first": alike[0], "others": [(f, shown(f)) for f in alike[1:]], "title": RULES[alike[0].rule].title}


def anchor(layer: str) -> str:
    """The end of a link to a layer's pictures."""
    return "layer-" + re.sub(r"[^A-Za-z0-9]+", "-", layer).strip("-")
