"""Programs and packages that a machine may lack: tests that need one are skipped there, and fail in CI."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "src" / "softknee" / "atlas" / "app"


def lacks(what: str) -> None:
    """Skip, or fail where CI is set."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing in CI")
    pytest.skip(f"needs {what}")


def program(name: str) -> str:
    """The path of a program."""
    found = shutil.which(name)
    if found is None:
        lacks(name)
    return str(found)


def built_app() -> Path:
    """The folder of the atlas's built pages."""
    if not (APP / "index.html").is_file():
        lacks("the built pages of the atlas (make atlas)")
    return APP
