"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from softknee.support.extras import need

from .finding import RULES, Finding, grouped, shown, since
from .overview import rows

if TYPE_CHECKING:
    from .report import Report

# Layers that are drawn, at most.
_DRAWN = 48
# What findings call that is no layer, and is seen in the picture of the loss.
_WHOLE = {"the model", "the loss"}


def html(report: Report) -> str:
    """The report as text."""
    need("matplotlib", "doctor")
    need("jinja2", "doctor")
    from softknee.display.standalone import render

    from . import pictures

    evidence = report.evidence
    layers = rows(evidence, report.findings)
    drawn = pictures.seen(evidence, _DRAWN, {finding.layer for finding in report.findings})
    places = {site.key for site in drawn}
    return render(
        "softknee.doctor",
        "report.html",
        report=report,
        groups=[_group(alike) for alike in grouped(report.warnings)],
        notes=[f for f in report.findings if f.severity == "info"],
        layers=layers,
        anchor=lambda layer: anchor(layer) if layer in places else "loss" if layer in _WHOLE else "network",
        drawn=[
            (site, pictures.layer(evidence, site), [f for f in report.findings if f.layer == site.key])
            for site in drawn
        ],
        losses=pictures.losses(evidence),
        gradients=pictures.gradients(evidence),
        since=since,
    )


def _group(alike: list[Finding]) -> dict[str, Any]:
    return {"first": alike[0], "others": [(f, shown(f)) for f in alike[1:]], "title": RULES[alike[0].rule]}


def anchor(layer: str) -> str:
    """What a link to a layer's pictures ends with."""
    return "layer-" + re.sub(r"[^A-Za-z0-9]+", "-", layer).strip("-")
