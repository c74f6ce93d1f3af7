"""The memory kept for backward: one tensor for each element-wise function and each gate, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

import softknee as knee
from softknee.language.kept_slope import keeps_output

NAMES = knee.names()
ELEMENTWISE = [name for name in NAMES if isinstance(knee.get(name), knee.Activation)]
GATES = [name for name in NAMES if isinstance(knee.get(name), knee.Gate)]


def kept(function: Callable[[], Any]) -> list[Tensor]:
    """The tensors that autograd keeps for a call."""
    found: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        found.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        function()
    return found


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_elementwise_function_keeps_x_or_its_output(name: str) -> None:
    x = torch.linspace(-2, 2, 12).reshape(2, 6).requires_grad_()
    function = knee.get(name)
    numbers = {key: 1.25 * p.default for key, p in function.parameters.items() if p.learnable}
    for _ in range(3):  # the general way, then the short one
        for given in ({}, numbers):
            made: list[Tensor] = []
            found = kept(lambda given=given, made=made: made.append(function(x, **given)))
            defaults = tuple(float(p.default) for p in function.definition.numeric_parameters.values())
            expected = made[0] if keeps_output(function.definition, defaults) else x
            assert len(found) == 1 and found[0].data_ptr() == expected.data_ptr()


@pytest.mark.parametrize("name", [n for n in ELEMENTWISE if any(p.learnable for p in knee.get(n).parameters.values())])
def test_learned_parameters_are_kept_beside_x(name: str) -> None:
    module = knee.nn.class_of(name)(num_parameters=1)
    x = torch.linspace(-2, 2, 12).reshape(2, 6).requires_grad_()
    for _ in range(3):
        found = kept(lambda: module(x))
        assert sum(tensor.numel() == 12 for tensor in found) == 1
        assert len(found) <= 1 + len(list(module.parameters()))


@pytest.mark.parametrize("name", GATES)
def test_a_gate_keeps_its_two_halves_and_no_product(name: str) -> None:
    x = torch.linspace(-2, 2, 12).reshape(2, 6).requires_grad_()
    a, b = (half.detach().requires_grad_() for half in x.chunk(2, -1))
    gate = knee.get(name)
    for _ in range(3):
        assert [tensor.data_ptr() for tensor in kept(lambda: gate(x))] == [x.data_ptr()]
        pointers = [tensor.data_ptr() for tensor in kept(lambda: gate.combine(a, b))]
        assert pointers == [a.data_ptr(), b.data_ptr()]
