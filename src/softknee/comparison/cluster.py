"""Runs carried out by a Ray cluster; the runs of a node that is lost are done again elsewhere."""

from __future__ import annotations

import pickle
import socket
import sys
from collections.abc import Iterator
from typing import Any

from softknee.language.errors import ArgumentError
from softknee.support.extras import need

from .plan import Run
from .result import Result
from .worker_pool import Problems, packed

# The number of times that a run is done again after its node or process was lost; after more the run is to blame.
RETRIES = 5
# The seconds that a cluster has to answer.
PATIENCE = 60.0
# The address for a Ray that is started on this machine for this comparison alone.
LOCAL = "local"


class Cluster:
    """A Ray cluster at an address such as "auto" or "ray://head:10001"; as a context it disconnects at the end."""

    def __init__(self, address: str) -> None:
        self.address = address
        # A Ray that this process has started before is used, and left running.
        self._ray: Any = need("ray", "ray")
        self._is_ours = False

    def __enter__(self) -> Cluster:
        if not self._ray.is_initialized():
            _check_answers(self.address)
            local = {"include_dashboard": False} if self.address == LOCAL else {}
            try:
                self._ray.init(address=self.address, log_to_driver=False, logging_level="error", **local)
            except Exception as error:  # Ray raises errors of many classes for addresses that cannot be reached
                said = str(error).strip().splitlines() or [type(error).__name__]
                raise ArgumentError("compare", "ray", self.address, f"cannot be reached: {said[0]}") from None
            self._is_ours = True
        try:
            self._check()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_ours:
            self._ray.shutdown()
            self._is_ours = False

    @property
    def slots(self) -> int:
        """The number of runs that fit at once: one for each CPU that the cluster has now."""
        return max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def train(self, runs: Iterator[Run], problems: Problems) -> Iterator[tuple[Run, Result]]:
        """Pairs of run and result as they come; a run that is lost with its node is done elsewhere."""
        remote = self._ray.remote(num_cpus=1, max_retries=RETRIES)(_train)
        parcels = {name: self._ray.put(packed(problem)) for name, problem in problems.items()}
        places = self._ray.put(sys.path)
        doing: dict[Any, Run] = {}
        while True:
            while len(doing) < self.slots and (run := next(runs, None)) is not None:
                doing[remote.remote(packed(run), parcels[run.problem], places)] = run
            if not doing:
                return
            finished, _ = self._ray.wait(list(doing), num_returns=1, timeout=0.5)
            for each in finished:
                run = doing.pop(each)
                yield run, self._result(run, each)

    def _result(self, run: Run, promised: Any) -> Result:
        try:
            found: Result = self._ray.get(promised)
            return found
        except self._ray.exceptions.RayError as error:
            reason = f"{type(error).__name__}: {str(error).strip().splitlines()[-1]}"
            return Result(run.problem, run.choice.label, run.seed, reason, run.stage, run.rate)

    def _check(self) -> None:
        """Raise ArgumentError unless the cluster has the same softknee and torch as this process."""

        def has() -> str:  # pickled by value, since the package may be missing there
            try:
                import torch

                import softknee.comparison.fingerprint
            except ImportError as error:
                return f"lacks a package: {error}"
            del torch
            return str(softknee.comparison.fingerprint.versions())

        from .fingerprint import versions

        try:
            found = self._ray.get(self._ray.remote(num_cpus=1)(has).remote(), timeout=PATIENCE)
        except self._ray.exceptions.RayError as error:
            said = str(error).strip().splitlines() or [type(error).__name__]
            raise ArgumentError("compare", "ray", self.address, f"does not answer: {said[0]}") from None
        if found != str(versions()):
            what = found if found.startswith("lacks") else f"has {found}, not {versions()}"
            raise ArgumentError("compare", "ray", self.address, what)


def _check_answers(address: str) -> None:
    """Raise ArgumentError where nobody listens at the address: Ray itself would go on trying for minutes."""
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if not colon:
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except (OSError, ValueError, OverflowError) as error:
        raise ArgumentError("compare", "ray", address, f"cannot be reached: {error}") from None


def _train(run: bytes, problem: bytes, places: list[str]) -> Result:
    sys.path[:0] = [place for place in places if place not in sys.path]
    import torch

    from .train import train

    torch.set_num_threads(1)
    return train(pickle.loads(run), pickle.loads(problem))
