"""Screenshots of the atlas for README and docs: `python tools/atlas_pictures.py`, after `make atlas`.

Needs Playwright and Debian's chromium.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from softknee.atlas.build import contents
from softknee.atlas.serve import served

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
SIZE = {"width": 1180, "height": 760}

# The pictures: file, place in the atlas, colour scheme, and where the pointer stands.
PICTURES = (
    ("atlas-function", "en/f/mish?show=value,slope,curvature", "light", (455, 420)),
    (
        "atlas-compare",
        "en/compare?of=relu,leaky_relu(negative_slope=0.2),elu,elu(alpha=0.3),gelu,silu,mish,softplus,tanh,sigmoid",
        "light",
        (270, 521),
    ),
    ("atlas-lab", "en/lab?f=sigmoid&depth=30", "light", None),
    ("atlas-function-zh", "zh/f/swiglu", "dark", (700, 360)),
)


def take(browser: Any, address: str, place: str, colours: str, pointer: tuple[int, int] | None, path: Path) -> None:
    """Write the screenshot of one place."""
    page = browser.new_context(viewport=SIZE, color_scheme=colours).new_page()
    page.goto(f"{address}#/{place}")
    page.wait_for_selector("h1")
    if pointer:
        page.mouse.move(*pointer)
    page.wait_for_timeout(300)
    page.screenshot(path=path)


def main() -> None:
    """Write all screenshots."""
    with served(contents()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, place, colours, pointer in PICTURES:
            take(browser, address, place, colours, pointer, IMAGES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
