"""The truth: what learns and what hurts, trained once and kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.doctor_suite import SEEDS, Case, Outcome, Truth, truth
from benchmarks.doctor_suite import __main__ as command
from benchmarks.doctor_suite.cache import Cache, source_digest

HEALTHY = [Case("shallow_mlp", "relu", seed=seed) for seed in SEEDS]
LOW = Case("shallow_mlp", "relu", "low_rate", 0)


def test_it_trains_twins_and_references_once(tmp_path: Path) -> None:
    trained: list[Case] = []

    def tell(case: Case, outcome: Outcome) -> None:
        trained.append(case)

    path = tmp_path / "truth.db"
    found = truth([LOW], path, tell=tell)
    assert trained == [*HEALTHY, LOW]
    assert found.learned(LOW.twin) and found.hurts(LOW) and found.counts(LOW)
    again = truth([LOW], path, tell=tell)
    assert len(trained) == 4 and again == found
    truth([LOW], path, tell=tell, digest="another source")
    assert len(trained) == 8


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    Cache(tmp_path / "new" / "truth.db").close()
    assert (tmp_path / "new" / "truth.db").exists()


def test_an_interruption_loses_nothing(tmp_path: Path) -> None:
    trained: list[Case] = []

    def stop(case: Case, outcome: Outcome) -> None:
        trained.append(case)
        if len(trained) == 2:
            raise KeyboardInterrupt

    path = tmp_path / "truth.db"
    with pytest.raises(KeyboardInterrupt):
        truth([LOW], path, tell=stop)
    truth([LOW], path, tell=stop)
    assert trained == [*HEALTHY, LOW]


def test_processes_find_the_same(tmp_path: Path) -> None:
    one = truth([LOW], tmp_path / "one.db")
    other = truth([LOW], tmp_path / "other.db", workers=2)
    for case, outcome in one.outcomes.items():
        assert replace(outcome, seconds=0.0) == replace(other.outcomes[case], seconds=0.0)


def outcome(score: float, reason: str = "") -> Outcome:
    return Outcome(loss=1.0, score=score, constant_score=0.5, steps=1, seconds=0.0, reason=reason)


def judged(healthy: float, faulty: float, reason: str = "") -> Truth:
    references = dict(zip(HEALTHY, map(outcome, (healthy, 0.9, 0.9))))
    return Truth({**references, LOW: outcome(faulty, reason)})


@pytest.mark.parametrize(
    "healthy, faulty, reason, learned, hurts",
    [
        (0.9, 0.9, "", True, False),
        (0.9, 0.85, "", True, False),
        (0.9, 0.83, "", True, True),
        (0.9, 0.1, "", True, True),
        (0.9, float("nan"), "the loss became nan in step 2", True, True),
        (0.8, 0.5, "", False, True),
    ],
)
def test_it_judges_by_the_way_to_the_reference(
    healthy: float, faulty: float, reason: str, learned: bool, hurts: bool
) -> None:
    found = judged(healthy, faulty, reason)
    assert found.reference("shallow_mlp") == 0.9
    assert found.learned(LOW.twin) == found.counts(LOW.twin) == learned
    assert found.hurts(LOW) == hurts and not found.hurts(LOW.twin)
    assert found.counts(LOW) == (learned and hurts)


def test_failed_references_count_as_having_learned_nothing() -> None:
    found = Truth(dict(zip(HEALTHY, (outcome(0.9), outcome(float("nan"), "why"), outcome(0.7)))))
    assert found.reference("shallow_mlp") == 0.7


def test_the_cache_keeps_what_is_not_finite(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "truth.db")
    failed = Outcome(float("inf"), float("nan"), 0.5, 3, 0.1, "the loss became inf in step 3")
    cache.add(LOW, failed)
    assert repr(cache.outcomes()) == repr({LOW: failed})
    assert cache.digest == source_digest()
    cache.close()


def test_the_command_prints_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "cases", lambda half, seeds: [LOW.twin, LOW])
    monkeypatch.setattr("sys.argv", ["suite", "--cache", str(tmp_path / "truth.db"), "--seeds", "1"])
    command.main()
    lines: list[Any] = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("shallow_mlp, relu, healthy, seed 0: score")
    assert lines[-2:] == ["healthy, learned 1/1: shallow_mlp 1/1", "low_rate 1/1: shallow_mlp 1/1"]
