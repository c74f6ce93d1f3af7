"""Outcomes kept in a SQLite file, each under its case and a digest of the suite's source."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from math import nan
from pathlib import Path
from typing import Any

from .cases import Case
from .training import Outcome

_TABLE = """
create table if not exists outcomes (
    digest text, architecture text, activation text, fault text, seed integer,
    loss real, score real, constant_score real, steps integer, seconds real, reason text,
    primary key (digest, architecture, activation, fault, seed)
)
"""
_OUTCOME = "loss, score, constant_score, steps, seconds, reason"


@lru_cache(maxsize=1)
def source_digest() -> str:
    """A digest of all Python files of the suite: outcomes of another source do not count."""
    here = Path(__file__).parent
    found = sha256()
    for path in sorted(here.rglob("*.py")):
        found.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


class Cache:
    """The outcomes in the file at `path`, which is made where there is none, with its folder."""

    def __init__(self, path: Path | str, digest: str | None = None) -> None:
        self.digest = digest or source_digest()
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path, timeout=60.0)
        with self._file:
            self._file.execute(_TABLE)

    def outcomes(self) -> dict[Case, Outcome]:
        """The outcomes that belong to this source, by case."""
        rows = self._file.execute(
            f"select architecture, activation, fault, seed, {_OUTCOME} from outcomes where digest = ?", (self.digest,)
        )
        return {Case(*row[:4]): _outcome(*row[4:]) for row in rows}

    def add(self, case: Case, outcome: Outcome) -> None:
        """Write one outcome to the file, at once."""
        values = (self.digest, *asdict(case).values(), *asdict(outcome).values())
        with self._file:
            self._file.execute(f"insert or replace into outcomes values ({', '.join('?' * len(values))})", values)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _outcome(loss: float | None, score: float | None, constant_score: float, *rest: Any) -> Outcome:
    """The outcome of a row, where SQLite has null for NaN."""
    return Outcome(nan if loss is None else loss, nan if score is None else score, constant_score, *rest)
