"""The measurement as a whole: functions x dtypes x libraries, in worker processes where there is much to do."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from softknee.functions.base import Function
from softknee.functions.elementwise import Activation
from softknee.functions.public import get, names
from softknee.lab.peers.libraries import modules
from softknee.language.errors import ArgumentError, ArgumentTypeError
from softknee.support.extras import need
from softknee.targets.numpy.threads import available_cores

from . import PEERS
from .libraries import OWN, specs, version_of
from .measure import Flaw, Measurement, measure
from .points import all_patterns, roots, sample
from .truth import SPECS, Truth
from .ulps import DTYPES

POINTS = 20_000
# With --quick: each seventh of the 16-bit patterns, and a tenth of the points.
_QUICK_STEP = 7
_QUICK_SHARE = 10
# The number of tasks for which a further process, which takes seconds to start, pays.
_WORTH_A_WORKER = 12


@dataclass(frozen=True)
class Task:
    """A function in a dtype, measured for all libraries against the same true values."""

    function: str
    dtype: str
    libraries: tuple[str, ...]
    points: int
    step: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """The measurements that are asked for."""

    tasks: tuple[Task, ...]
    libraries: tuple[str, ...]


@dataclass
class Report:
    """The measurements, with the versions and the day."""

    plan: Plan
    measurements: list[Measurement] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    day: str = field(default_factory=lambda: date.today().isoformat())
    is_interrupted: bool = False

    def ordered(self) -> list[Measurement]:
        """The measurements in the planned order: by function, dtype, spec, library."""
        place = {(t.function, t.dtype): at for at, t in enumerate(self.plan.tasks)}
        libraries = {name: at for at, name in enumerate(self.plan.libraries)}
        return sorted(
            self.measurements,
            key=lambda m: (place[m.function, m.dtype], SPECS.index(m.spec), libraries[m.library]),
        )


def plan(
    asked: Sequence[str | Activation] | None = None,
    dtypes: Sequence[str] | None = None,
    peers: Sequence[str] = (),
    points: int = POINTS,
    seed: int = 0,
    quick: bool = False,
) -> Plan:
    """The plan of the arguments; raises ArgumentError, UnknownActivationError, and MissingExtraError for a peer."""
    need("mpmath", "oracle")
    functions = [_elementwise(name) for name in asked] if asked else _all()
    kinds = _known("dtype", dtypes or list(DTYPES), DTYPES)
    peers = _known("peers", peers, PEERS)
    if isinstance(points, bool) or not isinstance(points, int):
        raise ArgumentTypeError("accuracy", "points", points, "must be an integer")
    if points < 4:
        raise ArgumentError("accuracy", "points", points, "must be at least 4")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ArgumentError("accuracy", "seed", seed, "must be a non-negative integer")
    for peer in peers:
        modules(peer)
    own = OWN if _is_installed("torch") else OWN[:1]
    libraries = (*own, *peers)
    if quick:
        points = max(points // _QUICK_SHARE, 4)
    step = _QUICK_STEP if quick else 1
    return Plan(
        tuple(Task(name, kind, libraries, points, step, seed) for name in functions for kind in kinds), libraries
    )


def _elementwise(name: str | Activation) -> str:
    function = get(name)
    if not isinstance(function, Activation):
        shown = function.name if isinstance(function, Function) else function
        raise ArgumentError("accuracy", "names", shown, "must name functions of one number")
    return function.name


def _all() -> list[str]:
    return [name for name in names() if isinstance(get(name), Activation)]


def _known(argument: str, asked: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    for name in asked:
        if name not in known:
            raise ArgumentError("accuracy", argument, name, f"is not known; there are {', '.join(known)}")
    return tuple(dict.fromkeys(asked))


def _is_installed(package: str) -> bool:
    from importlib.util import find_spec

    return find_spec(package) is not None


def carry_out(planned: Plan, workers: int | None = None, seen: Callable[[Task], None] = lambda task: None) -> Report:
    """The report of the planned measurements.

    `seen` is called with each task when it is done. Ctrl-C ends it early, with what is done.
    """
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
        raise ArgumentError("accuracy", "workers", workers, "must be a positive integer")
    report = Report(planned, versions={name: version_of(name) for name in planned.libraries})
    count = workers or min(available_cores(), -(-len(planned.tasks) // _WORTH_A_WORKER))
    try:
        for task, found in _results(planned.tasks, count):
            report.measurements += found
            seen(task)
    except KeyboardInterrupt:
        report.is_interrupted = True
    report.measurements = report.ordered()
    return report


def _results(tasks: Sequence[Task], workers: int) -> Iterator[tuple[Task, list[Measurement]]]:
    if workers == 1:
        for task in tasks:
            yield task, measured(task)
        return
    # Spawned, not forked: jax and torch have threads, which a fork would not take along.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_alone) as pool:
        jobs = {pool.submit(measured, task): task for task in tasks}
        try:
            for job in as_completed(jobs):
                yield jobs[job], job.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _alone() -> None:
    """Limit a worker to one thread: there is a worker for each core."""
    if _is_installed("torch"):
        need("torch", "torch").set_num_threads(1)


def measured(task: Task) -> list[Measurement]:
    """The measurements of a task: all libraries, value and slope."""
    function, dtype = get(task.function), DTYPES[task.dtype]
    breaks = function.properties().breaks
    computing = {library: specs(library, function, task.dtype) for library in task.libraries}
    found: list[Measurement] = []
    for spec in SPECS:
        truth = Truth(function.definition, spec)
        if dtype.itemsize == 2:
            x = all_patterns(dtype, task.step)
        else:
            x = sample(dtype, task.points, task.seed, [*breaks, *roots(truth)])
        exact = truth.at(x, dtype)
        ends = {sign * np.inf: truth.limit(sign) for sign in (-1.0, 1.0)}
        for library, of in computing.items():
            compute: Any = of and of.spec(spec)
            if compute is None:
                continue
            label = (function.name, spec, task.dtype, library)
            if library in OWN or spec == "value":
                each, right = x, exact
            else:
                # At a kink every library has its own convention.
                away = ~_at_kinks(x, breaks)
                each, right = x[away], exact[away]
            with np.errstate(all="ignore"):
                one = measure(truth, compute, each, right, label, breaks=breaks, ends=ends, seed=task.seed)
            kept = tuple(f for f in one.flaws if _counts(f, library, spec, breaks))
            found.append(replace(one, flaws=kept))
    return found


def _at_kinks(x: Any, breaks: Sequence[float]) -> Any:
    at = np.array(breaks, dtype=np.float64).astype(x.dtype)
    return np.isin(x.astype(np.float64), at.astype(np.float64))


def _counts(flaw: Flaw, library: str, spec: str, breaks: Sequence[float]) -> bool:
    """True for a flaw that is one: a peer's own convention at a kink, which refinement may hit, is not."""
    if library in OWN or spec == "value" or flaw.kind == "end":
        return True
    return not any(abs(flaw.at - each) <= 1e-6 * abs(each) for each in breaks)
