"""The number of threads: how it is set, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import softknee as knee


@pytest.fixture
def restored():
    before = knee.get_num_threads()
    yield
    knee.set_num_threads(before)


def in_new_process(setting: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "SOFTKNEE_NUM_THREADS"}
    if setting is not None:
        environment["SOFTKNEE_NUM_THREADS"] = setting
    program = "import softknee; print(softknee.get_num_threads())"
    return subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("number", [1, 2, 1024, np.int64(3)])
def test_the_number_is_kept(restored, number):
    knee.set_num_threads(number)
    assert knee.get_num_threads() == number


@pytest.mark.parametrize("number", [0, -1, 1025, 10**30])
def test_a_number_out_of_range_is_refused(number):
    with pytest.raises(knee.ArgumentError, match=rf"^set_num_threads: n = {number} must be from 1 to 1024$"):
        knee.set_num_threads(number)


@pytest.mark.parametrize("number", [2.0, "2", None, True])
def test_what_is_no_integer_is_refused(number):
    with pytest.raises(TypeError, match=r"^set_num_threads: n = .* must be an integer$"):
        knee.set_num_threads(number)


def test_the_first_number_is_that_of_the_usable_cores():
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert in_new_process(None).stdout == f"{usable}\n"


def test_the_environment_variable_comes_first():
    assert in_new_process("7").stdout == "7\n"


@pytest.mark.parametrize("setting", ["0", "-2", "two", "", "2.5", "1025", "99999999999999999999"])
def test_a_bad_environment_variable_is_named(setting):
    done = in_new_process(setting)
    assert f"ImportError: SOFTKNEE_NUM_THREADS={setting}: must be a number from 1 to 1024" in done.stderr
