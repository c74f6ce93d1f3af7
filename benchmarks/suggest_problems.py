"""The problems on which `softknee.suggest` is fitted and judged: data × architecture × initialisation.

Scores are losses, or R² of all outputs: on data this small an accuracy has too few steps to tell activations apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import suggest_networks as networks
import torch
from sklearn import datasets
from torch import Tensor, nn

from softknee.comparison.array_data import TEST_TO_TRAIN, ArrayData, split
from softknee.comparison.choice import Choice
from softknee.comparison.data_split import ArrayPart, Split
from softknee.comparison.models import gain_of, make_layer
from softknee.comparison.problem import Metric, Problem

ACTIVATIONS = (
    "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "hardswish", "tanh", "softplus", "sigmoid",
    "softshrink",
)  # fmt: skip
# Data sets of fewer samples than this are trained on with more seeds.
SMALL, SEEDS, MANY_SEEDS = 600, 3, 9
EPOCHS = 20  # so that the first epoch is 5 % of the training

Make = Callable[[], nn.Module]
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Case:
    """A problem as data, architecture and initialisation; `final` ones are kept for the end, and looked at once."""

    data: str
    architecture: str
    group: str
    network: Callable[[Make, int, int], nn.Module]
    batch: int = 96
    rate: float = 3e-3
    gain: bool = False
    final: bool = False

    @property
    def seeds(self) -> int:
        """The number of seeds it is trained on; a small test part says little, so small tables are split more often."""
        return MANY_SEEDS if len(_load(self.data.removesuffix("-copy")).x) < SMALL else SEEDS

    @property
    def name(self) -> str:
        """The names of data and architecture."""
        return f"{self.data}/{self.architecture}"

    def make(self, act: Make, gain: float) -> nn.Module:
        """The network; its weights are drawn by torch's generator, the same for all activations."""
        inputs, outputs = _sizes(self.data)
        model = self.network(act, inputs, outputs)
        return networks.gained(model, gain) if self.gain else model

    def problem(self) -> Problem:
        """The problem for the training loop of the comparison."""
        is_classes = _is_classes(self.data)
        return Problem(
            name=self.name, title=self.name, about="", split=partial(parts, self.data), build=partial(_build, self),
            loss=nn.functional.cross_entropy if is_classes else _squared_error,
            metric=CROSS_ENTROPY if is_classes else R_SQUARED, epochs=EPOCHS, batch=self.batch, rate=self.rate,
            overlap=TEST_TO_TRAIN,
        )  # fmt: skip


def _build(case: Case, choice: Choice, parts: Split, seed: int) -> nn.Module:
    torch.manual_seed(1000 + seed)
    return case.make(partial(make_layer, choice), gain_of(choice))


def _squared_error(out: Tensor, y: Tensor) -> Tensor:
    return nn.functional.mse_loss(out, y.reshape(out.shape))


def _r_squared(out: Tensor, y: Tensor) -> float:
    y = y.reshape(out.shape).double()
    return float(1 - (out.double() - y).square().sum() / (y - y.mean(0)).square().sum())


def _cross_entropy(out: Tensor, y: Tensor) -> float:
    return float(nn.functional.cross_entropy(out.double(), y))


CROSS_ENTROPY = Metric("cross-entropy", _cross_entropy, sign=-1)
R_SQUARED = Metric("R²", _r_squared)


# -- data ------------------------------------------------------------------------------------


def _is_classes(data: str) -> bool:
    return _load(data.removesuffix("-copy")).classes > 0 and not data.endswith("-copy")


def _sizes(data: str) -> tuple[int, int]:
    """The number of features, or channels of an image, and the number of outputs."""
    found = _load(data.removesuffix("-copy"))
    features = int(np.prod(found.x.shape[1:]))
    if data.endswith("-copy"):
        return features, features
    if found.y.ndim > 1:
        return features, found.y.shape[1]
    return (found.x.shape[1] if found.is_image else features), found.outputs


def parts(data: str, seed: int) -> Split:
    """The parts of the data for a seed; of "…-copy" the inputs are the targets."""
    name = data.removesuffix("-copy")
    found = _load(name)
    if found.y.ndim > 1:
        return _split_colours(found, seed)
    made = split(found, seed)
    if not data.endswith("-copy"):
        return made
    whole = [part for part in (made.train, made.validation, made.test) if isinstance(part, ArrayPart)]
    return Split(*(ArrayPart(part.x, part.x.flatten(1)) for part in whole))


def _split_colours(data: ArrayData, seed: int) -> Split:
    rows = np.random.default_rng((seed, 0)).permutation(len(data.x))
    x = torch.from_numpy(((data.x - data.x.mean(0)) / data.x.std(0)).astype(np.float32))
    y = torch.from_numpy(((data.y - data.y.mean(0)) / data.y.std(0)).astype(np.float32))
    return Split(*(ArrayPart(x[each], y[each]) for each in np.split(rows, [len(rows) * 3 // 5, len(rows) * 4 // 5])))


@lru_cache
def _load(name: str) -> ArrayData:
    return _LOADERS[name]()


def _table(loader: Callable[..., Any]) -> ArrayData:
    x, y = loader(return_X_y=True)
    is_classes = y.dtype.kind == "i"
    return ArrayData(x, y, len(np.unique(y)) if is_classes else 0)


def _digits() -> ArrayData:
    x, y = datasets.load_digits(return_X_y=True)
    return ArrayData(x.reshape(-1, 1, 8, 8), y, 10, is_image=True)


def _friedman(make: Callable[..., Any]) -> ArrayData:
    x, y = make(n_samples=900, noise=0.1, random_state=0)
    return ArrayData(x, y, 0)


def _spirals() -> ArrayData:
    """Two spirals, each winding one and a half times."""
    random = np.random.default_rng(0)
    y = np.arange(900) % 2
    angle = np.sqrt(random.uniform(0.02, 1, 900)) * 3 * np.pi
    place = np.stack([np.cos(angle + np.pi * y), np.sin(angle + np.pi * y)], 1) * angle[:, None]
    return ArrayData(place + random.normal(0, 0.25, place.shape), y, 2)


def _photographs() -> tuple[Array, Array]:
    return tuple(datasets.load_sample_image(f"{name}.jpg") / 255.0 for name in ("china", "flower"))  # type: ignore[return-value]


def _colours() -> ArrayData:
    """The places in a photograph as inputs, and their colours as targets."""
    image = _photographs()[1][::8, ::8]
    rows, columns = np.indices(image.shape[:2])
    chosen = np.random.default_rng(0).permutation(rows.size)[:1500]
    x = np.stack([rows.ravel(), columns.ravel()], 1).astype(float)[chosen]
    return ArrayData(x, image.reshape(-1, 3)[chosen], 0)


def _textures() -> ArrayData:
    """Pieces of 8 × 8 grey pixels of two photographs, without their mean; the target is the photograph."""
    random = np.random.default_rng(0)
    pieces, labels = [], []
    for label, image in enumerate(_photographs()):
        grey = image[::2, ::2].mean(2)
        for _ in range(700):
            row, column = (int(random.integers(0, side - 8)) for side in grey.shape)
            piece = grey[row : row + 8, column : column + 8]
            pieces.append((piece - piece.mean()) / (piece.std() + 0.02))
            labels.append(label)
    return ArrayData(np.array(pieces)[:, None], np.array(labels), 2, is_image=True)


_LOADERS: dict[str, Callable[[], ArrayData]] = {
    "digits": _digits,
    "diabetes": partial(_table, datasets.load_diabetes),
    "breast-cancer": partial(_table, datasets.load_breast_cancer),
    "wine": partial(_table, datasets.load_wine),
    "iris": partial(_table, datasets.load_iris),
    "friedman1": partial(_friedman, datasets.make_friedman1),
    "friedman3": partial(_friedman, datasets.make_friedman3),
    "spirals": _spirals,
    "colours": _colours,
    "textures": _textures,
}


# -- the cases ---------------------------------------------------------------------------------


def _mlp(width: int, depth: int, norm: type[nn.Module] | None = None) -> Callable[[Make, int, int], nn.Module]:
    return lambda act, inputs, outputs: networks.mlp(act, inputs, outputs, width, depth, norm)


def _pixels(network: Callable[[Make, int, int], nn.Module]) -> Callable[[Make, int, int], nn.Module]:
    """The network as one that takes an image of 64 pixels as a row."""
    return lambda act, channels, outputs: network(act, 64, outputs)


def _conv(*widths: int, norm: bool = False) -> Callable[[Make, int, int], nn.Module]:
    return lambda act, channels, outputs: networks.conv(act, channels, outputs, widths, norm)


def _residual(width: int, blocks: int) -> Callable[[Make, int, int], nn.Module]:
    return lambda act, inputs, outputs: networks.residual_mlp(act, inputs, outputs, width, blocks)


CASES = (
    Case("digits", "mlp3", "mlp", _pixels(_mlp(96, 3))),
    Case("digits", "mlp8", "deep mlp", _pixels(_mlp(64, 8))),
    Case("digits", "mlp8-gain", "deep mlp, gain", _pixels(_mlp(64, 8)), gain=True),
    Case("digits", "mlp5-bn", "mlp with norm", _pixels(_mlp(48, 5, nn.BatchNorm1d))),
    Case("digits", "conv3", "conv", _conv(6, 12, 12), rate=4e-3),
    Case("digits", "conv3-bn", "conv", _conv(6, 12, 12, norm=True)),
    Case("digits", "mixer", "mixer", lambda act, _, outputs: networks.mixer(act, outputs, 16, 1), rate=4e-3),
    Case("digits-copy", "autoencoder", "autoencoder", lambda act, i, _: networks.autoencoder(act, i, (64, 32, 8))),
    Case("breast-cancer", "mlp2", "mlp", _mlp(64, 2), batch=48),
    Case("breast-cancer", "mlp6-gain", "deep mlp, gain", _mlp(32, 6), batch=48, gain=True),
    Case("wine", "mlp2", "mlp", _mlp(32, 2), batch=16),
    Case("wine", "mlp5-ln", "mlp with norm", _mlp(32, 5, nn.LayerNorm), batch=16),
    Case("diabetes", "mlp2", "mlp", _mlp(64, 2), batch=32),
    Case("diabetes", "mlp5", "deep mlp", _mlp(32, 5), batch=32),
    Case("friedman1", "mlp3", "mlp", _mlp(64, 3), batch=48),
    Case("friedman1", "mlp6-gain", "deep mlp, gain", _mlp(48, 6), batch=48, gain=True),
    Case("friedman1", "mlp4-ln", "mlp with norm", _mlp(48, 4, nn.LayerNorm), batch=48),
    Case("friedman1", "residual3", "residual", _residual(32, 3), batch=48),
    Case("spirals", "mlp4", "deep mlp", _mlp(48, 4), batch=48, rate=4e-3),
    Case("spirals", "mlp4-gain", "deep mlp, gain", _mlp(48, 4), batch=48, rate=4e-3, gain=True),
    Case("spirals", "residual2", "residual", _residual(32, 2), batch=48, rate=4e-3),
    # Kept for the end: with data, or networks of a kind, that occur nowhere above.
    Case("digits", "transformer", "transformer", lambda act, _, o: networks.transformer(act, o, 16, 1), rate=4e-3,
         final=True),
    Case("iris", "mlp3", "mlp", _mlp(32, 3), batch=16, final=True),
    Case("friedman3", "mlp5-bn", "mlp with norm", _mlp(48, 5, nn.BatchNorm1d), batch=48, final=True),
    Case("colours", "mlp5", "deep mlp", _mlp(48, 5), rate=4e-3, final=True),
    Case("colours", "mlp4-gain", "deep mlp, gain", _mlp(48, 4), rate=4e-3, gain=True, final=True),
    Case("textures", "conv4", "conv", _conv(6, 12, 12, 12), rate=4e-3, final=True),
    Case("textures", "residual-conv", "residual conv",
         lambda act, channels, outputs: networks.residual_conv(act, channels, outputs, 8, 2), final=True),
    Case("textures-copy", "autoencoder", "autoencoder",
         lambda act, i, _: networks.autoencoder(act, i, (64, 32, 8)), final=True),
)  # fmt: skip
