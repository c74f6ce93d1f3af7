"""Several processes: what each of them saw, put together."""

from __future__ import annotations

import numpy as np
import torch.distributed as dist

from .history import History, shares
from .layout import UNIT_FIELDS
from .snapshot import Readings

# How the readings of processes become one: by the largest, by the sum, else by the mean.
_LARGEST = {"steepest", "gradient"}
_SUMS = {"count", "wrong", "gradient_wrong", "samples"}


def reduce(history: History) -> None:
    """Merge the histories of all processes, in each of them; probes pair by their order in the run.

    Does nothing outside torch.distributed. All processes have to come here, as they do at the end of the same block.
    """
    if not (dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1):
        return
    history.settle_losses()
    mine = ([(s.step, s.readings) for s in history.snapshots], history.losses)
    theirs: list[tuple[list[tuple[int, dict[str, Readings]]], list[tuple[int, float]]] | None]
    theirs = [None] * dist.get_world_size()
    dist.all_gather_object(theirs, mine)
    by_step = [dict(each[0]) for each in theirs if each is not None]
    for snapshot in history.snapshots:
        others = [steps[snapshot.step] for steps in by_step if snapshot.step in steps]
        for key in snapshot.readings:
            snapshot.readings[key] = _merged([readings[key] for readings in others if key in readings])
    losses = [dict(each[1]) for each in theirs if each is not None]
    history.losses = [
        (step, float(np.mean([each[step] for each in losses if step in each]))) for step, _ in history.losses
    ]


def _merged(readings: list[Readings]) -> Readings:
    names = set.intersection(*(set(r) for r in readings))
    merged: Readings = {}
    for name in names:
        values = [r[name] for r in readings]
        if any(np.shape(v) != np.shape(values[0]) for v in values):
            continue
        combine = np.max if name in _LARGEST else np.sum if name in _SUMS else np.mean
        found = combine(np.stack(values), axis=0)
        merged[name] = found if np.ndim(found) else float(found)
    if all(name in merged for name in UNIT_FIELDS):
        merged.update(shares(merged))
    return merged
