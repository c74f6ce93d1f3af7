"""The findings in plain JAX: faults are named with their causes, sound networks are left alone."""

import copy
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import softknee as knee

from .networks import classes, cross_entropy, diagnosed, found, layers, mlp


def test_a_sound_network_is_healthy():
    parameters = layers((16, 64, 64, 4), knee.relu.gain())
    report = diagnosed(knee.relu, parameters, steps=30)
    assert report.verdict == "healthy"
    assert [site.name for site in report.evidence.sites] == ["relu", "relu"]
    line = r"layer 1: softknee.relu at networks.py:\d+"
    assert re.fullmatch(line, report.evidence.sites[0].key)
    assert not report.evidence.blind_spots
    assert "healthy" in str(report)


def test_dead_units_are_found_and_mended():
    parameters = layers((16, 64, 64, 4), knee.relu.gain())
    parameters[1]["b"] -= 50.0
    before = jax.tree.map(np.array, parameters)
    report = diagnosed(knee.relu, parameters, steps=30, try_remedies=True)
    dead = found(report)["dead"]
    assert (dead.severity, dead.cause, dead.measured) == ("critical", "init", 1.0)
    assert dead.layer.startswith("layer 2")
    assert dead.remedy.startswith("initialise")
    assert "gone" in dead.tried
    assert all(np.array_equal(a, b) for a, b in zip(jax.tree.leaves(before), jax.tree.leaves(parameters)))


def test_a_deep_sigmoid_network_vanishes():
    report = diagnosed(knee.sigmoid, layers((16, *[32] * 10, 4), 1.0))
    vanishing = found(report)["vanishing"]
    assert vanishing.layer.startswith("layer 1")
    assert vanishing.cause in ("init", "structure")


def test_huge_weights_are_found():
    """As information only: the loss falls, from millions."""
    report = diagnosed(knee.relu, layers((16, *[64] * 5, 4), 30.0))
    causes = {finding.rule: finding.cause for finding in report.findings}
    assert causes["init"] == causes["exploding"] == "init"
    (init,) = (finding for finding in report.findings if finding.rule == "init")
    assert "of the 1.414 that keeps the signal" in init.message
    report = diagnosed(knee.tanh, layers((16, 64, 64, 4), 50.0), steps=6)
    assert any((f.rule, f.cause) == ("saturated", "init") for f in report.findings)


class Rate:
    """Gradient descent with optax's methods."""

    def __init__(self, rate):
        self.rate = rate

    def init(self, parameters):
        return ()

    def update(self, gradients, state, parameters=None):
        return jax.tree.map(lambda g: -self.rate * g, gradients), state


def test_a_learning_rate_that_is_too_high_is_the_cause():
    report = diagnosed(
        knee.relu, layers((16, 64, 64, 4), knee.relu.gain()), optimizer=Rate(1e2), steps=30, try_remedies=True
    )
    causes = {f.rule: f.cause for f in report.warnings}
    assert "learning rate" in causes.values()
    assert {"non-finite", "dead", "step-size"} & set(causes)
    assert any("learning rate" in f.remedy and f.tried for f in report.warnings)


def test_inputs_of_the_wrong_size_are_standardised():
    x, y = classes()
    report = diagnosed(
        knee.relu, layers((16, 64, 4), 1.4), (1e6 * x, y), steps=12, try_remedies=True, optimizer=Rate(1e-2)
    )
    finding = report.warnings[0]
    assert finding.cause == "data scale"
    assert finding.remedy.startswith("standardise")
    assert "->" in finding.tried


def test_nan_in_the_data():
    x, y = classes()
    x[3, 2] = np.nan
    report = diagnosed(knee.relu, layers((16, 32, 4), 1.4), (x, y), steps=4)
    assert report.findings[0].rule == "non-finite"
    assert report.findings[0].layer == "the input"


def test_layers_without_an_activation_between():
    def apply(p, x):
        return knee.relu(x @ p["a"]) @ p["b"] @ p["c"]

    a, b, c = (p["w"] for p in layers((16, 32, 32, 4), 1.4))
    report = knee.diagnose(
        apply, classes(), cross_entropy, parameters={"a": a, "b": b, "c": c}, steps=4, try_remedies=False
    )
    structure = found(report)["structure"]
    assert structure.layer == "c"
    assert "after b" in structure.message


def test_outputs_that_cannot_reach_the_targets():
    def apply(p, x):
        return knee.relu(knee.tanh(x @ p[0]["w"]) @ p[1]["w"])

    x, _ = classes()
    report = knee.diagnose(
        apply, (x, x[:, :1]), lambda out, y: jnp.mean((out - y) ** 2), parameters=layers((16, 32, 1), 1.0), steps=30
    )
    structure = found(report)["structure"]
    assert structure.activation == "relu"
    assert structure.remedy == "drop the relu at the output"
    assert "->" in structure.tried or "none of it helped" in structure.tried


def binary(z, y):
    return jnp.mean(jax.nn.softplus(z) - z * y)


def binary_by_log_sigmoid(z, y):
    z = z.reshape(-1)
    return -jnp.mean(y[:, 0] * jax.nn.log_sigmoid(z) + (1 - y[:, 0]) * jax.nn.log_sigmoid(-z))


def categorical(z, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y.astype(int), 1))


def of_probabilities(p, y):
    return -jnp.mean(y * jnp.log(p + 1e-6) + (1 - y) * jnp.log(1 - p + 1e-6))


@pytest.mark.parametrize(
    ("last", "loss", "outputs", "again"),
    [
        (jax.nn.sigmoid, binary, 1, True),
        (knee.sigmoid, binary_by_log_sigmoid, 1, True),
        (jax.nn.softmax, categorical, 2, True),
        (knee.sigmoid, of_probabilities, 1, False),
        (lambda z: z, binary, 1, False),
        (lambda z: z, categorical, 2, False),
    ],
)
def test_an_activation_that_the_loss_applies_again(last, loss, outputs, again):
    def apply(p, x):
        return last(knee.relu(x @ p[0]["w"]) @ p[1]["w"])

    x, _ = classes()
    y = (x[:, :1] > 0).astype(np.float32)
    report = knee.diagnose(apply, (x, y), loss, parameters=layers((16, 64, outputs), 1.4))
    structure = found(report).get("structure")
    assert (structure is not None) == again
    if structure is not None:
        assert "again" in structure.message
        assert structure.remedy == f"drop the {structure.activation or structure.remedy.split()[2]} at the output"
        assert structure.tried.startswith("structure 1 -> gone")


def test_a_norm_is_no_gate():
    def apply(p, x):
        for layer in p[:-1]:
            x = knee.relu(x @ layer["w"])
            x = (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-5)
        return x @ p[-1]["w"]

    report = knee.diagnose(
        apply, classes(), cross_entropy, parameters=layers((16, 32, 32, 4), 1.0), steps=4, try_remedies=False
    )
    assert len(report.evidence.hidden) == 2
    assert "norm" in {node.kind for node in report.evidence.nodes}


def test_a_gate_is_no_hidden_layer():
    def apply(p, x):
        h = x @ p[0]["w"]
        return (h * knee.sigmoid(x @ p[0]["w"])) @ p[1]["w"]

    report = knee.diagnose(
        apply, classes(), cross_entropy, parameters=layers((16, 32, 4), 1.0), steps=4, try_remedies=False
    )
    (site,) = report.evidence.sites
    assert site.is_factor
    assert not report.evidence.hidden


def test_several_seeds():
    report = diagnosed(knee.relu, lambda key: _killed(key), seeds=2, steps=12)
    assert report.seeds == 2
    assert "on 2 of 2 seeds" in found(report)["dead"].message


def _killed(key):
    parameters = copy.deepcopy(layers((16, 32, 32, 4), 1.4, seed=int(jax.random.randint(key, (), 0, 100))))
    parameters[0]["b"] -= 50.0
    return parameters


def test_a_loss_alone():
    x, y = classes()

    def loss(parameters, batch):
        return cross_entropy(mlp(knee.relu)(parameters, batch["x"]), batch["y"])

    report = knee.diagnose(loss, {"x": x, "y": y}, parameters=layers((16, 32, 32, 4), 1.4), steps=16)
    assert report.verdict == "healthy"
    assert len(report.evidence.hidden) == 2
    # Of n squares in float32, in whatever order: n roundings of 2^-24 at most, which the root halves.
    exact = np.sqrt(np.mean(x[:64].astype(np.float64) ** 2))
    assert float(report.evidence.data["rms"]) == pytest.approx(exact, rel=x[:64].size * 2.0**-25)
