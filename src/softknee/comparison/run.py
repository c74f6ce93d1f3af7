"""The function `softknee.compare`: it plans, has runs carried out, keeps their results and returns a `Comparison`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from softknee.functions.base import Function
from softknee.language.errors import ArgumentError
from softknee.support.extras import need
from softknee.targets.numpy.threads import available_cores

from . import halving, learning_rates
from .budget import costs, fitted, seconds_of
from .frames import write_csv, write_parquet
from .outcome import Outcome
from .plan import Plan, Run, make_plan
from .problem import Metric
from .python_call import called
from .requested_problems import problems_of, tried
from .result import Result
from .worker_pool import Here, Pool, Problems, suitable_workers

if TYPE_CHECKING:
    from .model_builder import Init
    from .store import Store

# The file in the folder `out` that keeps the results of runs.
KEPT = "runs.sqlite"
# The seconds between two looks whether another process has done a run.
_LOOK = 0.5
# The number of learning rates that are tried for each activation.
TRIES = 3


class Comparison(Outcome):
    """The findings of a comparison: `print` it, or read `.table`, `.ranking`, `.pairs`, `.runs` and the HTML report."""

    def to_html(self, path: str | Path) -> Path:
        """Write a report that needs no other file.

        Args:
            path: The file to write; its folder is made where it is missing.

        Returns:
            The path of the report.
        """
        from .report import html

        target = _made(path)
        target.write_text(html(self), encoding="utf-8")
        return target

    def to_parquet(self, path: str | Path) -> Path:
        """Write all runs as a Parquet file.

        Args:
            path: The file to write; its folder is made where it is missing.

        Returns:
            The path of the file.
        """
        target = _made(path)
        write_parquet(self.runs, target)
        return target

    def to_csv(self, path: str | Path) -> Path:
        """Write all runs as a CSV file.

        Args:
            path: The file to write; its folder is made where it is missing.

        Returns:
            The path of the file.
        """
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
    """The path, once the folder that it lies in has been made."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


class Trainer(Protocol):
    """Whoever carries out runs: this process, worker processes or a cluster."""

    @property
    def slots(self) -> int:
        """The number of runs under way at once."""

    def __enter__(self) -> Trainer: ...

    def __exit__(self, *exception: object) -> None: ...

    def train(self, runs: Iterator[Run], problems: Problems) -> Iterator[tuple[Run, Result]]:
        """Pairs of run and result as they come; a run is taken from the iterator when it can be started."""


def compare(
    model: Any = None,
    data: Any = None,
    activations: Iterable[str | Function] | None = None,
    tasks: Iterable[str] | None = None,
    seeds: int = 3,
    epochs: int | None = None,
    *,
    target: str | None = None,
    loss: str | Callable[..., Any] | None = None,
    metric: str | Callable[..., Any] | Metric | None = None,
    train: Callable[..., Any] | None = None,
    old: str | None = None,
    init: Init = "gain",
    batch: int | None = None,
    raw: bool = False,
    device: str | None = None,
    scale: float = 1.0,
    rate: float | None = None,
    tries: int = TRIES,
    progress: bool = True,
    out: str | Path | None = None,
    workers: int | None = None,
    ray: str | None = None,
    budget: str | float | None = None,
    halved: bool = False,
    serve: int | None = None,
    command: str | None = None,
) -> Comparison:
    """Train a network with each activation, the user's own or those of built-in tasks, and compare the scores.

    Each activation is trained at its own learning rate, on several seeds. Ctrl-C ends it early: what is done is kept,
    and `interrupted` is set.

    Args:
        model: `make_model(activation)`, in which `activation()` makes a module and `activation(x)` calls it, or a torch
            model in which `old` is swapped. A model that gives a dict or an object has its outputs in `logits` or
            `out`. Without a model built-in tasks are run.
        data: A pair (x, y) of n inputs of any shape (n, ...) and n targets, a dict or data frame of columns, a .csv,
            .parquet or .npz file, a folder of images by class, or a torch Dataset, all split anew by each seed; or
            three of these, or loaders, to train, validate and test.
        activations: Names, aliases, names with parameters ("leaky_relu:negative_slope=0.2") or activations; by default
            the fourteen that softknee was founded on.
        tasks: The names of built-in tasks; by default all small ones, or none where there is a model.
        seeds: The number of seeds that each activation is trained on.
        epochs: The number of epochs; by default the problem's own.
        target: The column to predict; by default the last.
        loss: "cross-entropy", "mse", "bce" or loss(outputs, targets); by default as the targets are.
        metric: "accuracy", "r2", metric(outputs, targets) or a `softknee.comparison.Metric`; by default as the targets
            are.
        train: Replaces the training loop: `train(model, train, validation, *, rate, epochs, batch, seed)`; parts give
            `.batches(size)`, and it returns validation scores, one per epoch.
        old: The activation that is swapped in a torch model; by default the only one it has.
        init: "gain" to draw weights at the activation's gain, "own" to keep the model's own initial weights.
        batch: The batch size; by default the loader's or 64.
        raw: True to leave floating inputs in memory as they are; else they are standardised.
        device: The device of training, such as "cuda"; by default that of the model, the CPU for built-in tasks.
        scale: A factor by which built-in networks, the photograph and the text grow.
        rate: One learning rate for all, in place of each activation's own.
        tries: The number of learning rates tried for each activation, around the problem's.
        progress: True to show a progress bar on stderr.
        out: A folder that keeps each run as soon as it is done, and gets `report.html`; the same call goes on where it
            was stopped.
        workers: The number of processes on this machine; by default by the number of runs and cores.
        ray: The address of a Ray cluster, or "local".
        budget: A time such as "10min", or seconds, to which the plan is cut; the notes say what was left out.
        halved: True to drop the worse half of the activations after 2, 4, 8... seeds.
        serve: A port on this machine where a browser sees the report fill; 0 takes any.
        command: The text that the report shows as the call that repeats it; by default this call.

    Returns:
        The results, tables, statistics and report.

    Raises:
        UnknownActivationError: for a name that is not known.
        ArgumentError: for anything else that cannot be run, before any training; a user's own model is tried on a
            batch.
        MissingExtraError: where a package of the extra `compare` is not installed.

    >>> found = compare(activations=["relu", "mish"], tasks=["wine"], seeds=2, epochs=1, rate=0.001, progress=False)
    >>> sorted(found.table["activation"])
    ['mish', 'relu']

    >>> import torch
    >>> def make_model(activation):
    ...     return torch.nn.Sequential(torch.nn.Linear(2, 16), activation(), torch.nn.Linear(16, 2))
    >>> x = torch.randn(100, 2, generator=torch.Generator().manual_seed(0))
    >>> y = (x[:, 0] * x[:, 1] > 0).long()
    >>> found = compare(make_model, (x, y), ["relu", "mish"], seeds=2, epochs=1, tries=1, progress=False)
    >>> found.problems["own"].metric.name
    'accuracy'
    """
    _check_installed()
    _check_where(workers, ray, device)
    own = {
        "target": target, "loss": loss, "metric": metric, "train": train, "old": old, "init": init, "batch": batch,
        "raw": raw,
    }  # fmt: skip
    problems = problems_of(model, data, own, tasks, scale, rate, device)
    plan = make_plan(
        problems, activations, seeds, epochs, (1.0,) if rate is not None else learning_rates.factors(tries)
    )
    notes = [] if model is None else tried(problems[0], plan)
    start, deadline = perf_counter(), float("inf")
    how = {
        **own,
        "epochs": epochs,
        "rate": rate,
        "tries": tries,
        "device": device,
        "scale": scale,
        "budget": budget,
        "halved": halved,
    }
    call = command or called(plan, how, TRIES)
    if budget is not None:
        seconds = seconds_of(budget)
        deadline = start + seconds
        plan, left_out = fitted(plan, seconds, workers or available_cores(), costs(plan))
        notes += left_out
    comparison = Comparison(plan, notes=notes, command=call)
    with (
        _opened(out, plan) as store,
        _trainer(plan, workers, ray) as ready,
        _served(comparison, serve),
        _shown(plan.size, progress) as tell,
    ):
        try:
            comparison.workers, comparison.running = ready.slots, True
            _Work(comparison, ready, store, tell, deadline).do(halved)
        except KeyboardInterrupt:
            comparison.interrupted = True
    comparison.seconds, comparison.running = perf_counter() - start, False
    if out is not None:
        comparison.to_html(Path(out) / "report.html")
    return comparison


class _Work:
    """A comparison under way: its trainer, the store of finished runs, and the time at which no more runs are begun."""

    def __init__(
        self,
        comparison: Comparison,
        trainer: Trainer,
        store: Store | None,
        tell: Callable[[Result], None],
        deadline: float,
    ) -> None:
        self.comparison = comparison
        self.trainer = trainer
        self.store = store
        self.tell = tell
        self.deadline = deadline

    def do(self, is_halved: bool) -> None:
        """Carry out the runs that choose learning rates, then those that are compared."""
        plan, comparison = self.comparison.plan, self.comparison
        self._all_of(plan.tuning, comparison.tried)
        own_rates = learning_rates.chosen(plan, comparison.tried)
        comparison.notes += learning_rates.said(plan, comparison.tried)
        if not is_halved:
            self._all_of(plan.final(own_rates), comparison.results)
            return
        alive = {problem.name: plan.choices for problem in plan.problems}
        for part in halving.rungs(plan.seeds):
            self._all_of(plan.final(own_rates, part, alive), comparison.results)
            left = len(plan.seeds) - plan.seeds.index(part[-1]) - 1
            for problem in plan.problems if left else ():
                before = alive[problem.name]
                alive[problem.name] = halving.survivors(problem, before, comparison.results)
                dropped = [choice for choice in before if choice not in alive[problem.name]]
                if dropped:
                    done = len(plan.seeds) - left
                    comparison.notes.append(halving.said(problem, done, dropped, left * len(dropped)))

    def _all_of(self, runs: Sequence[Run], results: list[Result]) -> None:
        before = {} if self.store is None else self.store.found(runs)
        self.comparison.done_before += len(before)
        rest = [run for run in runs if run not in before]
        count = 0
        for result in chain(before.values(), self._done(rest)):
            results.append(result)
            self.tell(result)
            count += 1
        if count < len(runs):
            self.comparison.notes.append(f"Out of time: {len(runs) - count} runs were not begun.")

    def _done(self, runs: Sequence[Run]) -> Iterator[Result]:
        """The results of the runs, done here or, where several processes share a folder, by another one."""
        left = list(runs)
        while left and not self._is_late():
            for run, result in self.trainer.train(self._taken(left), self.comparison.problems):
                if self.store is not None:
                    self.store.add(run, result)
                left.remove(run)
                yield result
            if self.store is None:
                return
            elsewhere = self.store.found(left)
            left = [run for run in left if run not in elsewhere]
            yield from elsewhere.values()
            if left:
                time.sleep(_LOOK)

    def _taken(self, runs: Sequence[Run]) -> Iterator[Run]:
        """The runs that are to be done here, as long as there is time."""
        for run in list(runs):
            if self._is_late():
                return
            if self.store is None or self.store.take(run):
                yield run

    def _is_late(self) -> bool:
        return perf_counter() > self.deadline


def _check_where(workers: object, ray: str | None, device: str | None) -> None:
    """Raise ArgumentError for arguments that exclude each other, or a number of processes below 1."""
    if ray is not None and device is not None:
        raise ArgumentError("compare", "device", device, "has no meaning with ray: its tasks are given CPUs")
    if ray is not None and workers is not None:
        raise ArgumentError("compare", "workers", workers, "has no meaning with ray: a cluster has its own CPUs")
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
        raise ArgumentError("compare", "workers", workers, "must be a positive integer")


def _trainer(plan: Plan, workers: int | None, ray: str | None) -> AbstractContextManager[Trainer]:
    if ray is not None:
        from .cluster import Cluster

        return Cluster(ray)
    count = suitable_workers(plan.size) if workers is None else workers
    return Here() if count == 1 else Pool(count)


def _shown(total: int, progress: bool) -> AbstractContextManager[Callable[[Result], None]]:
    if not progress:
        return nullcontext(lambda result: None)
    from .terminal import shown

    return shown(total, "Training")


def _served(comparison: Comparison, port: int | None) -> AbstractContextManager[object]:
    if port is None:
        return nullcontext()
    from rich.console import Console

    from .report import html
    from .serve import served

    @contextmanager
    def told() -> Iterator[None]:
        with served(lambda: html(comparison), port) as address:
            Console(stderr=True).print(f"The report fills at {address}", highlight=False)
            yield

    return told()


def _opened(out: str | Path | None, plan: Plan) -> AbstractContextManager[Store | None]:
    """The store of runs in the folder `out`; raises ArgumentError where that cannot be written."""
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
