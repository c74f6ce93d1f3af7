"""The histories of several processes of torch.distributed, merged into one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch.distributed as dist

from softknee.doctor.history import History, Readings, shares
from softknee.doctor.layout import UNIT_FIELDS

# Readings of processes become one by the largest, by the sum, else by the mean.
_LARGEST = {"steepest", "gradient"}
_SUMS = {"count", "wrong", "gradient_wrong", "samples"}


class _Seen(NamedTuple):
    """The part of a history that goes to the other processes: readings and losses by step, and the inputs' sizes."""

    readings: list[tuple[int, dict[str, Readings]]]
    losses: list[tuple[int, float]]
    data: dict[str, float]


def reduce(history: History) -> None:
    """Merge the histories of all processes, in each of them; probes pair by their order in the run.

    Does nothing outside torch.distributed. All processes have to come here, as they do at the end of the same block.
    """
    if not (dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1):
        return
    history.settle_losses()
    mine = _Seen([(s.step, s.readings) for s in history.snapshots], history.losses, history.data)
    gathered: list[_Seen | None] = [None] * dist.get_world_size()
    dist.all_gather_object(gathered, mine)
    theirs = [each for each in gathered if each is not None]
    by_step = [dict(each.readings) for each in theirs]
    for snapshot in history.snapshots:
        others = [steps[snapshot.step] for steps in by_step if snapshot.step in steps]
        for key in snapshot.readings:
            snapshot.readings[key] = _merged([readings[key] for readings in others if key in readings])
    losses = [dict(each.losses) for each in theirs]
    history.losses = [
        (step, float(np.mean([each[step] for each in losses if step in each]))) for step, _ in history.losses
    ]
    broken = [each.data for each in theirs if "broken" in each.data]
    for data in sorted(broken, key=lambda data: data["broken"])[:1]:
        history.data = {**history.data, "finite": 0.0, "broken": data["broken"]}


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
