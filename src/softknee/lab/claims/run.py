"""Experiments carried out, with their records kept: a measurement by the same code is not repeated."""

from __future__ import annotations

import ast
import hashlib
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any

from softknee.comparison.fingerprint import versions
from softknee.language.errors import ArgumentError

from .claim import Claim
from .evidence import Evidence
from .scale import Scale
from .verdict import ClaimVerdict, judge

# The modules of this package that decide how an experiment comes out, besides its own.
_DECISIVE = ("data", "effects", "evidence", "lab", "scale", "scores", "convergence")
_PACKAGES = ("softknee", "torch", "numpy", "scipy", "scikit-learn")


@dataclass(frozen=True)
class Record:
    """The record of an experiment.

    `key` is a hash of the code and scale, `day` and `seconds` say when it was made and how long it took.
    """

    claim: Claim
    evidence: Evidence
    key: str
    scale: str
    day: str
    seconds: float
    versions: dict[str, str]
    machine: str

    @property
    def verdict(self) -> ClaimVerdict:
        """The verdict that follows from the evidence."""
        return judge(self.claim, self.evidence)

    def as_json(self) -> dict[str, Any]:
        """The record as a dict that JSON can hold."""
        kept = {name: value for name, value in self.__dict__.items() if name not in ("claim", "evidence")}
        return {"claim": self.claim.name, **kept, "evidence": self.evidence.as_json()}

    @staticmethod
    def of_json(claim: Claim, kept: dict[str, Any]) -> Record:
        """The record of a claim of a dict that `as_json` made."""
        rest = {name: value for name, value in kept.items() if name not in ("claim", "evidence")}
        return Record(claim=claim, evidence=Evidence.of_json(kept["evidence"]), **rest)


def measure(
    claims: Sequence[Claim], scale: Scale, out: Path, tell: Callable[[Claim, Record | None], None] | None = None
) -> list[Record]:
    """The records of the claims: those in the folder that the same code has left, and the others made now.

    `tell` is called with None before a claim is measured, and with each record. Raises ArgumentError where the folder
    cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError("claims", "out", str(out), f"cannot be written: {error.strerror}") from None
    records = []
    for claim in claims:
        found = kept(claim, out)
        if found is None or found.key != key(claim, scale):
            if tell:
                tell(claim, None)
            found = _measured(claim, scale)
            _path(claim, out).write_text(json.dumps(found.as_json(), indent=1), encoding="utf-8")
        records.append(found)
        if tell:
            tell(claim, found)
    return records


def kept(claim: Claim, out: Path) -> Record | None:
    """The record of a claim in the folder, by whichever code it was made; None where there is none."""
    path = _path(claim, out)
    if not path.is_file():
        return None
    try:
        return Record.of_json(claim, json.loads(path.read_text(encoding="utf-8")))
    except (KeyError, TypeError, ValueError):  # written by an older version
        return None


def _path(claim: Claim, out: Path) -> Path:
    return out / f"{claim.name}.json"


def _measured(claim: Claim, scale: Scale) -> Record:
    start = process_time()
    evidence = claim.measure(scale)
    return Record(
        claim=claim,
        evidence=evidence,
        key=key(claim, scale),
        scale=scale.name,
        day=datetime.now(timezone.utc).date().isoformat(),
        seconds=round(process_time() - start, 1),
        versions={"Python": platform.python_version(), **{package: version(package) for package in _PACKAGES}},
        machine=f"{platform.system()} {platform.machine()}",
    )


def key(claim: Claim, scale: Scale) -> str:
    """A hash of all that decides what is measured: code, scale and versions, but neither texts nor thresholds."""
    package = __name__.rpartition(".")[0]
    modules = [claim.measure.__module__, *(f"{package}.{name}" for name in _DECISIVE)]
    parts = [_code(name) for name in modules] + [repr(scale), json.dumps(versions(), sort_keys=True)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _code(module: str) -> str:
    source = Path(str(import_module(module).__file__)).read_text(encoding="utf-8")
    return ast.dump(_Wordless().visit(ast.parse(source)))


class _Wordless(ast.NodeTransformer):
    """Removes what does not decide: texts, docstrings, and decorators, in which claims are declared."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in ("Text", "Part"):
            return ast.Constant("")
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = []
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return ast.Pass()
        return self.generic_visit(node)
