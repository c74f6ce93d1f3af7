"""The truth by behaviour: a healthy case counts if it learns, a fault if it hurts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from .architectures import ARCHITECTURES
from .cache import Cache
from .cases import SEEDS, Case
from .training import Outcome, train

# A run has learned if it went this share of the way from the constant predictor to the healthy reference ...
LEARNED = 0.8
# ... and a fault hurts if it went shorter than its healthy twin by this share of the way.
HURT = 0.15


@dataclass(frozen=True)
class Truth:
    """The outcomes of cases, of their healthy twins and of the healthy references, and the judgements that follow."""

    outcomes: Mapping[Case, Outcome]

    def reference(self, architecture: str) -> float:
        """The median score of the healthy runs with the default activation."""
        found = [self.outcomes[case] for case in _references(architecture)]
        return median(each.constant_score if each.failed else each.score for each in found)

    def progress(self, case: Case) -> float:
        """The share of the way from the constant predictor (0) to the healthy reference (1); 0 for a failed run."""
        outcome = self.outcomes[case]
        if outcome.failed:
            return 0.0
        way = self.reference(case.architecture) - outcome.constant_score
        return max(0.0, (outcome.score - outcome.constant_score) / way)

    def learned(self, case: Case) -> bool:
        """True where the run went most of the way to the healthy reference."""
        return self.progress(case) >= LEARNED

    def hurts(self, case: Case) -> bool:
        """True where the fault made the run clearly worse than its healthy twin; never of a healthy case."""
        return self.progress(case.twin) - self.progress(case) >= HURT

    def counts(self, case: Case) -> bool:
        """True of a healthy case that learns, and of a fault that hurts one that does: others say nothing."""
        return self.learned(case.twin) and (case.is_healthy or self.hurts(case))


def truth(
    cases: Iterable[Case],
    path: Path | str,
    *,
    workers: int = 1,
    seconds: float = 60.0,
    tell: Callable[[Case, Outcome], None] | None = None,
    digest: str | None = None,
) -> Truth:
    """Train what is not yet in the file at `path`, `seconds` of the processor each at most, and judge.

    Healthy twins and references are trained along. Finished runs are kept when it is interrupted. `tell` is called
    after each run. `digest` names the source that the outcomes belong to, by default the suite's as it stands.
    """
    cache = Cache(path, digest)
    try:
        known = cache.outcomes()
        wanted = [case for case in _with_twins(cases) if case not in known]
        for case, outcome in _run(wanted, workers, seconds):
            cache.add(case, outcome)
            known[case] = outcome
            if tell:
                tell(case, outcome)
    finally:
        cache.close()
    return Truth(known)


def _references(architecture: str) -> list[Case]:
    return [Case(architecture, ARCHITECTURES[architecture].activations[0], "", seed) for seed in SEEDS]


def _with_twins(cases: Iterable[Case]) -> list[Case]:
    given = list(cases)
    return sorted({*given, *(c.twin for c in given), *(r for c in given for r in _references(c.architecture))})


def _run(wanted: list[Case], workers: int, seconds: float) -> Iterator[tuple[Case, Outcome]]:
    if workers < 2:
        yield from ((case, train(case, seconds)) for case in wanted)
        return
    # Threads of torch do not survive a fork.
    pool = ProcessPoolExecutor(workers, get_context("spawn"))
    try:
        running = {pool.submit(train, case, seconds): case for case in wanted}
        for future in as_completed(running):
            yield running[future], future.result()
    finally:
        pool.shutdown(cancel_futures=True)
