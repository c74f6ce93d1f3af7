"""`Result`: everything measured in one run, as plain data, and its form in JSON."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field
from io import BytesIO
from math import isfinite, nan
from typing import Any, Literal

import numpy as np

from softknee.support.extras import need

Stage = Literal["tune", "final"]


@dataclass
class Result:
    """The measurements of one run.

    Scores are those of the weights with the best validation score; curves have one value per epoch.

    Attributes:
        task, activation, seed: The run.
        reason: The error that ended it, "" where it did not fail.
        stage: "tune" for a run that helps to choose a learning rate, "final" for one that is compared.
        rate: The learning rate.
        train_loss, validation: The curves of the mean training loss and of the validation score.
        score: The score on the test part; NaN for stage "tune", which leaves that part untouched.
        best_epoch: The epoch of the best validation score, from 1.
        epoch_seconds, step_seconds: The median seconds of an epoch and of a training step.
        peak_bytes: The most bytes that the tensors of a step take.
        dead_share, dead_by_layer: The share of dead units after training, 0 to 1, in all and by layer.
        gradient_ratio_start, gradient_ratio: The RMS gradient at the first activation over that at the last, before and
            after training.
        gain: The gain of the initial weights.
        parameters: The number of the network's parameters.
        picture: What the network has learned to draw, as a PNG in base64, where the problem has a picture.
    """

    task: str
    activation: str
    seed: int
    reason: str = ""
    stage: Stage = "final"
    rate: float = nan
    train_loss: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    score: float = nan
    best_epoch: int = 0
    epoch_seconds: float = nan
    step_seconds: float = nan
    peak_bytes: float = nan
    dead_share: float = nan
    dead_by_layer: dict[str, float] = field(default_factory=dict)
    gradient_ratio_start: float = nan
    gradient_ratio: float = nan
    gain: float = nan
    parameters: int = 0
    picture: str = ""

    @property
    def failed(self) -> bool:
        """True where the run stopped before its end."""
        return bool(self.reason)

    def as_json(self) -> dict[str, Any]:
        """The result as a dict that JSON can hold: numbers that are not finite become None."""
        found: dict[str, Any] = _without_nan(asdict(self))
        return found

    @staticmethod
    def of_json(kept: dict[str, Any]) -> Result:
        """The result of a dict that `as_json` made."""
        return Result(**_with_nan(kept))


def _without_nan(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_nan(each) for each in value]
    if isinstance(value, dict):
        return {name: _without_nan(each) for name, each in value.items()}
    return None if isinstance(value, float) and not isfinite(value) else value


def _with_nan(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_nan(each) for each in value]
    if isinstance(value, dict):
        return {name: _with_nan(each) for name, each in value.items()}
    return nan if value is None else value


def png(picture: Any) -> str:
    """A picture of shape (height, width, 3), from 0 to 1, as a PNG in base64."""
    kept = BytesIO()
    levels = np.rint(np.clip(np.asarray(picture), 0, 1) * 255).astype(np.uint8)
    need("PIL.Image", "compare").fromarray(levels).save(kept, "PNG", optimize=True)
    return base64.b64encode(kept.getvalue()).decode("ascii")
