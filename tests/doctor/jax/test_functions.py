"""Activations are seen within jit, vmap, checkpoint and scan; what cannot be looked into is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import softknee as knee
from softknee.language.errors import ArgumentError, ArgumentTypeError

from .networks import classes, cross_entropy, layers, mlp

PLAIN = mlp(knee.relu)


def per_sample(parameters, x):
    """As Equinox has it: weights of shape (out, in) times one sample."""
    for layer in parameters[:-1]:
        x = knee.relu(layer["w"].T @ x + layer["b"])
    return parameters[-1]["w"].T @ x + parameters[-1]["b"]


FORMS = {
    "jit": jax.jit(PLAIN),
    "checkpoint": jax.checkpoint(PLAIN),
    "vmap": jax.vmap(PLAIN, (None, 0)),
    "vmap of one sample": jax.vmap(per_sample, (None, 0)),
    "jax.nn": mlp(jax.nn.relu),
}


def readings(model, parameters):
    report = knee.diagnose(model, classes(), cross_entropy, parameters=parameters, steps=2, try_remedies=False)
    return [report.evidence.first(site) for site in report.evidence.sites]


@pytest.fixture(scope="module")
def plain():
    return readings(PLAIN, layers((16, 24, 40, 4), 1.4))


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_of_a_function_read_alike(form, plain):
    parameters = layers((16, 24, 40, 4), 1.4)
    FORMS[form](parameters, classes()[0])  # what is compiled already is seen, too
    found = readings(FORMS[form], parameters)
    assert len(found) == 2
    for mine, his in zip(found, plain):
        assert mine.keys() == his.keys()
        for name in mine:
            np.testing.assert_allclose(mine[name], his[name], rtol=1e-4, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("activation", [knee.relu, jnp.tanh])
def test_units_are_told_from_as_many_samples(activation):
    """A matrix times one sample, under vmap, has the units first; only a sum or softknee's own puts them last."""

    def model(p, x):
        return p[1]["w"].T @ activation(p[0]["w"].T @ x)

    parameters = [{"w": layer["w"]} for layer in layers((16, 64, 4), 1.4)]
    parameters[0]["w"] *= jnp.arange(64)
    (found,) = readings(jax.vmap(model, (None, 0)), parameters)
    (plain,) = readings(lambda p, x: activation(x @ p[0]["w"]) @ p[1]["w"], parameters)
    for name in plain:
        np.testing.assert_allclose(found[name], plain[name], rtol=1e-4, atol=1e-6, err_msg=name)


def test_units_are_told_from_as_many_samples_behind_a_bias():
    parameters = layers((16, 64, 64, 4), 1.4)
    for mine, his in zip(readings(FORMS["vmap of one sample"], parameters), readings(PLAIN, parameters)):
        np.testing.assert_allclose(mine["size"], his["size"], rtol=1e-4)


def test_a_scan_is_read_step_by_step():
    def stacked(p, x):
        h, _ = jax.lax.scan(lambda h, w: (knee.tanh(h @ w), None), x, p["hidden"])
        return h @ p["out"]

    def looped(p, x):
        for w in p["hidden"]:
            x = knee.tanh(x @ w)
        return x @ p["out"]

    hidden = jax.random.normal(jax.random.key(0), (3, 16, 16)) / 4
    parameters = {"hidden": hidden, "out": jnp.ones((16, 4)) * jnp.arange(4) / 16}
    scanned, plain = readings(stacked, parameters), readings(looped, parameters)
    assert len(scanned) == len(plain) == 3
    for mine, his in zip(scanned, plain):
        for name in mine:
            np.testing.assert_allclose(mine[name], his[name], rtol=1e-4, atol=1e-6, err_msg=name)


def test_a_recurrent_network():
    def apply(p, x):
        def step(h, row):
            h = knee.tanh(row @ p["w"] + h @ p["u"])
            return h, h

        start = jnp.zeros((x.shape[0], 8))
        _, states = jax.lax.scan(step, start, jnp.swapaxes(x.reshape(x.shape[0], 4, 4), 0, 1), reverse=True)
        return states[-1] @ p["out"]

    keys = jax.random.split(jax.random.key(0), 3)
    shapes = {"w": (4, 8), "u": (8, 8), "out": (8, 4)}
    parameters = {name: jax.random.normal(key, shape) / 2 for key, (name, shape) in zip(keys, shapes.items())}
    assert len(readings(apply, parameters)) == 4


def test_a_convolution_has_channels_for_units():
    def apply(p, x):
        x = jax.lax.conv_general_dilated(x.reshape(-1, 1, 4, 4), p["k"], (1, 1), "SAME")
        return knee.relu(x).mean((2, 3)) @ p["w"]

    parameters = {
        "k": jax.random.normal(jax.random.key(0), (6, 1, 3, 3)),
        "w": jax.random.normal(jax.random.key(1), (6, 4)),
    }
    (reading,) = readings(apply, parameters)
    assert reading["steepest"].shape == (6,)


def test_parameters_of_an_activation():
    def apply(p, x):
        h = knee.prelu(x @ p["w"], p["a"])
        return knee.leaky_relu(h @ p["v"], negative_slope=0.3)

    parameters = {"w": jnp.ones((16, 8)), "a": jnp.full(8, 0.25), "v": jnp.ones((8, 4))}
    report = knee.diagnose(apply, classes(), cross_entropy, parameters=parameters, steps=1, try_remedies=False)
    first, second = report.evidence.sites
    assert first.reference.parameters == {"weight": 0.25} or 0.25 in first.reference.parameters.values()
    assert second.reference.parameters == {"negative_slope": 0.3}
    assert second.is_output


def test_an_activation_of_ones_own():
    @knee.activation(k=knee.Parameter(2.0))
    def kinked(x, k):
        return knee.where(x > 0, k * x, 0 * x)

    (reading, _) = readings(mlp(lambda x: kinked(x, k=3.0)), layers((16, 8, 8, 4), 1.0))
    assert set(np.unique(reading["steepest"])) <= {0.0, 1.0}


def _while(p, x):
    return jax.lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, knee.tanh(s[1])), (0, x @ p["w"]))[1]


def _cond(p, x):
    return jax.lax.cond(x.sum() > 0, knee.tanh, knee.relu, x @ p["w"])


def _none(p, x):
    return x @ p["w"]


def _numpy(p, x):
    return knee.relu(np.asarray(x) @ p["w"])


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (_while, "has softknee.tanh within while at test_functions.py"),
        (_cond, "within cond"),
        (_none, "has no activation"),
        (_numpy, "cannot be traced by JAX"),
    ],
)
def test_what_cannot_be_watched_is_refused(model, message):
    with pytest.raises(ArgumentError, match=f"diagnose.*model.*{model.__name__}.*{message}"):
        knee.diagnose(model, classes(), cross_entropy, parameters={"w": jnp.ones((16, 4))})


GOOD = {"w": jnp.ones((16, 4))}


def relu_of(p, x):
    return knee.relu(x @ p["w"])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("relu", classes(), cross_entropy, GOOD), ArgumentTypeError, "model.*str.*function"),
        ((relu_of, classes(), "mse", GOOD), ArgumentTypeError, "loss_fn.*str"),
        ((relu_of, classes(), lambda out, y: out.sum(1), GOOD), ArgumentError, r"loss_fn.*shape \[64\].*number"),
        ((relu_of, classes(), lambda out, y: "low", GOOD), ArgumentError, "loss_fn.*str.*number"),
        ((relu_of, classes(), cross_entropy, {"w": "ones"}), ArgumentTypeError, "parameters.*str at w"),
        ((relu_of, classes(), cross_entropy, {"w": np.ones((16, 4), int)}), ArgumentError, "parameters.*int32"),
        ((relu_of, classes(), cross_entropy, {}), ArgumentError, "parameters.*no array"),
        ((relu_of, 3.0, cross_entropy, GOOD), ArgumentTypeError, "batch.*float"),
        ((relu_of, [], cross_entropy, GOOD), ArgumentTypeError, "batch.*list"),
        ((relu_of, (1, "a"), cross_entropy, GOOD), ArgumentTypeError, "batch"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    model, batch, loss_fn, parameters = arguments
    with pytest.raises(error, match=message):
        knee.diagnose(model, batch, loss_fn, parameters=parameters)


def test_an_optimizer_without_its_methods():
    with pytest.raises(ArgumentTypeError, match="optimizer.*float"):
        knee.diagnose(relu_of, classes(), cross_entropy, parameters=GOOD, optimizer=0.1)


def test_whole_numbers_are_inputs_too():
    def apply(p, x):
        return knee.relu(p["table"][x].mean(1) @ p["w"])

    tokens = np.random.default_rng(0).integers(0, 50, (128, 6))
    parameters = {"table": jax.random.normal(jax.random.key(0), (50, 16)), "w": jnp.ones((16, 4))}
    report = knee.diagnose(
        apply, (tokens, tokens[:, 0] % 4), cross_entropy, parameters=parameters, steps=2, try_remedies=False
    )
    assert "embedding" in {node.kind for node in report.evidence.nodes}


def test_what_a_loss_alone_gives_must_be_a_number():
    def model(parameters, batch):
        return relu_of(parameters, batch[0])

    with pytest.raises(ArgumentError, match=r"model.*shape \[64, 4\].*number"):
        knee.diagnose(model, classes(), parameters=GOOD)


def test_a_torch_model_needs_a_loss():
    with pytest.raises(ArgumentError, match="loss_fn.*None"):
        knee.diagnose(relu_of, classes())
