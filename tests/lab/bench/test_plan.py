"""The plan of a benchmark: arguments are checked and spelled out as cases."""

import math

import pytest

import softknee as knee
from softknee.lab.bench.plan import DTYPES, LIBRARIES, MLP, BenchmarkCase, make_plan


def test_what_is_asked_is_what_is_measured():
    plan = make_plan(["swish-1", "silu", "relu"], [1e3, 10], ["float64"], ["numpy", "torch"], ["forward"], 1)
    assert [(c.function, c.size, c.dtype, c.kind) for c in plan.cases] == [
        (f, size, "float64", "forward") for size in (1000, 10) for f in ("silu", "relu")
    ]
    assert {c.peers for c in plan.cases} == {("torch", "numpy")}
    assert (plan.threads, plan.scale) == (1, 1.0)


def test_by_default_it_also_measures_what_the_page_shows():
    cases = make_plan().cases
    assert len({c.function for c in cases} - {MLP}) == 16
    assert {c.size for c in cases if c.kind == "both"} == {10, 1_000, 100_000, 1_000_000, 30_000_000}
    assert {c.dtype for c in cases if c.size == 1_000_000 and c.function == "prelu"} == set(DTYPES)
    assert {c.size for c in cases if c.function == "mish" and c.kind == "forward"} >= {100, 10_000_000}
    assert {c.peers for c in cases if c.size == 10} == {tuple(p for p in LIBRARIES if p != "compile")}
    assert sum(c.function == MLP for c in cases) == 1
    assert next(c for c in cases if c.size == 30_000_000).peers == LIBRARIES
    assert len(set(cases)) == len(cases)


def test_who_may_take_part():
    def libraries(function, kind, peers=LIBRARIES):
        return BenchmarkCase(function, 10, "float32", kind, peers).libraries

    ours, copies = ("softknee", "softknee_out", "softknee_torch"), ("copy", "copyto")
    training = ("softknee_torch", "softknee_nodes")
    assert libraries("relu", "forward") == (*ours, "softknee_high", *LIBRARIES, *copies)
    assert libraries("relu", "forward", ("jax",)) == (*ours, "softknee_high", "jax", *copies)
    assert BenchmarkCase("relu", 10, "float16", "forward", ("jax",)).libraries == (*ours, "jax", *copies)
    assert libraries("relu", "both") == (*training, "torch", "compile", "jax", "torch_activation", *copies)
    assert libraries(MLP, "both", ("torch",)) == ("softknee_torch", "torch")


def test_effort_grows_with_the_size_and_with_compiling():
    small, large = (
        BenchmarkCase("relu", 10, "float32", "both", ("torch",)),
        BenchmarkCase("relu", 10**8, "float32", "both", ("torch",)),
    )
    assert 0 < small.effort < large.effort
    assert small.effort < BenchmarkCase("relu", 10, "float32", "both", ("torch", "compile")).effort


def test_a_quick_run_is_smaller_and_rounds_can_be_chosen():
    quick, whole = make_plan(quick=True), make_plan()
    assert max(c.size for c in quick.cases) < max(c.size for c in whole.cases)
    assert quick.pace.span < whole.pace.span
    assert make_plan(rounds=9).pace.rounds == 9
    assert make_plan(rounds=9).pace.span == whole.pace.span


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"sizes": [0]}, "size = 0 must be"),
        ({"sizes": [1.5]}, "size = 1.5 must be a whole number"),
        ({"sizes": [math.inf]}, "size = inf must be"),
        ({"sizes": ["1e3"]}, "size = '1e3' must be a number"),
        ({"dtypes": ["float8"]}, "dtype = 'float8' is not one of float16"),
        ({"peers": ["tensorflow"]}, "peers = 'tensorflow' is not one of torch"),
        ({"peers": []}, r"peers = \[\] must name at least one"),
        ({"passes": ["backward"]}, "pass = 'backward' is not one of forward, both"),
        ({"threads": 0}, "threads = 0 must be at least 1"),
        ({"threads": 10**6}, "threads = 1000000 is more than"),
        ({"threads": 1.0}, "threads = 1.0 must be an integer"),
        ({"rounds": 0}, "rounds = 0 must be at least 1"),
        ({"scale": 0.0}, "scale = 0.0 must be a positive number"),
        ({"scale": math.nan}, "scale = nan must be"),
    ],
)
def test_bad_input(asked, message):
    with pytest.raises(knee.ArgumentError, match=f"^bench: {message}"):
        make_plan(["relu"], **asked)


def test_an_unknown_function():
    with pytest.raises(knee.UnknownActivationError, match="did you mean relu"):
        make_plan(["rellu"])
