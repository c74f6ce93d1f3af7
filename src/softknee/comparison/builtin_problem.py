"""The built-in tasks of `tasks` as problems: their data loaded, their networks built.

The photograph and the characters, whose data are not scikit-learn's tables, have files of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np
from torch import nn

from softknee.support.extras import need

from . import array_data, characters_problem, fingerprint, photograph_problem
from .array_data import TEST_TO_TRAIN, Array, ArrayData
from .choice import Choice
from .data_split import Split
from .metrics import ACCURACY, R_SQUARED, squared_error
from .models import build
from .problem import Problem
from .tasks import Task


def problem_of(task: Task) -> Problem:
    """The problem of a built-in task: its data, network, loss, metric and settings."""
    if task.network == "coordinates":
        return photograph_problem.problem_of(task)
    if task.network == "transformer":
        return characters_problem.problem_of(task)
    data = load(task)
    return Problem(
        name=task.name,
        title=task.title,
        about=task.about,
        split=partial(_split, task),
        build=partial(_build, task),
        loss=nn.functional.cross_entropy if data.classes else squared_error,
        metric=ACCURACY if data.classes else R_SQUARED,
        epochs=task.epochs,
        batch=task.batch,
        rate=task.rate,
        setting=" – ".join(map(str, task.widths)) + (" channels" if task.network == "conv" else ""),
        overlap=TEST_TO_TRAIN,
        fingerprint={"task": repr(task), "data": fingerprint.digest([data.x, data.y])},
    )


def _split(task: Task, seed: int) -> Split:
    return array_data.split(load(task), seed)


def _build(task: Task, choice: Choice, parts: Split, seed: int) -> nn.Module:
    data = load(task)
    return build(task, tuple(data.x.shape[1:]), data.outputs, choice, seed)


@lru_cache
def load(task: Task) -> ArrayData:
    """The data set of a task, from the files that scikit-learn brings along; nothing is downloaded."""
    x, y = _arrays(task.dataset)
    if task.network == "conv":
        side = round(x.shape[1] ** 0.5)
        x = x.reshape(len(x), 1, side, side)
    return ArrayData(x, y, len(np.unique(y)) if task.target == "classes" else 0, task.is_image)


@lru_cache
def _arrays(dataset: str) -> tuple[Array, Array]:
    loader: Callable[..., tuple[Array, Array]] = getattr(need("sklearn.datasets", "compare"), dataset)
    return loader(return_X_y=True)
