"""The faults of output and loss together, read off autograd's graph behind the loss."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from softknee.doctor.history import LossNote

# The depth to which the graph is followed: a loss is a few operations.
_DEPTH = 12

_WITH_LOGITS = {"BinaryCrossEntropyWithLogitsBackward0": "binary cross-entropy with logits"}
_LOG_SOFTMAX = {"LogSoftmaxBackward0": "cross-entropy"}
_DIFFERENCES = {"MseLossBackward0", "L1LossBackward0", "SmoothL1LossBackward0", "HuberLossBackward0"}
# By the word in the name of its node, an output activation and the least value that it gives.
_BOUNDED_BELOW = {"relu": 0.0, "sigmoid": 0.0, "softplus": 0.0, "softmax": 0.0}
# Operations between a loss and the activation before it that change no value.
_THROUGH = ("View", "Squeeze", "Unsqueeze", "Reshape", "Flatten", "Alias", "ToCopy", "Expand", "Slice", "Select")


def read_loss(loss: Tensor) -> list[LossNote]:
    """The faults that the graph shows; the graph stays as it is."""
    notes: dict[LossNote, None] = {}
    level: list[Any] = [loss.grad_fn]
    seen: set[Any] = set()
    for _ in range(_DEPTH):
        following = []
        for node in level:
            if node is None or node in seen:
                continue
            seen.add(node)
            for note in _notes(node):
                notes[note] = None
            following += [parent for parent, _ in node.next_functions]
        level = following
    return list(notes)


def unscaled(loss: Tensor) -> Tensor:
    """The loss before the factor that a gradient scaler has put on it, which changes as training goes.

    A factor of one's own goes as well, and is always the same.
    """
    node = loss.grad_fn
    factor = getattr(node, "_saved_other", None) if node is not None and node.name() == "MulBackward0" else None
    if not isinstance(factor, Tensor) or factor.numel() != 1 or factor.requires_grad:
        return loss.detach()
    return loss.detach() / factor.detach().to(loss.device)


def _notes(node: Any) -> list[LossNote]:
    name = node.name()
    before = _activation_before(node)
    if name in _WITH_LOGITS and before in ("sigmoid", "softmax"):
        again = "applies it again" if before == "sigmoid" else "applies sigmoid"
        what = f"{before} is applied before binary cross-entropy with logits, which {again}"
        return [LossNote(what, f"drop the {before} at the output", before)]
    if name in _LOG_SOFTMAX:
        size = _classes(node)
        if size == 1:
            what = "cross-entropy over one class is always 0"
            return [LossNote(what, "use two classes, or one logit with binary cross-entropy with logits", "softmax")]
        if before in ("softmax", "log_softmax"):
            what = f"{before} is applied before cross-entropy, which applies it again"
            return [LossNote(what, f"drop the {before} at the output", before)]
    if name in _DIFFERENCES and before in _BOUNDED_BELOW:
        target = getattr(node, "_saved_target", None)
        if isinstance(target, Tensor) and target.numel() and float(target.min()) < _BOUNDED_BELOW[before]:
            share = float((target < _BOUNDED_BELOW[before]).float().mean())
            what = f"the output is a {before}, which is never negative, and {share:.0%} of the targets are"
            return [LossNote(what, f"drop the {before} at the output", before)]
    return []


def _classes(node: Any) -> int:
    result, dim = getattr(node, "_saved_result", None), getattr(node, "_saved_dim", None)
    if not isinstance(result, Tensor) or dim is None:
        return 0
    return int(result.shape[_signed(dim)])


def _signed(dim: int) -> int:
    """Autograd shows a negative axis as a number without sign."""
    return dim - (1 << 64) if dim >= 1 << 63 else dim


def _activation_before(node: Any) -> str:
    """The activation whose output a loss takes, "" for none that is known."""
    for parent, _ in node.next_functions:
        while parent is not None and parent.name().startswith(_THROUGH):
            parent = parent.next_functions[0][0] if parent.next_functions else None
        if parent is None:
            continue
        word: str = parent.name().removeprefix("softknee_").partition("Backward")[0].lower()
        word = {"logsoftmax": "log_softmax"}.get(word, word)
        if word in _BOUNDED_BELOW or word == "log_softmax":
            return word
    return ""
