"""A practitioner at the screen: signs in, opens pages as the clinic links them, and reads what stands there."""

from __future__ import annotations

import datetime as dt
import re
import time

from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from dermograph.clinic.demo.clock import Clock
from dermograph.clinic.people.models import Membership
from tests.browser.conftest import violations
from tests.clinic.conftest import PASSWORD


class TickingClock(Clock):
    """A clock that can be set and goes on from there, so that what is written later is later."""

    def __init__(self, now: dt.datetime) -> None:
        super().__init__(now)
        self._since = time.monotonic()

    def set(self, now: dt.datetime) -> None:
        """Let it be another moment."""
        self.now, self._since = now, time.monotonic()

    def _told(self) -> dt.datetime:
        return self.now + dt.timedelta(seconds=time.monotonic() - self._since)


class Walk:
    """Somebody of the clinic in front of one page of the browser.

    Args:
        page: Where nobody is signed in yet.
        person: Who sits there.
        clock: What the clinic's clock says.

    Attributes:
        course: Where the course stands, once there is one.
        complaints: What the browser's console said was wrong, and the answers that were refusals.
    """

    def __init__(self, page: Page, person: Membership, clock: TickingClock) -> None:
        self.page, self.person, self.clock = page, person, clock
        self.course = ""
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("response", self._answered)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def _answered(self, answer: Response) -> None:
        if answer.status >= 400:
            self.complaints.append(f"{answer.status} {answer.url}")

    def at(self, day: dt.date, hour: int, minute: int = 0) -> None:
        """Let it be another moment."""
        self.clock.set(dt.datetime.combine(day, dt.time(hour, minute), self.person.clinic.zone))

    def comes(self, day: dt.date, hour: int, minute: int = 0) -> None:
        """Come to work: whoever was signed in on another day is asked for the password again."""
        self.at(day, hour, minute)
        self.page.goto("/")
        self.sees("Sign in")
        self.page.get_by_label("E-mail address").fill(self.person.user.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")
        self.sees(f"Today, {day.day} {day:%B %Y}")

    def sees(self, heading: str | re.Pattern[str]) -> None:
        """The page with this heading is there, and axe finds nothing wrong on it."""
        expect(self.heading(heading)).to_be_visible()
        assert violations(self.page) == [], self.page.url

    def heading(self, name: str | re.Pattern[str]) -> Locator:
        """The first heading of this name."""
        return self.page.get_by_role("heading", name=name).first

    def reads(self, *words: str, within: str = "main") -> None:
        """These words stand there."""
        for one in words:
            expect(self.page.locator(within).first).to_contain_text(one)

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str, within: str = "main") -> None:
        """Follow the first link of this name."""
        self.page.locator(within).get_by_role("link", name=name, exact=True).first.click()

    def fill(self, **fields: str) -> None:
        """Fill in fields by their labels' ids."""
        for name, value in fields.items():
            self.page.locator(f"#id_{name}").fill(value)

    def goes_on(self, step: str, action: str) -> None:
        """Open the course, read what comes next, and do that."""
        self.page.goto(self.course)
        expect(self.page.locator("#present h2")).to_have_text(step)
        self.follow(action, within="#present")

    def stands_at(self, step: str, *words: str) -> None:
        """What the line of the course says of a step."""
        row = self.page.get_by_role("region", name="Every step").get_by_role("row", name=step)
        for one in words:
            expect(row).to_contain_text(one)
