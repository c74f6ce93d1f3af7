"""The built-in problem "photograph": a network learns the colour at each place, without help by Fourier features.

With such features any activation could draw fine detail; from plain coordinates the detail has to come from the
activation, and the picture shows its strength.
"""

from __future__ import annotations

from functools import lru_cache, partial
from math import inf, log10
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from softknee.language.errors import ArgumentError
from softknee.support.extras import need

from . import fingerprint
from .array_data import TEST_TO_TRAIN, dealt
from .choice import Choice
from .data_split import ArrayPart, Split
from .metrics import squared_error
from .models import build
from .problem import Metric, Problem
from .tasks import Task

Array = np.ndarray[Any, Any]

# The network learns (colour - 1/2) times this factor, which has a mean square of about 1.
_CONTRAST = 4.0


def problem_of(task: Task) -> Problem:
    """The problem of the task: pixels, network, loss, metric and settings."""
    pixels = photograph(task.dataset, task.size)
    layers = " – ".join(map(str, task.widths))
    return Problem(
        name=task.name,
        title=task.title,
        about=task.about,
        split=partial(_split, task),
        build=partial(_build, task),
        loss=squared_error,
        metric=Metric("PSNR in dB", signal_to_noise),
        epochs=task.epochs,
        batch=task.batch,
        rate=task.rate,
        setting=f"{layers}, {task.size} × {task.size} pixels",
        overlap=TEST_TO_TRAIN,
        picture=partial(draw, task),
        original=partial(photograph, task.dataset, task.size),
        fingerprint={"task": repr(task), "data": fingerprint.digest(pixels)},
    )


@lru_cache(maxsize=4)
def photograph(name: str, side: int) -> Array:
    """The middle of one of scikit-learn's photographs, of shape (side, side, 3), from 0 to 1."""
    need("PIL", "compare")
    image = need("sklearn.datasets", "compare").load_sample_image(name)
    height, width = image.shape[:2]
    block = min(height, width) // side
    if block < 1:
        raise ArgumentError("compare", "scale", side, f"pixels are more than the photograph's {min(height, width)}")
    top, left = (height - block * side) // 2, (width - block * side) // 2
    middle = image[top : top + block * side, left : left + block * side] / 255.0
    small: Array = middle.reshape(side, block, side, block, 3).mean(axis=(1, 3))
    return small


def places(side: int) -> Array:
    """The pixels' coordinates from -1 to 1, of shape (side², 3); the third is 1.

    The third makes the first layer draw its offsets as it draws its weights. Biases start at 0, and without it all
    kinks of that layer would start in the middle of the picture.
    """
    along = np.linspace(-1.0, 1.0, side)
    down, right = np.meshgrid(along, along, indexing="ij")
    found: Array = np.stack([right.ravel(), down.ravel(), np.ones(side * side)], axis=1).astype(np.float32)
    return found


def _split(task: Task, seed: int) -> Split:
    colours = photograph(task.dataset, task.size).reshape(-1, 3)
    dealt_to = dealt(colours, seed)
    x = torch.from_numpy(places(task.size))
    y = torch.from_numpy(((colours - 0.5) * _CONTRAST).astype(np.float32))
    return Split(*(ArrayPart(x[rows], y[rows]) for rows in (torch.from_numpy(dealt_to == part) for part in range(3))))


def _build(task: Task, choice: Choice, parts: Split, seed: int) -> nn.Module:
    return build(task, (3,), 3, choice, seed)


@torch.no_grad()
def draw(task: Task, model: nn.Module) -> Array:
    """The picture that the network has learned, of shape (side, side, 3), from 0 to 1."""
    model.eval()
    drawn: Array = _colours(model(torch.from_numpy(places(task.size)))).numpy()
    return drawn.reshape(task.size, task.size, 3)


def signal_to_noise(out: Tensor, y: Tensor) -> float:
    """The peak signal-to-noise ratio in decibels, of colours clipped to 0 to 1."""
    error = float((_colours(out) - _colours(y)).square().mean())
    return -10 * log10(error) if error else inf


def _colours(told: Tensor) -> Tensor:
    return (told.double() / _CONTRAST + 0.5).clamp(0, 1)
