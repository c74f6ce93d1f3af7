"""The outputs of models that return a tensor, or a dict or object that holds one."""

from __future__ import annotations

from collections import OrderedDict
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

import softknee as knee
from softknee.comparison.model_outputs import outputs

from .networks import make_model, table

OUT = torch.zeros(2, 3)


class Wrapped(nn.Module):
    """Gives what `wrap` makes of its outputs."""

    def __init__(self, activation: Any, wrap: Any) -> None:
        super().__init__()
        self.inner = make_model(activation)
        self.wrap = wrap

    def forward(self, x: Tensor) -> Any:
        return self.wrap(self.inner(x))


@pytest.mark.parametrize(
    "given",
    [
        OUT,
        {"logits": OUT},
        OrderedDict(hidden=torch.ones(1), logits=OUT),
        {"aux": torch.ones(1), "out": OUT},
        {"anything": OUT, "cached": None},
        SimpleNamespace(logits=OUT),
    ],
)
def test_the_outputs_are_found(given: Any) -> None:
    assert outputs(given) is OUT


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"a": OUT, "b": OUT}, "gives dict with a, b: return a tensor, or a dict or object whose logits or out is one"),
        ({}, "gives dict with nothing"),
        ((OUT, OUT), "gives tuple of 2: return a tensor"),
        (None, "gives NoneType: return a tensor"),
        (SimpleNamespace(logits=3), "gives SimpleNamespace: return"),
    ],
)
def test_what_is_no_outputs(given: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        outputs(given)


@pytest.mark.parametrize(
    "wrap", [lambda out: {"logits": out, "more": out.mean()}, lambda out: SimpleNamespace(logits=out)]
)
def test_a_model_that_wraps_its_outputs_is_trained(wrap: Any) -> None:
    def wrapped(activation: Any) -> nn.Module:
        return Wrapped(activation, wrap)

    arguments: dict[str, Any] = {"seeds": 1, "epochs": 5, "rate": 1e-2, "progress": False, "workers": 1}
    found = knee.compare(wrapped, table(), ["relu", "swiglu"], **arguments)
    plain = knee.compare(make_model, table(), ["relu", "swiglu"], **arguments)
    assert [r.train_loss for r in found.results] == [r.train_loss for r in plain.results]
    assert [(r.reason, r.score) for r in found.results] == [("", r.score) for r in plain.results]
    assert [str(r.dead_by_layer.values()) for r in found.results] == [
        str(r.dead_by_layer.values()) for r in plain.results
    ]
    assert found.results[0].dead_share >= 0 and all(r.peak_bytes > 0 for r in found.results)


class ByName(nn.Module):
    """Takes its inputs by name, as Hugging Face's models do."""

    def __init__(self, activation: Any) -> None:
        super().__init__()
        self.inner = make_model(activation)

    def forward(self, values: Tensor, mask: Tensor | None = None) -> Any:
        return {"logits": self.inner(values if mask is None else values * mask)}


class AsDict(ByName):
    def forward(self, batch: Any) -> Any:  # type: ignore[override]
        return super().forward(**batch)


class Items(Dataset[Any]):
    def __len__(self) -> int:
        return 40

    def __getitem__(self, at: int) -> Any:
        x, y = table(40)
        return {"values": x[at].astype("float32"), "mask": np.ones(5, dtype="float32"), "labels": y[at]}


@pytest.mark.parametrize("model", [ByName, AsDict])
def test_inputs_by_name(model: Any) -> None:
    found = knee.compare(model, Items(), ["relu"], seeds=1, epochs=1, rate=1e-2, progress=False, workers=1)
    assert [result.reason for result in found.results] == [""]


def test_a_model_that_gives_a_pair_is_told_so_before_any_training() -> None:
    def paired(activation: Any) -> nn.Module:
        return Wrapped(activation, lambda out: (out, out))

    with pytest.raises(knee.ArgumentError, match=r"compare: model = paired gives tuple of 2: return a tensor"):
        knee.compare(paired, table(), ["relu"], progress=False)
