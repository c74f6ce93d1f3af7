"""Signals that arrive during a long call: they reach Python's main thread, and the numbers are right."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import takewhile

import numpy as np
import pytest
import torch

import softknee as knee
from tests.patience import PATIENCE

from .sample import same_bits

X = np.random.default_rng(0).normal(scale=3, size=3_000_000).astype(np.float32)


class StopError(Exception):
    """What the tests' handlers raise."""


def calls_until(enough: Callable[[], bool]) -> Iterator[int]:
    """Turns of a loop; an alarm is due each millisecond, and thousands of calls without enough of them are a fault."""
    return takewhile(lambda _: not enough(), range(10_000))


@pytest.fixture
def alarms() -> Iterator[list[str]]:
    """An alarm each millisecond; the list takes the names of the threads that handled one."""
    seen: list[str] = []
    before = signal.signal(signal.SIGALRM, lambda *_: seen.append(threading.current_thread().name))
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    yield seen
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_alarms_during_calls_are_handled_and_change_nothing(alarms):
    right = knee.mish(X)
    signal.setitimer(signal.ITIMER_REAL, 0)
    alarms.clear()
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    for _ in calls_until(lambda: len(alarms) >= 20):
        assert same_bits(knee.mish(X), right)
    assert len(alarms) >= 20
    assert set(alarms) == {threading.main_thread().name}


def test_alarms_during_torchs_backward(alarms):
    x = torch.from_numpy(X[:300_000]).requires_grad_()
    right = torch.autograd.grad(knee.mish(x).sum(), x)[0]
    for _ in calls_until(lambda: len(alarms) >= 20):
        assert torch.equal(torch.autograd.grad(knee.mish(x).sum(), x)[0], right)
    assert len(alarms) >= 20


def test_a_handler_that_raises_leaves_things_sane():
    right = knee.gelu(X)

    def stop(*_: object) -> None:
        raise StopError

    before = signal.signal(signal.SIGALRM, stop)
    try:
        for delay in (0.0001, 0.001, 0.004):
            with pytest.raises(StopError):
                signal.setitimer(signal.ITIMER_REAL, delay)
                for _ in range(10_000):
                    knee.gelu(X)
            assert same_bits(knee.gelu(X), right)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_an_interrupt_from_the_keyboard_ends_a_long_call():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    interrupt = threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGINT))
    try:
        with pytest.raises(KeyboardInterrupt):
            interrupt.start()
            for _ in range(10_000):
                knee.mish(X)
    finally:
        interrupt.join()
        signal.signal(signal.SIGINT, before)
    assert same_bits(knee.relu(X), np.maximum(X, 0))


# A job in the background of a shell, which may be what runs these tests, starts with SIGINT ignored.
PROGRAM = """
import signal, numpy as np, softknee as knee
signal.signal(signal.SIGINT, signal.default_int_handler)
knee.set_num_threads(4)
x = np.zeros(2_000_000, np.float32)
knee.mish(x)
print("ready", flush=True)
while True:
    knee.mish(x)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_process_with_workers_ends_when_told_to(number):
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            process.send_signal(number)
            _, said = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode == -number
    assert (b"KeyboardInterrupt" in said) == (number == signal.SIGINT)
