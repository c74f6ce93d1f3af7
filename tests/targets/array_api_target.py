"""A target for arrays of the array API standard, written from `softknee.targets.protocol` alone."""

from __future__ import annotations

from typing import Any

import array_api_strict
import numpy as np

import softknee as knee
from softknee.targets.namespace import NamespaceTarget


class ArrayApiTarget(NamespaceTarget):
    """The arrays of `array_api_strict`, which has the standard's functions and no other."""

    def __init__(self) -> None:
        super().__init__(array_api_strict)

    def quiet(self) -> Any:
        """These arrays are NumPy's inside, and so are the warnings."""
        return np.errstate(all="ignore")


knee.register_target("array_api_strict", "_array_object.Array", ArrayApiTarget)
