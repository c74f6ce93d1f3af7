"""A map of the functions by similarity of shape: neighbours do much the same to a normal input."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .curves import curve, on_a_pair

Array = np.ndarray[Any, np.dtype[np.float64]]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
# The width and height of a curve with its name, on a map of width and height 2.
_ROOM = np.array([0.13, 0.15])
_ROUNDS = 400
_NEAREST = 1e-9  # added to distances, so that none is divided by 0


def positions(functions: Sequence[Any]) -> dict[str, tuple[float, float]]:
    """A place in [-1, 1] x [-1, 1] for each function, by classical scaling of their distances.

    A function counts as its values and slopes at z ~ N(0, 1), shifted and scaled to mean 0 and variance 1; its distance
    to another is the root of the mean square of their difference. Of a gate that is the function of b for a = 1, of one
    along an axis the first output for x = (z, 0).
    """
    named = {function.name: _shape(function) for function in functions}
    places = _spread(_scaled(np.stack(list(named.values()))))
    return {name: (round(float(x), 3), round(float(y), 3)) for name, (x, y) in zip(named, places, strict=True)}


def _shape(function: Any) -> Array:
    """The standardised values and slopes at the quadrature's nodes, each times the root of its weight."""
    root = np.sqrt(_WEIGHTS / _WEIGHTS.sum())
    drawn = curve(function)
    with np.errstate(all="ignore"):
        if drawn is None:
            (value, *_), (slope, *_) = on_a_pair(function, _NODES)
        else:
            value, slope = drawn(_NODES), drawn.derivative(_NODES)
    value, slope = (np.clip(np.nan_to_num(each), -1e6, 1e6) for each in (value, slope))
    mean = float(np.sum(root**2 * value))
    deviation = float(np.sqrt(np.sum(root**2 * (value - mean) ** 2))) or 1.0
    shape: Array = np.concatenate([root * (value - mean), root * slope]) / deviation
    return shape


def _scaled(shapes: Array) -> Array:
    """The shapes by classical scaling to two dimensions: the two directions in which they differ most."""
    centred = shapes - shapes.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    places = np.zeros((len(shapes), 2))
    places[:, : min(2, len(sizes))] = (left * sizes)[:, :2]
    # A direction's sign is arbitrary: the largest coordinate is made positive.
    places *= np.where(places[np.argmax(np.abs(places), axis=0), (0, 1)] < 0, -1.0, 1.0)
    # Most shapes are alike and a few far out: ranks spread the crowd, distances keep the proportions.
    ranks = np.argsort(np.argsort(places, axis=0), axis=0) / max(len(places) - 1, 1) * 2 - 1
    size = np.abs(places).max(axis=0)
    spread: Array = 0.6 * ranks + 0.4 * places / np.where(size > 0, size, 1.0)
    return spread


def _spread(places: Array) -> Array:
    """The places, with those that would cover each other pushed apart."""
    # A small spiral, the same in every run, separates equal places, at the edges too.
    turn = 2.4 * np.arange(len(places))
    spiral = 1e-4 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    for _ in range(_ROUNDS):
        places = places + spiral
        offset = places[:, None] - places[None]
        distance = np.sqrt(((offset / _ROOM) ** 2).sum(axis=-1)) + np.eye(len(places)) + _NEAREST
        push = np.maximum(0.0, 1.0 - distance) / 2 / distance
        np.fill_diagonal(push, 0.0)
        places = np.clip(places + (push[..., None] * offset).sum(axis=1), -1.0, 1.0)
    return places
