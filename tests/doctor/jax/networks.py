"""Small networks in plain JAX, and data that every sound one of them learns."""

import jax
import jax.numpy as jnp
import numpy as np

import softknee as knee


def layers(sizes, gain, seed=0):
    keys = jax.random.split(jax.random.key(seed), len(sizes))
    return [
        {"w": (gain if k else 1.0) * jax.random.normal(key, (m, n)) / m**0.5, "b": jnp.zeros(n)}
        for k, (key, m, n) in enumerate(zip(keys, sizes, sizes[1:]))
    ]


def mlp(activation):
    def apply(parameters, x):
        for layer in parameters[:-1]:
            x = activation(x @ layer["w"] + layer["b"])
        return x @ parameters[-1]["w"] + parameters[-1]["b"]

    return apply


def cross_entropy(outputs, y):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(outputs), y[:, None], 1))


def classes(n=512, inputs=16, outputs=4):
    random = np.random.default_rng(0)
    centres = random.normal(size=(outputs, inputs))
    y = random.integers(0, outputs, n)
    return (centres[y] + 0.3 * random.normal(size=(n, inputs))).astype(np.float32), y


def diagnosed(activation, parameters, data=None, **options):
    options = {"try_remedies": False, "steps": 16} | options
    return knee.diagnose(mlp(activation), data or classes(), cross_entropy, parameters=parameters, **options)


def found(report):
    return {finding.rule: finding for finding in report.warnings}
