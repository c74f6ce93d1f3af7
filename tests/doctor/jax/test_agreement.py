"""The same weights and data are read alike in PyTorch and in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import softknee as knee

from .networks import classes, layers, mlp

PICTURES = ("z_shown", "shown")


def both(name, parameters, batch, dtype="float32"):
    x, _ = batch
    modules = []
    for layer in parameters:
        linear = torch.nn.Linear(*layer["w"].shape)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(np.array(layer["w"]).T))
            linear.bias.copy_(torch.tensor(np.array(layer["b"])))
        modules += [linear, knee.nn.Activation(name) if hasattr(knee.nn, "Activation") else _Called(name)]
    model = torch.nn.Sequential(*modules[:-1])
    y = torch.tensor(x[:, :4])
    theirs = knee.diagnose(model, (torch.tensor(x), y), torch.nn.functional.mse_loss, steps=2, try_remedies=False)
    ours = knee.diagnose(
        mlp(getattr(knee, name)), (x, x[:, :4]), lambda out, y: jnp.mean((out - y) ** 2), parameters=parameters,
        steps=2, try_remedies=False,
    )  # fmt: skip
    return theirs, ours


class _Called(torch.nn.Module):
    def __init__(self, name):
        super().__init__()
        self.function = getattr(knee, name)

    def forward(self, x):
        return self.function(x)


@pytest.mark.parametrize("name", ["relu", "sigmoid", "gelu", "elu", "mish"])
def test_readings_agree(name):
    theirs, ours = both(name, layers((16, 32, 32, 4), 1.5), classes())
    assert len(theirs.evidence.sites) == len(ours.evidence.sites) == 2
    for his, mine in zip(theirs.evidence.sites, ours.evidence.sites):
        expected, got = theirs.evidence.first(his), ours.evidence.first(mine)
        assert expected.keys() == got.keys()
        for key in expected:
            np.testing.assert_allclose(got[key], expected[key], rtol=1e-4, atol=1e-6, err_msg=key)
    np.testing.assert_allclose(ours.evidence.losses, theirs.evidence.losses, rtol=1e-4)


def test_gains_and_steps_agree():
    theirs, ours = both("relu", layers((16, 32, 32, 4), 1.5), classes())
    np.testing.assert_allclose(
        list(ours.evidence.history.gains.values()), list(theirs.evidence.history.gains.values()), rtol=1e-4
    )
    assert set(ours.evidence.history.gains) == {"0.w", "1.w", "2.w"}
    for (step, mine), (other, his) in zip(ours.evidence.history.updates, theirs.evidence.history.updates):
        assert step == other
        weights = [m for name, m in mine.items() if name.endswith("w")]
        for one, two in zip(weights, his.values()):
            np.testing.assert_allclose([one.change, one.size], [two.change, two.size], rtol=1e-3)


def test_findings_agree_on_a_faulty_network():
    parameters = layers((16, 64, 64, 4), 1.4)
    parameters[1]["b"] -= 50.0
    theirs, ours = both("relu", parameters, classes())
    assert [f.rule for f in ours.warnings] == [f.rule for f in theirs.warnings]


def test_half_precision_is_read():
    parameters = jax.tree.map(lambda p: p.astype(jnp.bfloat16), layers((16, 32, 4), 1.4))
    x, y = classes()
    report = knee.diagnose(
        mlp(knee.tanh), (jnp.asarray(x, jnp.bfloat16), x[:, :4]), lambda out, y: jnp.mean((out - y) ** 2),
        parameters=parameters, steps=2, try_remedies=False,
    )  # fmt: skip
    assert "underflow" in report.evidence.first(report.evidence.sites[0])
