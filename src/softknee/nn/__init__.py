"""PyTorch modules of every activation, each a drop-in for torch.nn's of the same name.

Modules are looked up by name (`softknee.nn.Mish`) and made on first use; arithmetic is not here.

>>> import softknee as knee
>>> knee.nn.LeakyReLU(0.2)
LeakyReLU(negative_slope=0.2)
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from softknee.functions.public import get, names

from .maxout import MaxoutLinear
from .modules import ActivationModule, class_of


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The names of the module classes, each with the name of the activation that it stands for."""
    return {get(name).definition.module: name for name in names()}


def __getattr__(name: str) -> Any:
    known = _names()
    if name not in known:
        from difflib import get_close_matches

        near = get_close_matches(name, known, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise AttributeError(f"softknee.nn has no module {name!r}{hint}")
    found = class_of(known[name])
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*_names(), "ActivationModule", "MaxoutLinear", "class_of"})


__all__ = ["ActivationModule", "MaxoutLinear", "class_of"]
