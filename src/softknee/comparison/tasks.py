"""The built-in tasks, as plain data: real data that come with scikit-learn, and networks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Task:
    """A data set, a network for it, and how long and fast that is trained.

    The widths are features of the hidden layers, or channels where `network` is "conv".
    """

    name: str
    title: str
    about: str
    dataset: str
    target: Literal["classes", "number"]
    network: Literal["mlp", "conv"]
    widths: tuple[int, ...]
    epochs: int
    batch: int
    rate: float = 1e-3
    is_image: bool = False
    is_default: bool = True


_ALL = (
    Task(
        name="digits-mlp",
        title="Digits, MLP",
        about="1,797 handwritten digits of 8 × 8 pixels, ten classes; three hidden layers of 128.",
        dataset="load_digits",
        target="classes",
        network="mlp",
        widths=(128, 128, 128),
        epochs=20,
        batch=64,
        is_image=True,
    ),
    Task(
        name="digits-conv",
        title="Digits, convolutional",
        about="The same digits; three 3 × 3 convolutions of 8, 16 and 16 channels, one max pooling.",
        dataset="load_digits",
        target="classes",
        network="conv",
        widths=(8, 16, 16),
        epochs=15,
        batch=64,
        is_image=True,
    ),
    Task(
        name="diabetes",
        title="Diabetes progression, MLP",
        about="442 patients, ten measurements; progression after a year, a number; two hidden layers of 64.",
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
        about="569 biopsies, thirty measurements of cell nuclei; benign or malignant; two hidden layers of 64.",
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
        about="178 wines, thirteen measurements; three growers; two hidden layers of 64.",
        dataset="load_wine",
        target="classes",
        network="mlp",
        widths=(64, 64),
        epochs=30,
        batch=16,
        is_default=False,
    ),
)

TASKS = {task.name: task for task in _ALL}
