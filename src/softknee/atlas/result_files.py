"""The files of measured results that the atlas shows: in the repository's docs, or beside this package once
installed.
"""

from __future__ import annotations

from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[3] / "docs"
_INSTALLED = Path(__file__).resolve().parent / "results"

ACCURACY = "accuracy.md"
SPEED = "speed.md"
CLAIMS = "records/claims.json"
PICTURES = "claims/images"


def record(name: str) -> Path | None:
    """The file or folder of results with this name, None where it is in neither place."""
    return next((folder / name for folder in (_REPOSITORY, _INSTALLED) if (folder / name).exists()), None)
