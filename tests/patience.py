"""Waiting for what another process or thread does; no verdict on how fast that is."""

from __future__ import annotations

import time
from collections.abc import Callable

# Seconds after which a wait is taken to be without end. It is reached by what hangs, and by nothing else: a machine
# that is a hundred times slower than ours stays below it.
PATIENCE = 600.0
_GLANCE = 0.01


def becomes(condition: Callable[[], object], within: float = PATIENCE) -> bool:
    """True as soon as the condition holds; False if it never does, within a number of seconds."""
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(_GLANCE)
    return True
