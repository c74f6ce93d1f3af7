"""The loading times and file sizes of the atlas: `python benchmarks/atlas.py`, after `make atlas`.

Opens the built folder from the disk in headless Chromium, a fresh profile each time, and prints the median time to the
first contentful paint and until the page stands; then how long the pages of all functions take, one after another, and
the curves of all of them in one plot; then the same of an atlas with 300 more functions, and how long a letter takes in
its search.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from playwright.sync_api import Browser, sync_playwright

import softknee as knee
from softknee.atlas.build import build

ROUNDS = 7
MORE = 300
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def first_view(browser: Browser, address: str) -> tuple[float, float]:
    """The milliseconds to the first contentful paint, and to the heading, of a fresh profile."""
    context = browser.new_context()
    page = context.new_page()
    started = perf_counter()
    page.goto(address)
    page.wait_for_selector("h1")
    stands = 1000 * (perf_counter() - started)
    page.wait_for_function(PAINT)
    painted = float(page.evaluate(PAINT))
    context.close()
    return painted, stands


def walk(browser: Browser, address: str) -> list[float]:
    """The milliseconds for each function's page, in one visit."""
    page = browser.new_page()
    page.goto(address)
    found = []
    for name in knee.names():
        started = perf_counter()
        page.evaluate("(hash) => { location.hash = hash }", f"#/en/f/{name}")
        page.wait_for_selector(f"h1:has-text('{name}')")
        page.evaluate(DRAWN)
        found.append(1000 * (perf_counter() - started))
    return found


def overlay(browser: Browser, address: str) -> tuple[int, dict[str, float]]:
    """The number of curves of all functions in Compare, and the milliseconds until they stand and until a change
    shows.
    """
    page = browser.new_page()
    page.goto(f"{address}#/en/compare")
    page.wait_for_selector("h1")

    def timed(act: Callable[..., object], *arguments: object) -> float:
        started = perf_counter()
        act(*arguments)
        page.evaluate(DRAWN)
        return 1000 * (perf_counter() - started)

    found = {"standing": timed(page.select_option, ".chooser select", "*")}
    box = page.locator("rect.touch").bounding_box()
    assert box is not None
    x, y = box["x"], box["y"] + box["height"] / 2
    found["pointer"] = median(timed(page.mouse.move, x + 40 * step, y) for step in range(1, 12))
    found["zoom"] = median(timed(page.click, "button[aria-label='Zoom in']") for _ in range(ROUNDS))
    page.click(".chosen[data-series=elu] button")
    slider = page.locator("#slide-alpha")
    found["slider"] = median(timed(slider.press, "ArrowRight") for _ in range(ROUNDS))
    return page.locator(".chosen").count(), found


def sizes(folder: Path) -> dict[str, tuple[int, int]]:
    """By file, its bytes, plain and compressed."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    return {path.name: (path.stat().st_size, len(gzip.compress(path.read_bytes()))) for path in files}


def show(folder: Path, browser: Any) -> None:
    """Measure an atlas and print the figures."""
    address = (folder / "index.html").as_uri()
    views = [first_view(browser, address) for _ in range(ROUNDS)]
    pages = walk(browser, address)
    print(f"first view from disk: painted after {median(v[0] for v in views):.0f} ms, ", end="")
    print(f"stands after {median(v[1] for v in views):.0f} ms (medians of {ROUNDS})")
    print(f"pages of {len(pages)} functions: {median(pages):.0f} ms in the middle, {max(pages):.0f} ms at most")
    curves, times = overlay(browser, address)
    print(f"{curves} curves in one plot:", ", ".join(f"{what} {time:.0f} ms" for what, time in times.items()))
    total = 0
    for name, (raw, compressed) in sizes(folder).items():
        total += compressed
        print(f"{name}: {raw / 1000:.0f} kB, compressed {compressed / 1000:.1f} kB")
    print(f"all but the claims' pictures, compressed: {total / 1000:.0f} kB")


def one_more(number: int) -> Any:
    """A new function for each number."""

    def more(x: Any) -> Any:
        """One of many functions: x times the sigmoid of a multiple of x."""
        return x * knee.ops.sigmoid(number * x)

    more.__name__ = f"more_{number}"
    return knee.activation(more)


def show_many(folder: Path, browser: Any) -> None:
    """Print, for the list of very many functions, how long it takes to stand, and how long a letter in the search
    takes.
    """
    address = (folder / "index.html").as_uri()
    views = [first_view(browser, address) for _ in range(ROUNDS)]
    page = browser.new_page()
    page.goto(address)
    letters = []
    for letter in "more_12":
        started = perf_counter()
        page.locator("input[type=search]").press(letter)
        page.evaluate(DRAWN)
        letters.append(1000 * (perf_counter() - started))
    print(f"{MORE} functions more: painted after {median(v[0] for v in views):.0f} ms, ", end="")
    print(f"stands after {median(v[1] for v in views):.0f} ms; a letter in the search {max(letters):.0f} ms at most")


def main() -> None:
    """Build atlases into temporary folders, and measure them."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        usual, many = Path(folder) / "usual", Path(folder) / "many"
        build(usual)
        build(many, [one_more(number) for number in range(1, MORE + 1)])
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        show(usual, browser)
        show_many(many, browser)
        browser.close()


if __name__ == "__main__":
    main()
