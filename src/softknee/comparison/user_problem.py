"""The user's own model, data, loss, metric and training as a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from softknee.language.errors import ArgumentError, ArgumentTypeError

from . import fingerprint
from .metrics import ACCURACY, BINARY_ACCURACY, LOSSES, METRICS, R_SQUARED
from .model_builder import Init, model_builder
from .problem import OWN, Metric, Problem
from .user_arrays import Kind
from .user_data import source_of

EPOCHS = 20
BATCH = 64


def problem_of(
    model: Any,
    data: Any,
    *,
    target: str | None = None,
    loss: str | Callable[..., Any] | None = None,
    metric: str | Callable[..., Any] | Metric | None = None,
    train: Callable[..., Any] | None = None,
    old: str | None = None,
    init: Init = "gain",
    batch: int | None = None,
    raw: bool = False,
) -> Problem:
    """The problem of the user's arguments; see `softknee.compare` for the values that they take."""
    if train is not None and not callable(train):
        raise ArgumentTypeError("compare", "train", train, "must be a function")
    if batch is not None and (isinstance(batch, bool) or not isinstance(batch, int) or batch < 1):
        raise ArgumentError("compare", "batch", batch, "must be a positive integer")
    make = model_builder(model, old, init)
    source = source_of(data, target, _kind(loss), raw=raw, scaled=loss in (None, "mse") and metric is None)
    targets_are = _kind(loss) or source.kind
    used = LOSSES["mse" if targets_are == "number" else "cross-entropy"] if loss is None else _loss(loss)
    judged = _metric(metric, loss, targets_are)
    name = getattr(model, "__name__", type(model).__name__)
    return Problem(
        name=OWN,
        title=name,
        about=source.about,
        split=source.split,
        build=make,
        loss=used,
        metric=judged,
        epochs=EPOCHS,
        batch=batch or source.batch or BATCH,
        overlap=source.overlap,
        train=train,
        fingerprint={
            "data": source.fingerprint,
            "model": _model(model, init),
            "loss": _code(used),
            "metric": f"{judged.name} {judged.sign} {_code(judged.of)}",
            "train": "" if train is None else _code(train),
            "setting": repr((make.old, init, batch or source.batch, raw)),
        },
    )


def _kind(loss: Any) -> Kind | None:
    return None if not isinstance(loss, str) else "number" if loss == "mse" else "classes"


def _loss(loss: Any) -> Callable[..., Any]:
    if isinstance(loss, str) and loss in LOSSES:
        return LOSSES[loss]
    if not callable(loss):
        raise ArgumentError("compare", "loss", loss, f"must be a function of outputs and targets, or {_names(LOSSES)}")
    return loss  # type: ignore[no-any-return]


def _metric(metric: Any, loss: Any, targets_are: Kind) -> Metric:
    if metric is None:
        return R_SQUARED if targets_are == "number" else BINARY_ACCURACY if loss == "bce" else ACCURACY
    if isinstance(metric, Metric):
        return metric
    if isinstance(metric, str) and metric in METRICS:
        return METRICS[metric]
    if not callable(metric):
        why = f"must be a function of outputs and targets, a softknee.comparison.Metric, or {_names(METRICS)}"
        raise ArgumentError("compare", "metric", metric, why)
    return Metric(getattr(metric, "__name__", type(metric).__name__), metric)


def _names(known: Any) -> str:
    return " or ".join(map(repr, known))


def _model(model: Any, init: Init) -> str:
    """The fingerprint of a model: of its code, and of a module also its layers, and its weights where they are kept."""
    if not isinstance(model, nn.Module):
        return _code(model)
    classes = sorted({type(module) for module in model.modules()}, key=lambda each: each.__qualname__)
    kept = dict(model.state_dict()) if init == "own" else None
    return fingerprint.digest([repr(model), [fingerprint.of_code(each) for each in classes], kept])


def _code(function: Any) -> str:
    """The fingerprint of a function, or of a callable object with its attributes."""
    if isinstance(function, nn.Module):  # its text does not show all settings, such as label smoothing
        settings = [{k: v for k, v in vars(m).items() if not k.startswith("_")} for m in function.modules()]
        return fingerprint.digest([_model(function, "own"), settings])
    if hasattr(function, "__name__") or hasattr(function, "func"):
        return fingerprint.of_code(function)
    return fingerprint.digest([fingerprint.of_code(type(function)), vars(function)])
