"""The rule about faults of the network as it is built, which show before any training."""

from __future__ import annotations

from softknee.doctor.evidence import Evidence
from softknee.doctor.finding import Finding, Severity
from softknee.doctor.network import Node
from softknee.doctor.remedy import Remedy, drop_output, insert, sigmoid_output
from softknee.doctor.rule import rule

_NORMALISED = ("softmax", "log_softmax", "softmin")
_NON_LINEAR = ("activation", "attention", "recurrent", "pool", "product", "function")


@rule(
    title="A part of the network that cannot do its work",
    zh="网络中有一处无法起作用",
    cause="structure",
    place=20,
)
def structure(e: Evidence) -> list[Finding]:
    """Layers that undo or repeat each other, and outputs that cannot reach the targets."""
    return [*_one_unit(e), *_loss(e), *_linear_after_linear(e)]


def _one_unit(e: Evidence) -> list[Finding]:
    sigmoid = sigmoid_output("use sigmoid for one output, or as many outputs as there are classes")
    drop = drop_output("drop it, where the loss takes logits; or as many outputs as there are classes")
    # A loss that is seen to take logits would apply a sigmoid again.
    takes_logits = any(note.output in _NORMALISED for note in e.history.notes)
    remedies = (drop, sigmoid) if takes_logits else (sigmoid, drop)
    return [
        _found(
            "critical",
            site.key,
            f"{site.name} over one number is always {_constant(site.name)}",
            site.name,
            *remedies,
        )
        for site in e.sites
        if site.name in _NORMALISED and site.axis_size == 1
    ]


def _constant(name: str) -> int:
    return 0 if name == "log_softmax" else 1


def _loss(e: Evidence) -> list[Finding]:
    output = next((site.key for site in reversed(e.sites) if site.is_output), "the output")
    return [_found("warning", output, note.about, note.output, drop_output(note.remedy)) for note in e.history.notes]


def _linear_after_linear(e: Evidence) -> list[Finding]:
    consumers: dict[Node, list[Node]] = {}
    for node in e.nodes:
        for feed in node.feeds:
            consumers.setdefault(feed, []).append(node)
    linear = [node for node in e.nodes if node.kind == "linear"]
    if len(linear) > 1 and not any(node.kind in _NON_LINEAR for node in e.nodes):
        message = f"its {len(linear)} layers have no activation between them: together they are one linear map"
        return [_found("warning", "the model", message, "", insert("relu"))]
    found = []
    for node in linear:
        before = [feed for feed in node.feeds if feed.kind == "linear"]
        if not before or len(before) != len(node.feeds) or _is_meant(before[0], node, consumers):
            continue
        message = f"a linear layer directly after {before[0].path}: together they are one linear layer"
        remedy = Remedy("put an activation between them, or leave one out")
        found.append(_found("warning", node.path, message, "", remedy))
    return found


def _found(severity: Severity, layer: str, message: str, activation: str, *remedies: Remedy) -> Finding:
    """A finding without a measure: it is so or not."""
    return structure.finding(severity, layer, message, 1.0, 1.0, 0, "structure", activation, remedies)


def _is_meant(first: Node, second: Node, consumers: dict[Node, list[Node]]) -> bool:
    """True of a narrow place between wide ones, a depthwise convolution, projections for attention, a shared layer."""
    narrow = bool(first.shape and second.shape) and first.shape[0] < min(first.fan_in, second.shape[0])
    depthwise = len(first.shape) > 2 and first.shape[1] == 1
    attends = any(c.kind in ("attention", "product", "recurrent") for c in consumers.get(second, []))
    attends = attends or any(feed.kind == "attention" for feed in first.feeds)
    shared = first.path == second.path
    return narrow or depthwise or attends or shared or len(consumers.get(first, [])) > 1
