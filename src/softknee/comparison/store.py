"""Finished runs in a SQLite file: none is lost or done twice, and several processes may share the file."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from softknee.language.errors import ArgumentError

from . import fingerprint
from .plan import Plan, Run
from .result import Result

# The number in the file's header that means the tables below; others are of other programs or versions.
FORMAT = 0x736B0001
# The seconds without a sign of life after which another process may do a run that was taken.
STALE = 60.0
_BEAT = 5.0

_TABLES = f"""
PRAGMA application_id = {FORMAT};
CREATE TABLE IF NOT EXISTS codes (kind TEXT, name TEXT, part TEXT, value TEXT, PRIMARY KEY (kind, name, part));
CREATE TABLE IF NOT EXISTS runs (
    key TEXT PRIMARY KEY, task TEXT, activation TEXT, seed INTEGER, stage TEXT, rate REAL, epochs INTEGER,
    finished TEXT DEFAULT CURRENT_TIMESTAMP, result TEXT
);
CREATE TABLE IF NOT EXISTS taken (key TEXT PRIMARY KEY, owner TEXT, heard REAL);
"""


class Store:
    """The finished runs of one plan. As a context it tells other processes that this one is alive."""

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path = path
        self._owner = f"{socket.gethostname()} {os.getpid()} {time.time_ns()}"
        self._problems = {problem.name: problem.fingerprint for problem in plan.problems}
        self._choices = {choice.label: fingerprint.of_choice(choice) for choice in plan.choices}
        self._versions = fingerprint.versions()
        self._over = Event()
        with self._asking() as file:
            self._prepare(file)

    def __enter__(self) -> Store:
        Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with self._asking() as file:
            file.execute("DELETE FROM taken WHERE owner = ?", (self._owner,))

    # -- what is there ---------------------------------------------------------------------
    def found(self, runs: Iterable[Run]) -> dict[Run, Result]:
        """The results of those of the runs that are done."""
        keys = {self.key(run): run for run in runs}
        with self._asking() as file:
            rows = file.execute("SELECT key, result FROM runs").fetchall()
        return {keys[key]: Result.of_json(json.loads(text)) for key, text in rows if key in keys}

    def take(self, run: Run) -> bool:
        """Reserve a run for this process; False where it is done, or another living process has it."""
        key = self.key(run)
        with self._asking() as file:
            if file.execute("SELECT 1 FROM runs WHERE key = ?", (key,)).fetchone():
                return False
            row = file.execute("SELECT owner, heard FROM taken WHERE key = ?", (key,)).fetchone()
            if row and row[0] != self._owner and not _is_gone(*row):
                return False
            file.execute("INSERT OR REPLACE INTO taken VALUES (?, ?, ?)", (key, self._owner, time.time()))
        return True

    def add(self, run: Run, result: Result) -> None:
        """Write a run's result into the file, at once and for good."""
        key = self.key(run)
        row = (
            key,
            run.problem,
            run.choice.label,
            run.seed,
            run.stage,
            run.rate,
            run.epochs,
            json.dumps(result.as_json()),
        )
        names = "key, task, activation, seed, stage, rate, epochs, result"
        with self._asking() as file:
            file.execute(f"INSERT OR IGNORE INTO runs ({names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            file.execute("DELETE FROM taken WHERE key = ?", (key,))

    def key(self, run: Run) -> str:
        """A hash of everything that defines a run."""
        parts = [
            self._problems[run.problem], self._choices[run.choice.label], self._versions, run.problem, run.seed,
            run.epochs, float(run.rate), run.stage,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]

    # -- the file --------------------------------------------------------------------------
    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        """A transaction on the file, for which other processes wait."""
        try:
            file = sqlite3.connect(self.path, timeout=60, isolation_level=None)
            try:
                file.execute("PRAGMA synchronous = FULL")
                file.execute("BEGIN IMMEDIATE")
                yield file
                file.execute("COMMIT")
            finally:
                file.close()
        except sqlite3.DatabaseError as error:
            raise ArgumentError("compare", "out", str(self.path), f"cannot be used: {error}") from None

    def _prepare(self, file: sqlite3.Connection) -> None:
        (known,) = file.execute("PRAGMA application_id").fetchone()
        (tables,) = file.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and known != FORMAT:
            raise ArgumentError("compare", "out", str(self.path), "is a database of something else")
        for statement in filter(str.strip, _TABLES.split(";")):
            file.execute(statement)
        wanted = [("versions", "", part, value) for part, value in self._versions.items()]
        wanted += [("task", name, part, v) for name, parts in self._problems.items() for part, v in parts.items()]
        wanted += [("activation", name, "definition", value) for name, value in self._choices.items()]
        for kind, name, part, value in wanted:
            row = file.execute(
                "SELECT value FROM codes WHERE kind = ? AND name = ? AND part = ?", (kind, name, part)
            ).fetchone()
            if row and row[0] != value:
                what = f"another {part} of {kind} {name!r}" if name else f"{part} {row[0]}, not {value}"
                why = f"holds runs with {what}: give another folder, or delete this one"
                raise ArgumentError("compare", "out", str(self.path.parent), why)
            file.execute("INSERT OR IGNORE INTO codes VALUES (?, ?, ?, ?)", (kind, name, part, value))

    def _beat(self) -> None:
        while not self._over.wait(_BEAT):
            try:
                with self._asking() as file:
                    file.execute("UPDATE taken SET heard = ? WHERE owner = ?", (time.time(), self._owner))
            except ArgumentError:
                continue  # the next one may succeed; a lasting error shows when a run is added


def _is_gone(owner: str, heard: float) -> bool:
    """True where the process that took a run has ended, or has given no sign of life for too long."""
    host, process, _ = owner.split(" ")
    if time.time() - heard > STALE:
        return True
    if host != socket.gethostname() or sys.platform == "win32":
        return False  # of another machine's process only its silence tells
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
