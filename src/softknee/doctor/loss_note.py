"""What is wrong between a loss and what it is given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LossNote:
    """A fault of the output and the loss together: what is wrong, and how it is mended."""

    about: str
    remedy: str
    output: str  # the activation at the output
