"""A comparison's findings as pandas frames, and all its runs as a Parquet or CSV file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from softknee.support.extras import need

from .problem import Problem
from .ranks import Ranking
from .result import Result


def frame(kind: type, items: Iterable[Any]) -> Any:
    """A pandas frame with a row for each instance of a dataclass and a column for each of its fields."""
    names = [each.name for each in fields(kind)]
    return need("pandas", "compare").DataFrame(
        [[getattr(item, name) for name in names] for item in items], columns=names
    )


def ranking_frame(ranking: Ranking) -> Any:
    """A pandas frame with a row for each activation: its mean rank, its groups, and its rank on each task."""
    groups = ranking.groups
    rows = [
        {"activation": name, "mean_rank": mean, "groups": groups[name], ranking.over: ranking.blocks}
        | {f"rank_{task}": ranks[name] for task, ranks in ranking.by_task.items()}
        for name, mean in ranking.means.items()
    ]
    columns = ["activation", "mean_rank", "groups", ranking.over, *(f"rank_{task}" for task in ranking.by_task)]
    return need("pandas", "compare").DataFrame(rows, columns=columns)


def runs_frame(results: Sequence[Result], problems: Mapping[str, Problem]) -> Any:
    """A pandas frame of all runs, with the name of the metric that they are scored by and its direction."""
    table = frame(Result, results)
    metrics = [problems[result.task].metric for result in results]
    table.insert(1, "metric", [metric.name for metric in metrics])
    table.insert(2, "higher_is_better", [metric.sign > 0 for metric in metrics])
    return table


def write_parquet(runs: Any, path: Path) -> None:
    """Write the frame of runs as Parquet: curves as lists of numbers, shares by layer as JSON, as layers differ by
    task.
    """
    need("pyarrow", "compare")
    _with_json(runs, "dead_by_layer").to_parquet(path, engine="pyarrow", index=False)


def write_csv(runs: Any, path: Path) -> None:
    """Write the frame of runs as CSV, with curves and shares by layer as JSON."""
    _with_json(runs, "dead_by_layer", "train_loss", "validation").to_csv(path, index=False)


def _with_json(runs: Any, *columns: str) -> Any:
    return runs.assign(**{name: runs[name].map(json.dumps) for name in columns})
