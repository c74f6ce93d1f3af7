"""A real Chromium for the pages of the atlas."""

from __future__ import annotations

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from tests.needed import program

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
        self.page.set_default_timeout(20_000)
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
            # Set twice where it is the same: the address bar then has what the test asks for.
            self.page.evaluate("(hash) => { location.hash = hash }", f"#/{place}")
            self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        else:
            self.page.goto(target)
        self.page.wait_for_selector("h1")
        return self.page

    def wait(self, condition):
        """Until a condition holds; Playwright's own way evaluates texts on the page, which its policy forbids."""
        for _ in range(200):
            if self.page.evaluate(condition):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"never came true: {condition}")

    def close(self):
        """End it."""
        self.page.context.close()
