"""Eight Python threads at once: each gets its own numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import ml_dtypes
import numpy as np
import torch

import softknee as knee

from .sample import ELEMENTWISE, same_bits

COUNT = 8
DTYPES = [np.dtype(d) for d in (np.float16, np.float32, np.float64, ml_dtypes.bfloat16)]


def data(at: int, n: int) -> np.ndarray:
    return np.random.default_rng(at).normal(scale=3, size=n)


def test_numpy_calls_at_once():
    """Different functions, dtypes and sizes in each thread, and one array that all of them read."""
    shared = data(0, 150_000).astype(np.float32)
    jobs = []
    for at in range(COUNT):
        f = knee.get(ELEMENTWISE[at])
        arrays = [shared, *(data(at, n).astype(dtype) for dtype in DTYPES for n in (1000, 70_001))]
        jobs.append((f, arrays, [np.asarray(f(x)) for x in arrays]))
    start = Barrier(COUNT)

    def work(at: int) -> bool:
        f, arrays, right = jobs[at]
        start.wait()
        return all(same_bits(np.asarray(f(x)), y) for _ in range(5) for x, y in zip(arrays, right))

    with ThreadPoolExecutor(COUNT) as pool:
        assert list(pool.map(work, range(COUNT))) == [True] * COUNT


def test_torch_gradients_at_once():
    jobs = []
    for at in range(COUNT):
        f, x = knee.get(ELEMENTWISE[at]), torch.from_numpy(data(at, 90_000).astype(np.float32))
        jobs.append((f, x, gradient(f, x)))
    start = Barrier(COUNT)

    def work(at: int) -> bool:
        f, x, right = jobs[at]
        start.wait()
        return all(torch.equal(gradient(f, x), right) for _ in range(5))

    with ThreadPoolExecutor(COUNT) as pool:
        assert list(pool.map(work, range(COUNT))) == [True] * COUNT


def gradient(f: knee.Activation, x: torch.Tensor) -> torch.Tensor:
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x).sum(), x)[0]


def test_the_number_of_threads_may_change_while_others_compute():
    x = data(3, 200_000).astype(np.float32)
    right = np.asarray(knee.mish(x))

    def work(at: int) -> bool:
        found = True
        for k in range(40):
            knee.set_num_threads(1 + (at + k) % 5)
            found &= same_bits(np.asarray(knee.mish(x)), right)
        return found

    with ThreadPoolExecutor(COUNT) as pool:
        assert list(pool.map(work, range(COUNT))) == [True] * COUNT


def test_the_number_of_threads_changes_no_bit():
    for name in ELEMENTWISE:
        for dtype in DTYPES:
            x = data(5, 100_003).astype(dtype)
            results = []
            for threads in (1, 2, 3, 8):
                knee.set_num_threads(threads)
                results.append(np.asarray(knee.get(name)(x)))
            assert all(same_bits(results[0], other) for other in results[1:]), (name, dtype)
