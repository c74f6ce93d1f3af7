"""Children of a process whose threads are computing: they compute, too, and right."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch

import softknee as knee
from tests.patience import PATIENCE

X = np.random.default_rng(1).normal(scale=3, size=400_000).astype(np.float32)


def digest(name: str) -> int:
    """A number that depends on every bit of the result."""
    return hash(np.asarray(knee.get(name)(X)).tobytes()) if name != "torch" else torch_digest()


def torch_digest() -> int:
    with torch.no_grad():
        return hash(knee.mish(torch.from_numpy(X)).numpy().tobytes())


def digest_in_child(name: str) -> bytes:
    """For processes that do not share this one's seed of hashes."""
    return np.asarray(knee.get(name)(X)).tobytes()


@contextmanager
def computing(count: int) -> Iterator[Callable[[], int]]:
    """Threads that call the library all the time; yields how many calls they have finished."""
    going, calls = True, [0] * count

    def work(at: int) -> None:
        while going:
            knee.mish(X)
            calls[at] += 1

    threads = [threading.Thread(target=work, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: sum(calls)
    finally:
        going = False
        for thread in threads:
            thread.join()
    assert sum(calls) > 0


def status_of_fork(check: Callable[[], bool]) -> int:
    """The status of a child that ends with 0 if `check` holds there; a deadlock ends it, too."""
    child = os.fork()
    if child == 0:
        signal.alarm(int(PATIENCE))
        try:
            os._exit(0 if check() else 1)
        finally:
            os._exit(2)
    return os.waitpid(child, 0)[1]


@pytest.mark.parametrize("name", ["mish", "gelu", "relu", "torch"])
def test_a_fork_in_the_middle_of_threads_computes(name):
    right = digest(name)
    with computing(3):
        assert [status_of_fork(lambda: digest(name) == right) for _ in range(8)] == [0] * 8
    assert digest(name) == right


def test_a_grandchild_computes():
    right = digest("mish")

    def with_a_child_of_its_own() -> bool:
        return digest("mish") == right and status_of_fork(lambda: digest("mish") == right) == 0

    with computing(2):
        assert status_of_fork(with_a_child_of_its_own) == 0


def test_a_child_has_threads_of_its_own_to_compute_in():
    def at_once() -> bool:
        with computing(3):
            return digest("mish") == right

    right = digest("mish")
    assert status_of_fork(at_once) == 0


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_computes(method):
    right = {name: digest_in_child(name) for name in ("mish", "softplus")}
    with computing(2), multiprocessing.get_context(method).Pool(2) as pool:
        names = ["mish", "softplus"] * 4
        assert pool.map_async(digest_in_child, names).get(timeout=PATIENCE) == [right[name] for name in names]
