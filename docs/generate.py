"""Draw `docs/images/activations.svg`, the picture of the README: `python docs/generate.py`.

All other generated pages and pictures are made by mkdocs itself, through `docs/generator/hook.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "generator"))

from pictures import family_portrait  # noqa: E402

SHOWN = [
    "relu", "leaky_relu", "elu", "selu", "softplus", "maxout",
    "sigmoid", "tanh", "softshrink", "gelu", "silu", "mish",
]  # fmt: skip


def main() -> None:
    """Write the picture."""
    target = HERE / "images" / "activations.svg"
    target.write_text(family_portrait(SHOWN), encoding="utf-8")


if __name__ == "__main__":
    main()
