"""The C thread pool `native/engine/pool.c`: every element once, from any thread, in forks, under a sanitizer."""

from __future__ import annotations

import ctypes
import subprocess
from itertools import product
from pathlib import Path

import pytest

from tests.patience import PATIENCE

from . import INCLUDES, NATIVE

HERE = Path(__file__).resolve().parent
SOURCES = [str(NATIVE / "engine/pool.c"), str(HERE / "pool_under_test.c")]
FLAGS = ["-std=c11", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-pthread", "-DSOFTKNEE_THREADS", *INCLUDES]


def build(target: Path, *flags: str) -> Path:
    subprocess.run(["cc", *FLAGS, *SOURCES, *flags, "-o", str(target), "-lm"], check=True)
    return target


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    library = ctypes.CDLL(str(build(tmp_path_factory.mktemp("pool") / "pool.so", "-shared", "-fPIC")))
    library.run.argtypes = [ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_int, ctypes.c_int]
    assert library.pool_start()
    return library


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_every_element_is_visited_once(pool, threads):
    pool.has_help(threads, 1)  # starts the workers in the ordinary rounding mode: a call must bring its own
    sizes, grains = [0, 1, 2, 63, 64, 65, 1000, 4096, 99_999], [1, 2, 7, 64, 100_000]
    wrong = [(n, grain) for n, grain in product(sizes, grains) if pool.run(n, grain, threads, 0)]
    assert wrong == []


def test_a_call_within_a_task_runs_where_it_is_made(pool):
    assert pool.run(5000, 10, 3, 40) == 0


def test_workers_help_if_more_than_one_thread_is_asked_for(pool):
    assert pool.has_help(2, 1000)
    assert not pool.has_help(1, 3)
    assert pool.has_help(3, 1000)


def test_threads_at_once_all_get_their_work_done(pool):
    assert pool.run_at_once(8) == 0


def test_forked_children_start_workers_of_their_own(pool):
    assert pool.run_in_forks(20) == 0


def test_fewer_workers_do_where_the_system_gives_none(pool, tmp_path):
    """`ulimit -v` leaves no room for the stack of a thousand workers."""
    program = build(tmp_path / "program")
    done = subprocess.run(["sh", "-c", f"ulimit -v 100000; exec {program} --no-fork"], timeout=PATIENCE)
    assert done.returncode == 0


@pytest.mark.parametrize("sanitizer", ["thread", "address,undefined"])
def test_the_pool_is_clean_under_sanitizers(tmp_path, sanitizer):
    program = build(tmp_path / "program", f"-fsanitize={sanitizer}", "-fno-sanitize-recover=all")
    # The sanitizers' own runtimes keep locks that a child of several threads inherits as held.
    done = subprocess.run([str(program), "--no-fork"], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")
