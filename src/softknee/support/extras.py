"""Optional dependencies: imported when first needed, with a clear word where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from softknee.language.errors import SoftkneeError


class MissingExtraError(SoftkneeError, ImportError):
    """A feature needs a package that is not installed."""


def need(module: str, extra: str) -> Any:
    """Import `module`; raises MissingExtraError naming the extra that brings it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise MissingExtraError(f"{package} is not installed; pip install 'softknee[{extra}]' brings it") from None
