"""A folder of images with one subfolder for each class, in the layout of torchvision's ImageFolder."""

from __future__ import annotations

from collections import Counter
from math import prod
from pathlib import Path

import numpy as np

from softknee.language.errors import ArgumentError
from softknee.support.extras import need

from .array_data import Array

_KINDS = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".ppm", ".pgm", ".tif", ".tiff"}
# The most bytes of images, which are held in memory as float32.
_MOST_BYTES = 2 << 30


def images(folder: Path) -> tuple[Array, Array]:
    """The images of a folder, of shape (n, 3, height, width), from 0 to 1, and the names of their classes.

    Images of several sizes all take the size that most have. Raises ArgumentError where there are none, where one
    cannot be read, or where they take more than 2 GiB.
    """
    files = [
        (file, kind.name)
        for kind in sorted(folder.iterdir())
        if kind.is_dir()
        for file in sorted(kind.rglob("*"))
        if file.suffix.lower() in _KINDS
    ]
    if not files:
        raise ArgumentError("compare", "data", str(folder), "holds no subfolders with images, one for each class")
    opened, errors = need("PIL.Image", "compare").open, need("PIL", "compare").UnidentifiedImageError
    sizes: Counter[tuple[int, int]] = Counter()
    for file, _ in files:
        try:
            with opened(file) as image:
                sizes[image.size] += 1
        except (OSError, errors) as error:
            raise ArgumentError("compare", "data", str(file), f"cannot be read: {error}") from None
    size = sizes.most_common(1)[0][0]
    if 12 * prod(size) * len(files) > _MOST_BYTES:
        why = f"{len(files)} images of {size[0]} × {size[1]} take more than 2 GiB: give a torch Dataset"
        raise ArgumentError("compare", "data", str(folder), why)
    x = np.empty((len(files), 3, size[1], size[0]), dtype=np.float32)
    for at, (file, _) in enumerate(files):
        try:
            with opened(file) as image:
                coloured = image.convert("RGB")
                fitting = coloured if coloured.size == size else coloured.resize(size)
        except (OSError, errors) as error:
            raise ArgumentError("compare", "data", str(file), f"cannot be read: {error}") from None
        x[at] = np.asarray(fitting, dtype=np.float32).transpose(2, 0, 1) / 255
    return x, np.array([name for _, name in files])
