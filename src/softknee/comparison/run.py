"""`compare`: plan, train, analyse; and what it returns."""

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

    @property
    def slots(self) -> int:
        """How many runs are under way at once."""

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
    """Train a network with each activation, and compare: one's own, or those of the built-in tasks.

    `model` is `make_model(activation)`, in which `activation()` makes a module and `activation(x)` calls it, or a torch
    model in which `old` is swapped, by default the only activation it has. `data` are a pair (x, y) of n inputs of any
    shape (n, ...) and n targets, a dict or data frame of columns, a .csv, .parquet or .npz file, a folder of images by
    class, or a torch Dataset, all split anew by each seed; or three of these, or loaders, to train, validate and test.
    `target` names the column to tell. Floating inputs in memory are standardised unless `raw`.
    `loss` is "cross-entropy", "mse", "bce" or loss(outputs, targets), `metric` "accuracy", "r2", metric(outputs,
    targets) or a `softknee.comparison.Metric`; by default as the targets are. Of a model that gives a dict or an object
    the outputs are its `logits` or `out`. With `init="own"` it keeps its own initial weights. `train(model, train,
    validation, *, rate, epochs, batch, seed)` replaces the loop here: parts give `.batches(size)`, and it returns
    validation scores, one per epoch. `device` is where networks are trained, such as "cuda"; by default where one's own
    is, and for built-in ones the CPU. Without a model, or beside it, `tasks` names built-in ones, and `scale` makes
    those larger.

    Activations are names, aliases, names with parameters ("leaky_relu:negative_slope=0.2") or one's own; by default
    the fourteen that softknee was founded on. Each is trained at its own learning rate, of `tries` around each
    problem's, or all at the one `rate`. With `out`, that folder keeps each run as soon as it is done, and gets
    `report.html`; the same call goes on where it was stopped. `workers` are processes here, `ray` is the address of
    a cluster, or "local". A `budget` such as "10min" cuts the plan to what fits, and says what it left out; with
    `halved` the worse half of the activations is dropped after 2, 4, 8... seeds. `serve` is a port on this machine
    where a browser sees the report fill; 0 takes any. Ctrl-C ends it early: what is done is kept, and
    `interrupted` is set.
    Raises UnknownActivationError or ArgumentError before any training; one's own model is tried on a batch first.

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
    """A comparison that is being carried out: by whom, where what is done is kept, and until when."""

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
        """First the runs that choose learning rates, then those that are compared."""
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
        """Those of the runs that are to be done here, as long as there is time."""
        for run in list(runs):
            if self._is_late():
                return
            if self.store is None or self.store.take(run):
                yield run

    def _is_late(self) -> bool:
        return perf_counter() > self.deadline


def _check_where(workers: object, ray: str | None, device: str | None) -> None:
    """Raise ArgumentError for what does not go together, or is no number of processes."""
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
