"""A step may be given targets and compute its loss: neither is taken for the network."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn

import softknee


class WithLoss(nn.Module):
    """A model that returns its loss, as many do when they are given targets."""

    def __init__(self, head, loss, penalty=0.0):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(4, 16), nn.ReLU())
        self.out = nn.Linear(16, 1)
        self.head = head
        self.loss = loss
        self.penalty = penalty

    def forward(self, x, y):
        h = self.hidden(x)
        return self.loss(self.head(self.out(h)), y) + self.penalty * torch.exp(h).mean()


def watched(model, scale=1.0, steps=1):
    with softknee.watch(model, every=1) as w:
        for _ in range(steps):
            model(torch.randn(64, 4), scale * torch.rand(64, 1)).backward()
    return w


def roles(w):
    return {site.key: site.is_output for site in w.history.first.sites}


@pytest.mark.parametrize(
    "loss",
    [F.binary_cross_entropy, F.mse_loss, lambda p, y: (p - y).square().mean(), lambda p, y: (-y * p.log()).mean()],
)
def test_what_a_loss_compares_is_the_output(loss):
    assert roles(watched(WithLoss(nn.Sigmoid(), loss))) == {"hidden.1": False, "head": True}


def test_what_a_penalty_looks_at_stays_within_the_network():
    assert roles(watched(WithLoss(nn.Sigmoid(), F.mse_loss, 0.1))) == {"hidden.1": False, "head": True}


@pytest.mark.parametrize("loss", [F.mse_loss, lambda p, y: (p - y).square().mean()])
def test_the_loss_is_no_layer_that_makes_a_network_nonlinear(loss):
    model = WithLoss(nn.Identity(), loss)
    model.hidden = nn.Linear(4, 16)
    assert [f.rule for f in watched(model).findings if "one linear map" in f.message] == ["structure"]


@pytest.mark.parametrize("loss", [F.mse_loss, lambda p, y: (p - y).square().mean()])
def test_targets_are_not_the_data(loss):
    w = watched(WithLoss(nn.Identity(), loss), scale=1e6)
    assert w.history.data["rms"] < 2


def test_targets_that_are_not_finite_are_no_inputs_that_are_not():
    w = watched(WithLoss(nn.Identity(), F.mse_loss), scale=float("nan"))
    assert w.history.data["finite"] == 1


def test_inputs_are_read_before_the_model_changes_them():
    model = nn.Sequential(nn.ReLU(inplace=True), nn.Linear(4, 1))
    with softknee.watch(model) as w:
        model(torch.full((8, 4), -3.0)).sum().backward()
    assert w.history.data["rms"] == 3


def test_an_activation_that_only_measures_is_not_judged():
    class Measuring(WithLoss):
        def forward(self, x, y):
            z = self.out(self.hidden(x))
            self.positive = (torch.sigmoid(1000 * z) > 0.5).float().mean()
            return self.loss(z, y)

    w = watched(Measuring(nn.Identity(), F.mse_loss), steps=6)
    assert list(w.history.sites) == ["hidden.1"]
