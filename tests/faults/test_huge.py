"""More elements than 32 bits count: `make huge` runs these, where the memory is there."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
import torch

import softknee as knee

from .sample import same_bits

pytestmark = pytest.mark.huge

N = 3_000_000_000
# No divisor of 2^31 or 2^32: an index that wraps around meets another number.
PERIOD = 65_521
PART = PERIOD * 512


def pattern() -> np.ndarray:
    return np.random.default_rng(0).normal(scale=3, size=PERIOD).astype(ml_dtypes.bfloat16)


def repeated(period: np.ndarray, n: int) -> np.ndarray:
    found = np.empty(n, period.dtype)
    tile = np.tile(period, PART // PERIOD)
    for start in range(0, n, PART):
        found[start : start + PART] = tile[: n - start]
    return found


def is_repeated(found: np.ndarray, period: np.ndarray) -> bool:
    tile = np.tile(period, PART // PERIOD)
    return all(
        same_bits(found[start : start + PART], tile[: len(found) - start]) for start in range(0, len(found), PART)
    )


def test_three_billion_elements_in_place():
    period = pattern()
    x = repeated(period, N)
    knee.relu(x, out=x)
    assert is_repeated(x, np.asarray(knee.relu(period)))


def test_three_billion_elements_into_fresh_memory():
    period = pattern()
    result = np.asarray(knee.mish(repeated(period, N)))
    assert is_repeated(result, np.asarray(knee.mish(period)))


def test_three_billion_elements_backwards():
    period = pattern()
    x = repeated(period, N)
    knee.relu(x[::-1], out=x[::-1])
    assert is_repeated(x, np.asarray(knee.relu(period)))


def test_a_tensor_of_three_billion_elements():
    period = pattern()
    x = torch.from_numpy(repeated(period, N).view(np.uint16)).view(torch.bfloat16)
    with torch.no_grad():
        result = knee.relu(x)
    assert result.shape == (N,)
    assert is_repeated(result.view(torch.uint16).numpy().view(ml_dtypes.bfloat16), np.asarray(knee.relu(period)))
