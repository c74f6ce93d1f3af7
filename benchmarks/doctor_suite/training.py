"""One training run of a case, and its outcome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from math import isfinite, nan
from statistics import fmean
from time import process_time

import torch

from .cases import Case
from .setup import Setup

# The final loss is the mean over this share of the steps.
_LAST = 0.1


@dataclass(frozen=True)
class Outcome:
    """The end of a run: `reason` says why it failed and is empty where it did not; a failed run has no score."""

    loss: float
    score: float
    constant_score: float
    steps: int
    seconds: float
    reason: str = ""

    @property
    def failed(self) -> bool:
        """True where it stopped before the end, or left the finite numbers."""
        return bool(self.reason)


def train(case: Case, seconds: float = 60.0) -> Outcome:
    """Train the case for its steps, or for that much time of the processor; an error becomes the outcome's reason."""
    start = process_time()
    losses: list[float] = []
    score, reason = nan, ""
    with _one_thread(), torch.random.fork_rng(devices=[]):
        setup = case.build()
        torch.manual_seed(case.seed)
        try:
            reason = _steps(setup, losses, start + seconds)
            score = setup.score(setup.model)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
    if not reason and not isfinite(score):
        reason = "the validation outputs are not finite"
    last = losses[-max(1, round(_LAST * setup.steps)) :]
    return Outcome(
        loss=fmean(last) if last else nan,
        score=nan if reason else score,
        constant_score=setup.constant_score,
        steps=len(losses),
        seconds=process_time() - start,
        reason=reason,
    )


def _steps(setup: Setup, losses: list[float], until: float) -> str:
    """Train and collect the losses; the reason where it stopped early, else an empty text."""
    optimizer = setup.optimizer(setup.model.parameters())
    setup.model.train()
    for x, y in islice(setup.batches(), setup.steps):
        optimizer.zero_grad()
        loss = setup.loss_fn(setup.model(x), y)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(float(loss.detach()))
        if not isfinite(losses[-1]):
            return f"the loss became {losses[-1]} in step {len(losses)}"
        if process_time() > until:
            return f"out of time in step {len(losses)}"
    return ""


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums of several threads round differently, and nets as small as these gain nothing from them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
