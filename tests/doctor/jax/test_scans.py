"""Of a long scan some steps are watched; the others are computed as they were, with what remedies change."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import softknee as knee
from softknee.doctor.jax import walk
from softknee.doctor.jax.step import Function
from softknee.doctor.jax.walk import Edits

from .networks import classes, cross_entropy

NONE = Edits()


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Eight copies of a body are quick to compile."""
    monkeypatch.setattr(walk, "_UNROLLED", 8)


def recurrent(length, reverse=False):
    def apply(p, x):
        rows = jnp.tile(x.reshape(len(x), 4, 4).swapaxes(0, 1), (-(-length // 4), 1, 1))[:length]

        def step(h, row):
            h = knee.tanh(row @ p["w"] + h @ p["u"])
            return h, h

        last, states = jax.lax.scan(step, jnp.zeros((len(x), 8)), rows, reverse=reverse)
        return last @ p["out"] + states.mean(0) @ p["out"]

    return apply


def parameters():
    keys = jax.random.split(jax.random.key(0), 3)
    shapes = {"w": (4, 8), "u": (8, 8), "out": (8, 4)}
    return {name: jax.random.normal(key, shape) / 3 for key, (name, shape) in zip(keys, shapes.items())}


def walked(model, edits=NONE):
    x, y = classes(64)
    loss, out, seen = Function(model, cross_entropy, "model").walk(parameters(), (x, y), edits)
    return float(loss), np.asarray(out), seen


@pytest.mark.parametrize("length", [9, 100])
@pytest.mark.parametrize("reverse", [False, True])
def test_a_long_scan_computes_what_it_did(length, reverse):
    model = recurrent(length, reverse)
    _, out, seen = walked(model)
    np.testing.assert_allclose(out, model(parameters(), classes(64)[0]), rtol=1e-5, atol=1e-6)
    assert len(seen.seen) == 4
    (about,) = seen.unseen
    assert about.startswith(f"of a scan of {length} steps at test_scans.py")


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    "edits",
    [
        Edits(swapped=(("tanh", "relu"),)),
        Edits(normalised=frozenset({"all"})),
        Edits(dropped=frozenset({"all"})),
    ],
    ids=["swapped", "normalised", "dropped"],
)
def test_remedies_reach_the_steps_between(edits, reverse, monkeypatch):
    def edited(model):
        keys = frozenset(site.key for site in walked(model)[2].sites)
        return Edits(edits.swapped, keys if edits.dropped else edits.dropped, keys if edits.normalised else frozenset())

    model = recurrent(20, reverse)
    some = walked(model, edited(model))[1]
    monkeypatch.setattr(walk, "_UNROLLED", 100)
    every = walked(model, edited(model))[1]
    np.testing.assert_allclose(some, every, rtol=1e-4, atol=1e-5)


def test_readings_of_watched_steps_are_those_of_the_whole(monkeypatch):
    def readings():
        report = knee.diagnose(
            recurrent(20), classes(), cross_entropy, parameters=parameters(), steps=1, try_remedies=False
        )
        return report.evidence, [report.evidence.first(site) for site in report.evidence.hidden]

    evidence, some = readings()
    assert any(spot.startswith("of a scan of 20 steps") for spot in evidence.blind_spots)
    monkeypatch.setattr(walk, "_UNROLLED", 20)
    evidence, every = readings()
    assert not any("scan" in spot for spot in evidence.blind_spots)
    for ours, step in zip(some, (0, 6, 12, 19), strict=True):
        for name in ("z_second", "second", "gradient_norm"):
            assert ours[name] == pytest.approx(every[step][name], rel=1e-4), (step, name)
