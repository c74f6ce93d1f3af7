"""Runs on a Ray cluster: two nodes on this machine, one of them killed in the middle."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import softknee as knee
from softknee.comparison import Comparison, cluster
from softknee.comparison.cluster import Cluster
from tests.patience import PATIENCE

ray = pytest.importorskip("ray")
cluster_utils = pytest.importorskip("ray.cluster_utils")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", PATIENCE)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A head without CPUs, so that all work is on the two nodes that are added."""
    made = cluster_utils.Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}, connect=False
    )
    made.workers = [made.add_node(num_cpus=1) for _ in range(2)]
    made.wait_for_nodes()
    yield made
    if ray.is_initialized():
        ray.shutdown()
    made.shutdown()


def compared(activations: Any, **arguments: Any) -> Comparison:
    arguments = {"tasks": ["wine"], "epochs": 2, "rate": 1e-3, "seeds": 2, "progress": False, **arguments}
    return knee.compare(activations=activations, **arguments)


def measured(comparison: Comparison) -> list[dict[str, Any]]:
    times = ("epoch_seconds", "step_seconds")
    rows = [{k: v for k, v in asdict(r).items() if k not in times} for r in comparison.results]
    return sorted(rows, key=lambda row: (row["activation"], row["seed"]))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("127.0.0.1:1", "cannot be reached: .*refused"),
        ("ray://127.0.0.1:1", "cannot be reached: .*refused"),
        ("127.0.0.1:no", "cannot be reached"),
        ("no-such-host.invalid:10001", "cannot be reached"),
    ],
)
def test_a_cluster_that_is_not_there(address: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray itself, which would go on trying for minutes, is not begun."""

    def begun(**_: Any) -> None:
        raise AssertionError("Ray was begun")

    monkeypatch.setattr(ray, "init", begun)
    with pytest.raises(knee.ArgumentError, match=f"ray = '{address}' {message}"):
        compared(["relu"], ray=address)


def test_two_nodes_one_of_them_killed(nodes: Any, tmp_path: Path) -> None:
    """Nothing is lost and nothing is double, and the numbers are those of this process."""

    @knee.activation
    def bent(x):  # type: ignore[no-untyped-def]
        return knee.where(x > 0, x, x / 4)

    path = tmp_path / "runs.sqlite"
    killed = threading.Event()

    def kill() -> None:
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit and not killed.is_set():
            if path.exists():
                with closing(sqlite3.connect(path, timeout=PATIENCE)) as file:
                    known = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone()
                    if known and file.execute("SELECT count(*) FROM runs").fetchone()[0] >= 2:
                        nodes.remove_node(nodes.workers.pop(), allow_graceful=False)
                        killed.set()
            time.sleep(0.05)

    thread = threading.Thread(target=kill)
    thread.start()
    found = compared(["relu", bent], seeds=6, out=tmp_path, ray=nodes.address)
    assert killed.is_set()
    thread.join()
    assert [result.reason for result in found.results] == [""] * 12
    assert Counter((r.activation, r.seed) for r in found.results) == {
        (name, seed): 1 for name in ("relu", "bent") for seed in range(6)
    }
    assert measured(found) == measured(compared(["relu", bent], seeds=6, workers=1))


def test_a_cluster_that_lacks_the_package(nodes: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("softknee.comparison.fingerprint.versions", lambda: {"softknee": "another"})
    with pytest.raises(knee.ArgumentError, match=r"ray = .* has .*, not .*another"):
        Cluster(nodes.address).__enter__()


def test_workers_and_ray_exclude_each_other() -> None:
    with pytest.raises(knee.ArgumentError, match="workers = 2 has no meaning with ray"):
        compared(["relu"], workers=2, ray="auto")
