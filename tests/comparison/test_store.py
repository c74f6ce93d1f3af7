"""Finished runs are kept: through kills, by several processes, and never mixed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import softknee as knee
from softknee.comparison import Comparison, store, train
from softknee.comparison.builtin_problem import problem_of
from softknee.comparison.plan import Plan, Run, make_plan, tasks_named
from softknee.comparison.result import Result
from tests.patience import PATIENCE, becomes


def compared(out: Path, activations: Any = ("relu", "mish"), **arguments: Any) -> Comparison:
    arguments = {"tasks": ["wine"], "epochs": 1, "rate": 1e-3, "seeds": 2, "progress": False, "workers": 1, **arguments}
    return knee.compare(activations=activations, out=out, **arguments)


def planned(activations: Any = ("relu", "mish"), seeds: int = 2) -> Plan:
    return make_plan([problem_of(task) for task in tasks_named(["wine"])], activations, seeds, 1)


def runs_of(plan: Plan) -> list[Run]:
    return plan.final({("wine", choice.label): 1e-3 for choice in plan.choices})


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs that are trained from now on."""
    real, done = train.train, []

    def noted(run: Run, problem: Any) -> Result:
        done.append(run)
        return real(run, problem)

    monkeypatch.setattr(train, "train", noted)
    return done


def kept(folder: Path) -> list[tuple[Any, ...]]:
    path = folder / "runs.sqlite"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path, timeout=PATIENCE)) as file:
        if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
            return []
        return file.execute("SELECT key, task, activation, seed, stage FROM runs").fetchall()


# -- going on ------------------------------------------------------------------------------
def test_the_same_call_does_nothing_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compared(tmp_path)
    done = counted(monkeypatch)
    again = compared(tmp_path)
    assert done == []
    assert again.done_before == 4
    key = lambda r: (r.activation, r.seed)
    assert [r.as_json() for r in sorted(again.results, key=key)] == [
        r.as_json() for r in sorted(first.results, key=key)
    ]


def test_seeds_and_activations_are_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared(tmp_path)
    done = counted(monkeypatch)
    more = compared(tmp_path, ["relu", "mish", "tanh"], seeds=3)
    assert Counter(run.choice.label for run in done) == {"relu": 1, "mish": 1, "tanh": 3}
    assert len(more.results) == 9


def test_a_failed_run_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared(tmp_path, ["softmax2d"])
    done = counted(monkeypatch)
    assert all("softmax2d" in result.reason for result in compared(tmp_path, ["softmax2d"]).results)
    assert done == []


def test_an_interrupted_run_is_not_kept_and_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(run: Run, problem: Any) -> Result:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(train, "train", stopped)
        assert compared(tmp_path).interrupted
    done = counted(monkeypatch)
    compared(tmp_path)
    assert len(done) == 4


# -- killed --------------------------------------------------------------------------------
SCRIPT = """
import sys, softknee as knee
knee.compare(activations=["relu", "mish", "tanh"], tasks=["wine"], seeds=int(sys.argv[2]), epochs=2, rate=1e-3,
             out=sys.argv[1], workers=int(sys.argv[3]), progress=False)
"""


def start(folder: Path, seeds: int, workers: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), str(seeds), str(workers)])


def wait_for(folder: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    assert becomes(lambda: len(kept(folder)) >= count or process.poll() is not None)
    assert process.poll() is None


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_kill_9_loses_what_is_in_flight_alone(tmp_path: Path) -> None:
    for count in (1, 6):
        process = start(tmp_path, 5, 2)
        wait_for(tmp_path, count, process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert len(kept(tmp_path)) >= count
    assert start(tmp_path, 5, 1).wait(timeout=PATIENCE) == 0
    found = kept(tmp_path)
    assert len(found) == 15
    assert Counter((activation, seed) for _, _, activation, seed, _ in found) == {
        (name, seed): 1 for name in ("relu", "mish", "tanh") for seed in range(5)
    }


def test_several_processes_share_the_work(tmp_path: Path) -> None:
    """Each run is trained once: the trained ones add up to the plan."""
    script = (
        "import sys; from softknee.comparison import train; real = train.train; done = []\n"
        "def noted(run, problem):\n    done.append(run); return real(run, problem)\n"
        "train.train = noted\n" + SCRIPT + "print(len(done))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path), "6", "1"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    counts = [int(process.communicate(timeout=PATIENCE)[0]) for process in processes]
    assert sum(counts) == 18
    assert len(kept(tmp_path)) == 18


# -- one run, one process ------------------------------------------------------------------
def test_a_run_is_taken_by_one(tmp_path: Path) -> None:
    plan = planned()
    one, other = (store.Store(tmp_path / "runs.sqlite", plan) for _ in range(2))
    first, second = runs_of(plan)[:2]
    assert one.take(first) and not other.take(first) and other.take(second)
    one.add(first, Result("wine", "relu", 0, score=0.5))
    assert not one.take(first) and not other.take(first)
    assert other.found([first])[first].score == 0.5


def test_what_the_dead_have_taken_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned()
    path = tmp_path / "runs.sqlite"
    here, run = store.Store(path, plan), runs_of(plan)[0]

    def taken_by(owner: str, ago: float) -> bool:
        with closing(sqlite3.connect(path)) as file, file:
            file.execute("REPLACE INTO taken VALUES (?, ?, ?)", (here.key(run), owner, time.time() - ago))
        return here.take(run)

    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    name = store.socket.gethostname()
    assert not taken_by(f"{name} {os.getpid()} 1", 0)
    assert taken_by(f"{name} {gone.pid} 1", 0)
    assert not taken_by(f"elsewhere {gone.pid} 1", 0)
    assert taken_by(f"elsewhere {gone.pid} 1", store.STALE + 1)


def test_the_living_are_heard_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_BEAT", 0.05)
    plan = planned()
    path = tmp_path / "runs.sqlite"

    def heard() -> float:
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as file:
            return float(file.execute("SELECT heard FROM taken").fetchone()[0])

    with store.Store(path, plan) as here:
        here.take(runs_of(plan)[0])
        first = heard()
        assert becomes(lambda: heard() != first)
    with closing(sqlite3.connect(path)) as file:
        assert not file.execute("SELECT * FROM taken").fetchall()


# -- never mixed ---------------------------------------------------------------------------
def test_another_definition_under_the_same_name_is_refused(tmp_path: Path) -> None:
    def bent(slope: float) -> Any:
        if slope == 0.5:

            @knee.activation
            def leaning(x):  # type: ignore[no-untyped-def]
                return knee.where(x > 0, x, x / 2)
        else:

            @knee.activation
            def leaning(x):  # type: ignore[no-untyped-def]
                return knee.where(x > 0, x, x / 4)

        return leaning

    compared(tmp_path, [bent(0.5)])
    compared(tmp_path, [bent(0.5)])
    with pytest.raises(knee.ArgumentError, match="another definition of activation 'leaning'"):
        compared(tmp_path, [bent(0.25)])


def test_other_versions_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared(tmp_path)
    found = store.fingerprint.versions()
    monkeypatch.setattr(store.fingerprint, "versions", lambda: {**found, "torch": "9.9"})
    with pytest.raises(knee.ArgumentError, match="torch 2.*, not 9.9"):
        compared(tmp_path)


def test_another_rate_or_length_is_another_run(tmp_path: Path) -> None:
    compared(tmp_path)
    compared(tmp_path, rate=1e-2)
    compared(tmp_path, epochs=2)
    assert len(kept(tmp_path)) == 12


# -- files that are not ours ---------------------------------------------------------------
def test_a_corrupt_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite").write_bytes(b"not a database, certainly" * 100)
    with pytest.raises(knee.ArgumentError, match=r"runs.sqlite' cannot be used: file is not a database"):
        compared(tmp_path)


def test_a_foreign_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as file, file:
        file.execute("CREATE TABLE runs (mine TEXT)")
    before = (tmp_path / "runs.sqlite").read_bytes()
    with pytest.raises(knee.ArgumentError, match="database of something else"):
        compared(tmp_path)
    assert (tmp_path / "runs.sqlite").read_bytes() == before


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    compared(tmp_path)
    path = tmp_path / "runs.sqlite"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(knee.ArgumentError, match="cannot be used"):
        compared(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """A limit on the size of files, which to SQLite is a full disk: what is kept stays."""
    import resource

    compared(tmp_path)
    path = tmp_path / "runs.sqlite"
    size = path.stat().st_size

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    command = [sys.executable, "-c", SCRIPT, str(tmp_path), "20", "1"]
    done = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ArgumentError: compare: out = " in done.stderr
    assert "cannot be used" in done.stderr
    assert len(kept(tmp_path)) >= 4
    assert all(json.dumps(row) for row in kept(tmp_path))
