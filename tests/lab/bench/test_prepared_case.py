"""The contestants of one process: made, tried, given their turns, and let go of."""

import os
import weakref

import numpy as np
import pytest

import softknee
from softknee.lab.bench import prepared_case as module
from softknee.lab.bench.libraries import AbsentError, environment, set_threads
from softknee.lab.bench.plan import BenchmarkCase
from softknee.lab.bench.prepared_case import PreparedCase


def case(function="relu", size=100, dtype="float32", kind="forward"):
    return BenchmarkCase(function, size, dtype, kind, ("numpy", "scipy"))


def test_who_takes_part_has_turns_and_who_does_not_says_why():
    stage = PreparedCase(1, 1.0)
    assert stage.make(case(), ["numpy", "scipy", "copyto"]) == {"scipy": "has no such function"}
    assert stage.turn("numpy", 3) > 0
    assert stage.turn("copyto", 3) > 0
    with pytest.raises(KeyError):
        stage.turn("scipy", 1)


def fake(monkeypatch, calls):
    """Instead of the libraries: `calls` by name, each given the input."""
    monkeypatch.setattr(module, "call_of", lambda library, case, x, threads: lambda: calls[library](x))


def test_whatever_a_library_raises_only_it_is_absent(monkeypatch):
    def broken(x):
        raise RuntimeError("no kernel\nand a long story")

    def absent(x):
        raise AbsentError("is on holiday")

    fake(monkeypatch, {"a": broken, "b": absent, "c": np.abs, "d": lambda x: x.astype(np.float64)})
    reasons = {"a": "fails with RuntimeError: no kernel", "b": "is on holiday", "d": "gives float64 for float32"}
    assert PreparedCase(1, 1.0).make(case(), "abcd") == reasons


def test_the_input_is_made_once_and_calls_are_let_go_of(monkeypatch):
    seen, made = [], []

    def call(x):
        seen.append(id(x))
        made.append(weakref.ref(result := np.abs(x)))
        return result

    samples = []
    monkeypatch.setattr(
        module, "sample", lambda case, scale: samples.append(case.size) or np.ones(case.size, case.dtype)
    )
    kept = []

    def call_of(library, case, x, threads):
        kept.append(weakref.ref(x))
        return lambda: call(x)

    monkeypatch.setattr(module, "call_of", call_of)
    stage = PreparedCase(1, 1.0)
    for function in ("relu", "tanh"):
        stage.make(case(function), "ab")
        stage.clear()
    assert samples == [100]
    assert len(set(seen)) == 1
    stage.make(case(size=200), "a")
    assert samples == [100, 200]
    assert kept[0]() is None  # the old input went before the new one came
    stage.clear()
    with pytest.raises(KeyError):
        stage.turn("a", 1)
    assert all(result() is None for result in made)


def test_threads_are_set_where_a_library_has_a_call_for_it(monkeypatch):
    torch = pytest.importorskip("torch")
    given = []
    monkeypatch.setattr(torch, "set_num_threads", lambda n: given.append(("torch", n)))
    monkeypatch.setattr("softknee.lab.bench.libraries.set_num_threads", lambda n: given.append(("softknee", n)))
    for library in ("numpy", "softknee", "softknee_torch", "compile"):
        set_threads(library, 3)
    assert given == [("softknee", 3), ("torch", 3), ("softknee", 3), ("torch", 3)]
    assert softknee.get_num_threads() >= 1


def test_the_environment_gives_everyone_the_same_threads():
    found = environment(3)
    for name in ("NPROC", "OMP_NUM_THREADS", "NUMEXPR_NUM_THREADS", "SOFTKNEE_NUM_THREADS"):
        assert found[name] == "3"
    assert found.keys().isdisjoint({"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"})  # as people have it
    assert os.environ.get("TORCHINDUCTOR_COMPILE_THREADS") != "1"
