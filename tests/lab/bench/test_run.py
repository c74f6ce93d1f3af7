"""Runs: with fake workers that share the test's process, and one with the real ones."""

import signal
from functools import partial
from io import StringIO

import pytest
from rich.console import Console

from softknee.lab.bench.clock import LostError, timed
from softknee.lab.bench.plan import COPIES, HIGH, LIBRARIES, OURS, TRAINING_ONLY, make_plan
from softknee.lab.bench.run import run
from softknee.lab.bench.terminal import tracked
from softknee.lab.bench.worker_pool import FAMILIES, WorkerPool, started
from softknee.language.errors import SoftkneeError


class Works:
    """A clock for all, and workers that note what they are told; `crashing` libraries end their worker."""

    def __init__(self, absent=(), crashing=(), crashing_at_once=()):
        self.now, self.told, self.workers = 0.0, [], []
        self.absent, self.crashing, self.crashing_at_once = absent, crashing, crashing_at_once

    def crew(self):
        return WorkerPool(lambda: Worker(self))


class Worker:
    def __init__(self, works):
        self.works, self.is_closed, self.question = works, False, None
        works.workers.append(self)

    def begin(self, *message):
        assert self.question is None, "asked before it has answered"
        assert not self.is_closed
        self.question = message

    def answer(self, within):
        (what, *given), self.question = self.question, None
        self.works.told.append((self, what, *given))
        return getattr(self, what)(*given)

    def ask(self, *message, within):
        self.begin(*message)
        return self.answer(within)

    def close(self):
        self.is_closed = True

    def make(self, case, libraries):
        if set(libraries) & set(self.works.crashing_at_once):
            raise LostError("crashed with SIGSEGV")
        return {library: "is not installed" for library in libraries if library in self.works.absent}

    def turn(self, library, count):
        if library in self.works.crashing:
            raise LostError("crashed with SIGBUS")

        def call():
            self.works.now += 1e-3

        return timed(call, count, lambda: self.works.now)

    def clear(self):
        pass


def small(functions=("relu", "tanh"), sizes=(10,), peers=LIBRARIES, kinds=("forward",), rounds=3):
    return make_plan(functions, sizes, None, peers, kinds, 1, rounds)


def libraries_of(outcome):
    return {f: [r.library for r in outcome.results if r.function == f] for f in ("relu", "tanh")}


FORWARD = [library for library in (*OURS, HIGH, *LIBRARIES, *COPIES) if library not in TRAINING_ONLY]


def test_every_library_belongs_to_one_family():
    assert sorted(library for family in FAMILIES for library in family) == sorted((*OURS, HIGH, *LIBRARIES, *COPIES))


def test_a_worker_for_each_family_started_once_and_ended():
    works = Works()
    outcome = run(small(sizes=(10, 20)), crew=works.crew())
    assert len(works.workers) == len(FAMILIES) - len(TRAINING_ONLY)
    assert all(worker.is_closed for worker in works.workers)
    assert libraries_of(outcome) == dict.fromkeys(("relu", "tanh"), FORWARD * 2)
    assert {(r.rounds, round(r.median, 9)) for r in outcome.results} == {(3, 1e-3)}
    assert outcome.absent == {}
    assert not outcome.interrupted


def test_only_who_is_asked_for_is_started_and_only_when_it_is():
    works = Works()
    crew = works.crew()
    assert works.workers == []
    run(small(peers=("numpy",)), crew=crew)
    assert len(works.workers) == 5  # softknee, softknee high, softknee torch, NumPy and the copies


def test_every_worker_lets_go_of_a_case_before_the_next_one():
    works = Works()
    run(small(), crew=works.crew())
    for worker in works.workers:
        order = [what for one, what, *_ in works.told if one is worker and what != "turn"]
        assert order == ["make", "clear"] * 2


def test_turns_alternate_between_workers_and_the_first_changes():
    works = Works()
    run(small(["relu"], peers=("numpy", "jax")), crew=works.crew())
    turns = [given[0] for _, what, *given in works.told if what == "turn" and given[1] == 15]
    names = ["softknee", "softknee_out", "softknee_torch", HIGH, "jax", "numpy", "copy", "copyto"]
    assert turns == [*names, *names[1:], *names[:1], *names[2:], *names[:2]]


def test_who_is_absent_is_noted_with_the_reason():
    works = Works(absent=("jax",))
    outcome = run(small(), crew=works.crew())
    assert outcome.absent == {"jax": {"is not installed": ["relu", "tanh"]}}
    assert "jax" not in libraries_of(outcome)["tanh"]
    assert "numpy" in libraries_of(outcome)["tanh"]


@pytest.mark.parametrize("when", ["crashing", "crashing_at_once"])
def test_a_crash_takes_its_worker_out_and_the_run_goes_on(when):
    works = Works(**{when: ("scipy",)})
    outcome = run(small(), crew=works.crew())
    reason = {"crashed with SIGBUS" if when == "crashing" else "crashed with SIGSEGV": ["relu", "tanh"]}
    assert outcome.absent == dict.fromkeys(("numpy", "scipy", "copyto"), reason)
    here = [library for library in FORWARD if library not in outcome.absent]
    assert libraries_of(outcome) == {"relu": here, "tanh": here}
    assert len(works.workers) == len(FAMILIES) - len(TRAINING_ONLY)


def test_an_interrupt_keeps_what_is_done_and_ends_the_workers():
    works = Works()

    def stopped(measured, plan):
        yield next(measured)
        raise KeyboardInterrupt

    outcome = run(small(), stopped, crew=works.crew())
    assert outcome.interrupted
    assert {r.function for r in outcome.results} == {"relu"}
    assert all(worker.is_closed for worker in works.workers)


def test_an_error_ends_the_workers_too():
    works = Works()

    def broken(measured, plan):
        yield next(measured)
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        run(small(), broken, crew=works.crew())
    assert all(worker.is_closed for worker in works.workers)


def test_progress_passes_every_result_on_and_tells_how_far_it_is():
    console = Console(file=StringIO(), force_terminal=True, width=200)
    progress = partial(tracked, console=console)
    outcome = run(small(["relu"], sizes=(10, 20), peers=("numpy",)), progress, crew=Works().crew())
    assert {r.size for r in outcome.results} == {10, 20}
    assert "remaining" in console.file.getvalue()
    assert "2/2 · relu · 20" in console.file.getvalue()


def test_a_system_that_stops_no_process_is_refused(monkeypatch):
    monkeypatch.delattr(signal, "SIGSTOP")
    with pytest.raises(SoftkneeError, match="cannot stop"):
        started(1, 1.0)


def test_real_workers_from_end_to_end():
    outcome = run(small(["tanh"], peers=("numpy", "scipy", "jax"), kinds=("forward", "both"), rounds=1))
    assert outcome.absent == {"scipy": {"has no such function": ["tanh"]}}
    forward = ["softknee", "softknee_out", "softknee_torch", HIGH, "jax", "numpy", "copy", "copyto"]
    both = ["softknee_torch", "softknee_nodes", "jax", "copy", "copyto"]
    assert [r.library for r in outcome.results] == [*forward, *both]
    assert all(r.median > 0 and r.to_copy > 0 and r.rounds == 1 for r in outcome.results)
