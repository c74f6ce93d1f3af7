"""What a run left."""

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
    """What a run left: `reason` says why it failed, and is empty where it did not.

    Scores are those of the weights with the best validation score; curves have one value per epoch. Where a run
    is there to choose a learning rate, the test part stays untouched and `score` is NaN. `picture` is what the network
    has learned, a PNG in base64, where the problem has one.
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
        """Whether it stopped before the end."""
        return bool(self.reason)

    def as_json(self) -> dict[str, Any]:
        """A dict that JSON can hold: what is not finite is None."""
        found: dict[str, Any] = _without_nan(asdict(self))
        return found

    @staticmethod
    def of_json(kept: dict[str, Any]) -> Result:
        """The result that such a dict was made of."""
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
