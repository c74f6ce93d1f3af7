"""`compare`: plan, train, analyse; and what it returns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from softknee.base import Function
from softknee.extras import need
from softknee.language.errors import ArgumentError

from . import rates
from .frames import write_csv, write_parquet
from .outcome import Outcome
from .plan import Plan, Run, make_plan, tasks_named
from .pool import Here, Pool, Problems, suitable_workers
from .problem import Problem
from .result import Result

if TYPE_CHECKING:
    from .store import Store

# Where runs that are done are kept, in the folder `out`.
KEPT = "runs.sqlite"
# How often it is looked whether another process has done a run, in seconds.
_LOOK = 0.5
# Learning rates that are tried for each activation.
TRIES = 3


class Comparison(Outcome):
    """What a comparison found: `print` it, or look at `.table`, `.ranking`, `.pairs`, `.runs` and the HTML report."""

    def to_html(self, path: str | Path) -> Path:
        """Write a report that needs no other file; the path of the report."""
        from .report import html

        target = _made(path)
        target.write_text(html(self), encoding="utf-8")
        return target

    def to_parquet(self, path: str | Path) -> Path:
        """Write all runs as a Parquet file; its path."""
        target = _made(path)
        write_parquet(self.runs, target)
        return target

    def to_csv(self, path: str | Path) -> Path:
        """Write all runs as a CSV file; its path."""
        target = _made(path)
        write_csv(self.runs, target)
        return target

    def __rich__(self) -> Any:
        from .terminal import tables

        return tables(self)

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(width=110, no_color=True, highlight=False)
        with console.capture() as capture:
            console.print(self)
        return capture.get()


def _made(path: str | Path) -> Path:
    """The path, with the folder that it is in."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


class Trainer(Protocol):
    """Carries out runs, here or elsewhere; a run is taken from the iterator when somebody is free for it."""

    def __enter__(self) -> Trainer: ...

    def __exit__(self, *exception: object) -> None: ...

    def train(self, runs: Iterator[Run], problems: Problems) -> Iterator[tuple[Run, Result]]:
        """Runs and what they left, as they come."""


def compare(
    model: Any = None,
    data: Any = None,
    activations: Iterable[str | Function] | None = None,
    tasks: Iterable[str] | None = None,
    seeds: int = 3,
    epochs: int | None = None,
    *,
    rate: float | None = None,
    tries: int = TRIES,
    progress: bool = True,
    out: str | Path | None = None,
    workers: int | None = None,
    command: str | None = None,
) -> Comparison:
    """Train networks with each activation and compare: the built-in tasks' networks.

    Activations are names, aliases, names with parameters ("leaky_relu:negative_slope=0.2") or one's own; by default
    the fourteen that softknee was founded on. Each is trained at its own learning rate, of `tries` around each
    problem's, or all at the one `rate`. With `out`, that folder keeps each run as soon as it is done, and gets
    `report.html`; the same call goes on where it was stopped. Ctrl-C ends it early: what is done is kept, and
    `interrupted` is set.
    Raises UnknownActivationError or ArgumentError before any training.

    >>> found = compare(activations=["relu", "mish"], tasks=["wine"], seeds=2, epochs=1, rate=0.001, progress=False)
    >>> sorted(found.table["activation"])
    ['mish', 'relu']
    """
    _check_installed()
    problems = _problems(tasks, rate)
    plan = make_plan(problems, activations, seeds, epochs, (1.0,) if rate is not None else rates.factors(tries))
    count = suitable_workers(plan.size) if workers is None else workers
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ArgumentError("compare", "workers", workers, "must be a positive integer")
    comparison = Comparison(plan, workers=count, command=command or _call(plan, rate, tries))
    start = perf_counter()
    with _opened(out, plan) as store, _trainer(count) as trainer, _shown(plan.size, progress) as tell:
        try:
            _carry_out(comparison, trainer, store, tell)
        except KeyboardInterrupt:
            comparison.interrupted = True
    comparison.seconds = perf_counter() - start
    if out is not None:
        comparison.to_html(Path(out) / "report.html")
    return comparison


def _carry_out(comparison: Comparison, trainer: Trainer, store: Store | None, tell: Callable[[Result], None]) -> None:
    """First the runs that choose learning rates, then those that are compared."""
    plan = comparison.plan

    def all_of(runs: Sequence[Run], results: list[Result]) -> None:
        before = {} if store is None else store.found(runs)
        comparison.done_before += len(before)
        for result in [*before.values()]:
            results.append(result)
            tell(result)
        rest = [run for run in runs if run not in before]
        for result in _done(rest, trainer, store, comparison.problems):
            results.append(result)
            tell(result)

    all_of(plan.tuning, comparison.tried)
    all_of(plan.final(rates.chosen(plan, comparison.tried)), comparison.results)


def _done(runs: Sequence[Run], trainer: Trainer, store: Store | None, problems: Problems) -> Iterator[Result]:
    """The results of the runs, done here or, where several processes share a folder, by another one."""
    if store is None:
        for _, result in trainer.train(iter(runs), problems):
            yield result
        return
    left = list(runs)
    while left:
        taken = (run for run in list(left) if store.take(run))
        for run, result in trainer.train(taken, problems):
            store.add(run, result)
            left.remove(run)
            yield result
        elsewhere = store.found(left)
        left = [run for run in left if run not in elsewhere]
        yield from elsewhere.values()
        if left:
            time.sleep(_LOOK)


def _problems(tasks: Iterable[str] | None, rate: float | None) -> list[Problem]:
    from .builtin import problem_of

    if rate is not None and not (isinstance(rate, (int, float)) and 0 < rate < float("inf")):
        raise ArgumentError("compare", "rate", rate, "must be a positive learning rate")
    found = [problem_of(task) for task in tasks_named(tasks)]
    return found if rate is None else [replace(problem, rate=float(rate)) for problem in found]


def _trainer(workers: int) -> AbstractContextManager[Trainer]:
    return Here() if workers == 1 else Pool(workers)


def _shown(total: int, progress: bool) -> AbstractContextManager[Callable[[Result], None]]:
    if not progress:
        return nullcontext(lambda result: None)
    from .terminal import shown

    return shown(total, "Training")


def _opened(out: str | Path | None, plan: Plan) -> AbstractContextManager[Store | None]:
    """The runs that are kept in the folder `out`; raises ArgumentError where that cannot be written."""
    if out is None:
        return nullcontext()
    from .store import Store

    try:
        Path(out).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError("compare", "out", str(out), f"cannot be written: {error.strerror}") from None
    return Store(Path(out) / KEPT, plan)


def _check_installed() -> None:
    for module in (
        "torch",
        "sklearn",
        "scipy",
        "pandas",
        "scikit_posthocs",
        "pyarrow",
        "rich",
        "jinja2",
        "matplotlib",
        "cloudpickle",
    ):
        if find_spec(module) is None:
            need(module, "compare")


def _call(plan: Plan, rate: float | None, tries: int) -> str:
    """How to repeat it from Python."""
    names = ", ".join(
        repr(choice.asked) if choice.function.is_catalogued else choice.function.name for choice in plan.choices
    )
    tasks = ", ".join(repr(problem.name) for problem in plan.problems)
    epochs = "" if plan.epochs is None else f", epochs={plan.epochs}"
    how = f", rate={rate:g}" if rate is not None else "" if tries == TRIES else f", tries={tries}"
    return f"softknee.compare(activations=[{names}], tasks=[{tasks}], seeds={len(plan.seeds)}{epochs}{how})"
