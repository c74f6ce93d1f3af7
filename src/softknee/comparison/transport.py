"""Runs and problems on their way to another process: what is a person's own goes by value."""

from __future__ import annotations

import copyreg
from io import BytesIO
from typing import Any

import cloudpickle  # type: ignore[import-untyped]

from softknee.functions.base import Function


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    def reducer_override(self, obj: Any) -> Any:
        """An activation that is not in the catalogue goes as it is: its module need not be importable there."""
        if isinstance(obj, Function) and not obj.is_catalogued:
            return copyreg.__newobj__, (type(obj),), obj.__getstate__()  # type: ignore[attr-defined]
        return super().reducer_override(obj)


def packed(value: Any) -> bytes:
    """The value as bytes, which `pickle.loads` reads."""
    buffer = BytesIO()
    _Pickler(buffer).dump(value)
    return buffer.getvalue()
