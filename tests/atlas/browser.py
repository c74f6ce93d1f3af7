"""A real Chromium for the pages of the atlas."""

from __future__ import annotations

import time
from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from tests.needed import program

# Seconds until a page is taken to be stuck; there are many waits, and a broken page would have all of them last.
PATIENCE = 120.0
# Two frames: what an event has changed is on the page then, on a busy machine, too.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
# Another place within the page, which has heard of it when this ends.
MOVED = """(hash) => new Promise((done) => {
  const before = location.href;
  location.hash = hash;
  if (location.href === before) done();
  else addEventListener("hashchange", () => done(), { once: true });
})"""

# Nothing is looked up elsewhere, not even by the browser itself.
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def chromium():
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A page of the atlas, with what went wrong on it and what it asked for."""

    def __init__(self, browser, address, width=1280, height=900, **options):
        self.address = address
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page = context.new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        for deed in ("click", "fill", "hover", "select_option"):
            setattr(self.page, deed, self._drawn_after(getattr(self.page, deed)))
        self.troubles = []
        self.requests = []
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.troubles.append(said.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.troubles.append("a dialog"), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def go(self, place):
        """Follow a link within the atlas; the page's heading is there afterwards."""
        target = f"{self.address}#/{place}"
        if self.page.url.startswith(self.address):
            self.page.evaluate(MOVED, f"#/{place}")
            self.page.evaluate(DRAWN)
        else:
            self.page.goto(target)
        self.page.wait_for_selector("h1")
        return self.page

    def _drawn_after(self, deed):
        def done(*args, **options):
            deed(*args, **options)
            self.page.evaluate(DRAWN)

        return done

    def wait(self, condition):
        """Until a condition holds; Playwright's own way evaluates texts on the page, which its policy forbids."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never came true: {condition}")

    def close(self):
        """End it."""
        self.page.context.close()
