"""The built-in tasks as plain data: data sets that need no download, and the sizes of networks for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, sqrt
from typing import Literal

from softknee.language.errors import ArgumentError, ArgumentTypeError

Network = Literal["mlp", "conv", "coordinates", "transformer"]


@dataclass(frozen=True)
class Task:
    """A data set, a network for it, and how long and fast that is trained.

    Attributes:
        name, title, about: Its name, its name for people, and a sentence on it.
        dataset: The name of scikit-learn's loader or picture, or "standard library".
        target: The kind of targets.
        network: The kind of network.
        widths: The features of the hidden layers: channels where `network` is "conv", those of the blocks' MLPs where
            it is "transformer".
        epochs, batch, rate: The epochs, batch size and learning rate.
        is_image: True where inputs are images.
        is_default: True where it is run without being named.
        size: The side of the photograph in pixels, or the number of characters of text in thousands.
    """

    name: str
    title: str
    about: str
    dataset: str
    target: Literal["classes", "number", "colours", "characters"]
    network: Network
    widths: tuple[int, ...]
    epochs: int
    batch: int
    rate: float = 1e-3
    is_image: bool = False
    is_default: bool = True
    size: int = 0


def scaled(task: Task, scale: float) -> Task:
    """The task for a larger machine: `scale` times the weights, and of picture and text as many times the data.

    The digits and the tables have no more data than they have.

    >>> scaled(TASKS["photograph"], 4).widths, scaled(TASKS["photograph"], 4).size
    ((192, 192, 192), 192)
    """
    if isinstance(scale, bool) or not isinstance(scale, (int, float)):
        raise ArgumentTypeError("compare", "scale", scale, "must be a number")
    if not (isfinite(scale) and scale > 0):
        raise ArgumentError("compare", "scale", scale, "must be positive")
    if scale == 1:
        return task
    widths = tuple(max(4, 4 * round(width * sqrt(scale) / 4)) for width in task.widths)
    factor = sqrt(scale) if task.network == "coordinates" else scale
    return replace(task, widths=widths, size=max(min(task.size, 16), round(task.size * factor)))


_ALL = (
    Task(
        name="digits-mlp",
        title="Digits, MLP",
        about="1,797 handwritten digits of 8 × 8 pixels, ten classes.",
        dataset="load_digits",
        target="classes",
        network="mlp",
        widths=(128, 128, 128),
        epochs=20,
        batch=64,
        rate=3e-3,
        is_image=True,
    ),
    Task(
        name="digits-conv",
        title="Digits, convolutional",
        about="The same digits; three 3 × 3 convolutions, one max pooling.",
        dataset="load_digits",
        target="classes",
        network="conv",
        widths=(8, 16, 16),
        epochs=15,
        batch=64,
        rate=1e-2,
        is_image=True,
    ),
    Task(
        name="diabetes",
        title="Diabetes progression, MLP",
        about="442 patients, ten measurements; progression after a year, a number.",
        dataset="load_diabetes",
        target="number",
        network="mlp",
        widths=(64, 64),
        epochs=30,
        batch=32,
    ),
    Task(
        name="breast-cancer",
        title="Breast cancer, MLP",
        about="569 biopsies, thirty measurements of cell nuclei; benign or malignant.",
        dataset="load_breast_cancer",
        target="classes",
        network="mlp",
        widths=(64, 64),
        epochs=25,
        batch=32,
    ),
    Task(
        name="wine",
        title="Wine, MLP",
        about="178 wines, thirteen measurements; three growers.",
        dataset="load_wine",
        target="classes",
        network="mlp",
        widths=(64, 64),
        epochs=30,
        batch=16,
        is_default=False,
    ),
    Task(
        name="photograph",
        title="A photograph, coordinate network",
        about="The colour at each place of a photograph: three fifths of the pixels are shown, the others guessed.",
        dataset="china.jpg",
        target="colours",
        network="coordinates",
        widths=(96, 96, 96),
        epochs=160,
        batch=256,
        rate=5e-3,
        is_default=False,
        size=96,
    ),
    Task(
        name="characters",
        title="Python's source, character transformer",
        about="The next character of the standard library's own source; activations in the MLPs of a transformer.",
        dataset="standard library",
        target="characters",
        network="transformer",
        widths=(256, 256),
        epochs=4,
        batch=32,
        rate=1e-2,
        is_default=False,
        size=250,
    ),
)

TASKS = {task.name: task for task in _ALL}
