"""A real browser for tests: Chromium, driven over Playwright. It fetches nothing, and what a page complains of is kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
_SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESK, PHONE = (1280, 900), (390, 844)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. Playwright keeps an event loop running in this thread, so nobody should hold it for long."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip("there is no Chromium here: see tests/servers/install.sh")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_SWITCHES)
        try:
            yield browser
        finally:
            browser.close()


class Watched:
    """A page, and what it did that it should not: words in the console, errors, requests to anywhere."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.route("**/*", self._route)

    def _route(self, route: Route) -> None:
        if route.request.url.startswith("file:///") and route.request.is_navigation_request():
            route.continue_()
        else:
            self.complaints.append(f"request {route.request.url}")
            route.abort()


@contextmanager
def opened(
    browser: Browser,
    path: Path,
    *,
    size: tuple[int, int] = DESK,
    dark: bool = False,
    scripts: bool = True,
    fragment: str = "",
) -> Iterator[Page]:
    """The file, opened; in the end nothing was complained of and nothing fetched."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(20_000)
    try:
        watched = Watched(context.new_page())
        watched.page.goto(path.as_uri() + fragment)
        yield watched.page
        assert watched.complaints == []
    finally:
        context.close()
