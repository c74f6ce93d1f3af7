"""Compiled models: steps that are looked at run uncompiled, so nothing is missed in silence."""

import pytest
import torch
from torch import nn

from softknee.doctor import watch

from .networks import classes, deep, train


def calls_to(backend_calls):
    def backend(graph, inputs):
        def run(*args):
            backend_calls.append(1)
            return graph.forward(*args)

        return run

    return backend


class Own(nn.Module):
    """`nn.Sequential.compile()` compiles nothing."""

    def __init__(self, body):
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x)


@pytest.fixture(autouse=True)
def fresh():
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


# Said by torch's compiler of the tensor that a compiled part is given.
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")
@pytest.mark.parametrize("way", ["wrapped", "in place", "a part"])
def test_seen_and_compiled_again_afterwards(way):
    calls = []
    model = deep(nn.ReLU, 2)
    if way == "wrapped":
        model = torch.compile(model, backend=calls_to(calls))
    elif way == "in place":
        model = Own(model)
        model.compile(backend=calls_to(calls))
    else:
        model[2] = torch.compile(nn.Sequential(model[2], nn.Tanh()), backend=calls_to(calls))
    x, y = classes()
    with watch(model, every=2) as w:
        train(model, x, y, steps=8)
    assert [site.name for site in w.history.sites.values()].count("relu") == 2
    assert len(calls) == 4  # the steps between
    train(model, x, y, steps=2)
    assert len(calls) == 6
