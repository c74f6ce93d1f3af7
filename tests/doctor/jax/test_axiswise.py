"""Axis-wise functions and gates leave a mark in a jaxpr, and read as in torch."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import softknee as knee
from softknee.doctor.statistics import Statistics
from softknee.doctor.torch.statistics import TENSORS

from .networks import classes, cross_entropy, layers


def report_of(model, parameters, loss=cross_entropy, data=None, **options):
    options = {"steps": 4, "try_remedies": False} | options
    return knee.diagnose(model, data or classes(), loss, parameters=parameters, **options)


@pytest.mark.parametrize("name", ["softmax", "softmin", "log_softmax", "sparsemax", "entmax15", "crelu", "maxout"])
def test_softknees_own_are_seen(name):
    def model(p, x):
        return getattr(knee, name)(x @ p["w"]) @ p["v"]

    factor = {"crelu": 2, "maxout": 0.5}.get(name, 1)
    parameters = {"w": jnp.ones((16, 8)), "v": jnp.ones((int(8 * factor), 4))}
    (site,) = report_of(model, parameters).evidence.sites
    assert (site.name, site.shown) == (name, f"softknee.{name}")
    assert "test_axiswise.py" in site.key


@pytest.mark.parametrize("softmax", [knee.softmax, jax.nn.softmax], ids=["softknee", "jax"])
@pytest.mark.parametrize("mapped", [False, True])
def test_softmax_over_one_unit_is_found_and_mended(softmax, mapped):
    def row(p, x):
        return softmax(jnp.tanh(x @ p["w"]) @ p["v"])

    x, y = classes(outputs=2)
    targets = y[:, None].astype(np.float32)
    report = report_of(
        jax.vmap(row, (None, 0)) if mapped else row,
        {"w": jax.random.normal(jax.random.key(0), (16, 8)) / 4, "v": jnp.ones((8, 1))},
        lambda out, y: jnp.mean((out - y) ** 2), (x, targets), try_remedies=True, steps=20,
    )  # fmt: skip
    finding = report.findings[0]
    assert (finding.rule, finding.severity, finding.activation) == ("structure", "critical", "softmax"), str(report)
    assert finding.remedy.startswith("use sigmoid")


def attends(softmax):
    def model(p, x):
        x = knee.gelu(x.reshape(-1, 4, 4) @ p["embed"])
        q, k, v = (t.reshape(-1, 4, 4, 4).swapaxes(1, 2) for t in jnp.split(x @ p["project"], 3, -1))
        y = softmax(q @ k.swapaxes(-2, -1) / 2) @ v
        return y.swapaxes(1, 2).reshape(-1, 64) @ p["head"]

    return model


def attention_parameters(scale):
    keys = jax.random.split(jax.random.key(0), 3)
    project = jax.random.normal(keys[1], (16, 48)) / 4
    return {
        "embed": jax.random.normal(keys[0], (4, 16)) / 2,
        "project": project.at[:, :32].multiply(scale),
        "head": jax.random.normal(keys[2], (64, 4)) / 8,
    }


@pytest.mark.parametrize("softmax", [knee.softmax, jax.nn.softmax], ids=["softknee", "jax"])
@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_attention_is_followed(softmax, scale):
    x, y = classes()
    data = (x, np.random.default_rng(0).integers(0, 4, len(y)))
    report = report_of(attends(softmax), attention_parameters(scale), data=data, steps=12)
    found = [f for f in report.findings if f.activation == "softmax"]
    (site,) = [site for site in report.evidence.sites if site.name == "softmax"]
    assert report.evidence.first(site)["flat"].shape == (4,)
    assert [(f.rule, f.measured) for f in found] == ([("saturated", 1.0)] if scale > 1 else []), str(report)


@pytest.mark.parametrize("shape", [(64, 7), (3, 4, 5, 6), (2, 3, 8)])
def test_readings_agree_with_torchs(shape):
    z = np.random.default_rng(0).normal(0, 4, shape).astype(np.float32)
    z[0, ..., 1:] = -np.inf
    ours, theirs = Statistics(jnp).of_scores(jnp.asarray(z)), TENSORS.of_scores(torch.from_numpy(z))
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        np.testing.assert_allclose(value, theirs[name], rtol=1e-5, atol=1e-6, err_msg=name)


@pytest.mark.parametrize(
    "gate", [knee.glu, jax.nn.glu, lambda x: knee.glu.combine(*jnp.split(x, 2, -1))], ids=["softknee", "jax", "pair"]
)
def test_a_gate_is_judged_by_what_opens_it(gate):
    parameters = layers((16, 32, 4), 1.0)
    parameters[0]["b"] = jnp.where(jnp.arange(32) < 16, 0.0, 20.0)

    def model(p, x):
        return gate(x @ p[0]["w"] + p[0]["b"]) @ p[1]["w"][:16]

    report = report_of(model, parameters)
    (site,) = report.evidence.sites
    assert site.is_factor
    assert not report.evidence.hidden
    assert report.evidence.first(site)["flat"].min() == 1.0


def test_derivatives_of_axiswise_functions_are_the_same_as_unmarked():
    x = jnp.asarray(np.random.default_rng(0).normal(size=(3, 6)), jnp.float32)
    for f in (knee.softmax, knee.entmax15, knee.maxout, knee.crelu):
        g = jax.random.normal(jax.random.key(1), f(x).shape)
        reverse = jax.vjp(f, x)[1](g)[0]
        np.testing.assert_allclose(reverse, f.vjp(x, g), rtol=1e-5, atol=1e-6)
        forward = jax.jvp(f, (x,), (jnp.ones_like(x),))[1]
        np.testing.assert_allclose((forward * g).sum(), reverse.sum(), rtol=1e-4, atol=1e-5)
        assert jax.jit(jax.hessian(lambda t, f=f, g=g: (f(t) * g).sum()))(x).shape == (3, 6, 3, 6)
        # A row alone may be summed in another order than the rows of a table.
        np.testing.assert_allclose(jax.vmap(f)(x), f(x), rtol=1e-6, atol=1e-7)
