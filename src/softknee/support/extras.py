"""Optional dependencies: imported when first needed, with an error that says what to install where one is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from softknee.language.errors import SoftkneeError


class MissingExtraError(SoftkneeError, ImportError):
    """An error for a feature whose package is not installed; its text says which extra of softknee brings it."""


def need(module: str, extra: str) -> Any:
    """The module, imported now.

    Raises MissingExtraError, naming the extra of softknee that brings it, where its package is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        package = module.partition(".")[0]
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        raise MissingExtraError(f"{package} is not installed; pip install 'softknee[{extra}]' brings it") from None
