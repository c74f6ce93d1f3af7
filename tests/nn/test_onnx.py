"""ONNX: every module exported by torch, run by onnxruntime, gives the same numbers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import softknee as knee
from softknee.functions.gate import Gate

onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

# What torch's exporter says of itself, and NumPy while it folds constants.
pytestmark = pytest.mark.filterwarnings("ignore")
NAMES = knee.names()
GROUP = 16


class Many(nn.Module):
    """Modules side by side, called on the same x."""

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.parts = nn.ModuleList(make(name) for name in names)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return tuple(part(x) for part in self.parts)


def make(name: str) -> nn.Module:
    cls = knee.nn.class_of(name)
    arguments: dict[str, object] = {"dim": 1} if "dim" in inspect.signature(cls).parameters else {}
    arguments |= {"threshold": 0.1, "value": -1.0} if name == "threshold" else {}
    return cls(**arguments).eval()


def image() -> Tensor:
    """Both tails, and numbers so small that exp(x) - 1 or log(1 + x) would lose them."""
    spread = torch.linspace(-30.0, 30.0, 101)
    small = torch.tensor([1e-6, 1e-4, 1e-2, 0.3])
    return torch.cat([spread, small, -small, torch.linspace(-3, 3, 35)]).reshape(2, 6, 3, 4)


@cache
def values(group: int) -> dict[str, np.ndarray]:
    """The values of a group of functions by onnxruntime: one export for many, since each takes a second."""
    names = NAMES[group * GROUP : (group + 1) * GROUP]
    program = torch.onnx.export(Many(names).eval(), (image(),), dynamo=True, verbose=False)
    assert program is not None
    session = onnxruntime.InferenceSession(program.model_proto.SerializeToString(), providers=["CPUExecutionProvider"])
    results = session.run(None, {session.get_inputs()[0].name: image().numpy()})
    return dict(zip(names, results, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_onnxruntime_gives_the_same_numbers(name: str) -> None:
    found = values(NAMES.index(name) // GROUP)[name]
    expected = make(name)(image()).detach().numpy()
    assert found.dtype == expected.dtype == np.float32
    # onnxruntime's own Sigmoid and Tanh are right to about 1e-7, absolute; x * sigmoid(x) multiplies that by x.
    # A gate multiplies it by the other half as well; x is at most 30 here.
    is_gate = isinstance(knee.nn.class_of(name).activation, Gate)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=3e-5 if is_gate else 3e-6)


@pytest.mark.parametrize("name", ["elu", "selu", "celu", "symlog", "nlrelu", "gelu", "geglu"])
def test_small_results_keep_their_digits(name: str) -> None:
    """Written as ONNX would have it, exp(x) - 1, log(1 + x) and 1 - erf(x) are 0 or noise here."""
    found = values(NAMES.index(name) // GROUP)[name]
    expected = make(name)(image()).detach().numpy()
    small = (np.abs(expected) < 1e-3) & (np.abs(expected) > 1e-30)
    assert small.sum() >= 2
    np.testing.assert_allclose(found[small], expected[small], rtol=1e-4)


def test_a_file_with_a_dynamic_batch(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    net = nn.Sequential(nn.Linear(3, 4), knee.nn.Mish(), knee.nn.PReLU(4)).eval()
    shapes = ({0: torch.export.Dim("batch")},)
    torch.onnx.export(net, (torch.zeros(2, 3),), str(path), dynamo=True, dynamic_shapes=shapes, verbose=False)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for x in batches():
        (result,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
        np.testing.assert_allclose(result, net(x).detach().numpy(), rtol=1e-5, atol=1e-6)


def batches() -> Iterator[Tensor]:
    for count in (1, 2, 7):
        yield torch.linspace(-2, 2, 3 * count).reshape(count, 3)
