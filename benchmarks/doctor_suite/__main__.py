"""`python -m benchmarks.doctor_suite --cache FILE --workers 2` trains the cases and prints how many learn and hurt."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import defaultdict

from .architectures import ARCHITECTURES
from .cases import SEEDS, Case, cases
from .training import Outcome
from .truth import Truth, truth


def _tell(case: Case, outcome: Outcome) -> None:
    end = outcome.reason or f"score {outcome.score:.3f}"
    name = f"{case.architecture}, {case.activation}, {case.fault or 'healthy'}, seed {case.seed}"
    print(f"{name}: {end}, {outcome.seconds:.1f} s", flush=True)


def table(found: Truth, chosen: list[Case]) -> str:
    """A line for each fault: how many of the cases hurt in each architecture; the healthy ones: how many learn."""
    counts: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for case in chosen:
        good = found.learned(case) if case.is_healthy else found.hurts(case)
        counts[case.fault or "healthy, learned"][case.architecture].append(good)
    return "\n".join(
        f"{fault} {_share([each for places in where.values() for each in places])}: "
        + ", ".join(f"{name} {_share(where[name])}" for name in ARCHITECTURES if name in where)
        for fault, where in counts.items()
    )


def _share(good: list[bool]) -> str:
    return f"{sum(good)}/{len(good)}"


def main() -> None:
    """Read the options, train and print."""
    parser = ArgumentParser(prog="python -m benchmarks.doctor_suite", description=__doc__)
    parser.add_argument("--cache", required=True, help="the SQLite file that keeps the outcomes")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--half", choices=["tuning", "reporting"])
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="how many seeds, from 0 on")
    parser.add_argument("--quiet", action="store_true", help="print the table alone")
    given = parser.parse_args()
    chosen = cases(given.half, seeds=range(given.seeds))
    found = truth(chosen, given.cache, workers=given.workers, tell=None if given.quiet else _tell)
    print(table(found, chosen))


if __name__ == "__main__":
    main()
