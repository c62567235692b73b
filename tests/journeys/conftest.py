"""A real browser before a real server, in the small city, where every seat has its account."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.city import PASSWORD

# Playwright's synchronous interface keeps an event loop in this thread; Django would take every query for a mistake.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = os.environ.get("LILONG_PICTURES", "")


@dataclass(frozen=True)
class Width:
    """How wide a page is seen, and whether scripts run."""

    name: str
    width: int
    height: int
    scripts: bool = True


PHONE = Width("phone", 390, 844)
DESK = Width("desk", 1440, 900)
BARE = Width("bare", 390, 844, scripts=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, headless. In CI its absence is a failure; elsewhere the journeys are skipped with what to install."""
    if CHROMIUM is None:
        words = "the journeys need Chromium (Debian: apt-get install chromium fonts-noto-cjk)"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visitor:
    """Somebody at a browser: opens pages by path, checks each one."""

    server: LiveServer
    context: BrowserContext
    page: Page
    seen_as: Width

    def opens(self, path: str) -> None:
        """Open a page and look at it."""
        self.page.goto(path if path.startswith("http") else f"{self.server.url}{path}")
        self.looks(path)

    def presses(self, words: str) -> None:
        """Press the button of these words and look at what comes."""
        self.goes(self.page.get_by_role("button", name=words).first, words)

    def follows(self, words: str) -> None:
        """Follow the link of these words and look at what comes."""
        self.goes(self.page.get_by_role("link", name=words).first, words)

    def goes(self, target: Locator, name: str) -> None:
        """Click what leads to another page, wait for it, and look at it."""
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        self.looks(name)

    def looks(self, name: str) -> None:
        """No error page, no sideways scrolling, nothing for axe to find; a picture when pictures are wanted."""
        assert self.page.locator("h1").count() == 1, self.page.content()[:2000]
        wide = (
            self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if self.seen_as.scripts
            else 0
        )
        assert wide <= 0, f"{name} scrolls sideways by {wide} px at {self.seen_as.width}"
        if PICTURES:
            file = "".join(c if c.isalnum() else "-" for c in name)[:40]
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{PICTURES}/{self.seen_as.name}-{file}.png", full_page=True)
        if self.seen_as.scripts:
            found = Axe().run(self.page)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"

    def signs_in(self, who: str) -> None:
        """Sign in as whoever sits there."""
        self.opens(reverse("sign_in:staff"))
        self.page.fill("input[name=username]", who)
        self.page.fill("input[name=password]", PASSWORD)
        self.goes(self.page.locator("main form button[type=submit]").first, f"{who} signed in")


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[object]:
    """Make visitors: ``visit(WIDTH)`` is somebody new each time."""
    contexts: list[BrowserContext] = []

    def visitor(seen_as: Width) -> Visitor:
        context = browser.new_context(
            viewport={"width": seen_as.width, "height": seen_as.height},
            java_script_enabled=seen_as.scripts,
            locale="zh-CN",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visitor(live_server, context, context.new_page(), seen_as)

    yield visitor
    for context in contexts:
        context.close()
