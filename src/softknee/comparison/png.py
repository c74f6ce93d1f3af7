"""Pictures as text."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Any

import numpy as np

from softknee.support.extras import need


def png(picture: Any) -> str:
    """A picture of shape (height, width, 3), from 0 to 1, as a PNG in base64."""
    kept = BytesIO()
    levels = np.rint(np.clip(np.asarray(picture), 0, 1) * 255).astype(np.uint8)
    need("PIL.Image", "compare").fromarray(levels).save(kept, "PNG", optimize=True)
    return base64.b64encode(kept.getvalue()).decode("ascii")
