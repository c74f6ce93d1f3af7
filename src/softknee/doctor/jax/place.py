"""Where an equation stands in the user's code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
from jax.extend.core import JaxprEqn

_SKIPPED = tuple(str(path) for path in (Path(jax.__file__).parent, Path(__file__).parents[2]))


def line_of(eqn: JaxprEqn) -> str:
    """File and line of the innermost code that is neither JAX's nor softknee's."""
    traceback = eqn.source_info.traceback
    frames: list[Any] = traceback.frames if traceback is not None else []
    for frame in frames:
        if not frame.file_name.startswith(_SKIPPED):
            return f"{Path(frame.file_name).name}:{frame.line_num}"
    return "an unknown line"
