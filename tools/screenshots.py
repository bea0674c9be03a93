"""Take the pictures of the clinic's main pages that the documentation shows, from the made-up clinic.

Run ``python tools/screenshots.py`` (``make pictures``). Each is checked for errors in the browser's console. With
``--all FOLDER`` every page is taken at three widths, in light and dark, in both languages, to be looked at.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from dermograph.clinic.demo.logins import LOGINS, PASSWORD

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
COLOURS = 160  # of a picture's palette: flat pages need no more
WIDE = (1440, 900)
WIDTHS = (390, 820, 1440)

#: The ten main pages: the name of the picture, where it is, and what of a course it needs.
PAGES = {
    "today": "/",
    "patients": "/patients/",
    "course": "/courses/{course}/",
    "assessment": "/courses/{course}/assessment/",
    "booking": "/courses/{booked}/booking/",
    "agenda": "/agenda/",
    "session": "/sessions/{session}/",
    "photographs": "/courses/{course}/photographs/",
    "comparison": "/comparisons/{comparison}/",
    "review": "/courses/{course}/review/",
}
MORE = {
    "timeline": "/courses/{course}/timeline/",
    "measures": "/courses/{course}/measures/",
    "consents": "/courses/{course}/consents/",
    "session-new": "/courses/{booked}/sessions/new",
    "patient": "/patients/{patient}/",
    "patient-new": "/patients/new",
    "outline": "/photographs/{photograph}/outline/",
    "camera": "/courses/{course}/camera/",
    "aftercare": "/sessions/{session}/aftercare/",
    "stock": "/stock/",
    "lot": "/lots/{lot}/",
    "outcomes": "/outcomes/",
    "reviews": "/reviews/",
    "settings": "/settings/",
    "staff": "/settings/staff/",
    "agenda-settings": "/settings/agenda/",
    "components": "/components",
    "payments": "/payments/",
    "missing": "/no-such-page",
}
_RECORDS = """
import json
from django.db.models import Count
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.models import Session
done = Comparison.objects.filter(stage="done")
course = Course.objects.annotate(n=Count("reviews")).filter(pk__in=done.values("course")).order_by("-n").first()
first = Photograph.objects.filter(course=course).order_by("taken_on").first()
lot = Lot.objects.annotate(n=Count("uses")).order_by("-n").first()
new = Course.objects.filter(closed_at=None, sessions=None, assessments__verdict__in=["suitable", "conditional"])
booked = new.first()
print(json.dumps({"course": str(course.pk), "patient": str(course.patient_id), "lot": str(lot.pk),
    "session": str(Session.objects.filter(course=course).first().pk), "photograph": str(first.pk),
    "comparison": str(done.filter(course=course).order_by("-after__taken_on").first().pk),
    "booked": str((booked or course).pk)}))
"""


def main() -> int:
    """Open the made-up clinic and take the pictures; 1 if a page had an error."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page in every form, into this folder")
    parser.add_argument("--data", type=Path, default=ROOT / "build" / "demo", help="the made-up clinic's folder")
    parser.add_argument("--only", nargs="+", help="only these pages")
    chosen = parser.parse_args()
    with clinic(chosen.data) as site, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        records = found(chosen.data)
        pages = {name: path.format(**records) for name, path in (PAGES if chosen.all is None else PAGES | MORE).items()}
        if chosen.only:
            pages = {name: path for name, path in pages.items() if name in chosen.only}
        wrong = every(browser, site, pages, chosen.all) if chosen.all else taken(browser, site, pages)
        browser.close()
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def taken(browser: Browser, site: str, pages: dict[str, str]) -> list[str]:
    """The pictures of the documentation; what was wrong."""
    PICTURES.mkdir(exist_ok=True)
    page, errors = signed_in(browser, site, WIDE, "light", "en")
    for name, path in pages.items():
        shot(page, f"{site}{path}", PICTURES / f"{name}.png")
    return errors


def every(browser: Browser, site: str, pages: dict[str, str], folder: Path) -> list[str]:
    """Every page in every form; what was wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    wrong = []
    for language in ("en", "es"):
        for theme in ("light", "dark"):
            for width in WIDTHS:
                page, errors = signed_in(browser, site, (width, 900), theme, language)
                for name, path in pages.items():
                    shot(page, f"{site}{path}", folder / f"{name}-{width}-{theme}-{language}.png", whole=True)
                    if page.evaluate("document.documentElement.scrollWidth") > width:
                        wrong.append(f"{name}-{width}-{theme}-{language}: wider than the screen")
                wrong += errors
                page.context.close()
    return wrong


def signed_in(browser: Browser, site: str, size: tuple[int, int], theme: str, language: str) -> tuple[Page, list[str]]:
    """A page on which the medical lead is signed in, and the errors that it will meet."""
    look: Any = theme
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=look, locale=language, device_scale_factor=1
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda line: (
            errors.append(f"{page.url}: {line.text}")
            if line.type == "error" and "no-such-page" not in page.url
            else None
        ),
    )
    page.goto(f"{site}/account/login/")
    lead = next(login for login in LOGINS if login.role == "medical_lead")
    page.fill("input[name=login]", lead.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{site}/")
    return page, errors


def shot(page: Page, address: str, path: Path, *, whole: bool = False) -> None:
    """One picture, with few colours so that it is small."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=whole)))
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def found(data: Path) -> dict[str, str]:
    """The ids that addresses need."""
    environment = os.environ | {"DERMOGRAPH_DATA": str(data), "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings"}
    command = [sys.executable, "-c", "import django; django.setup()\n" + _RECORDS]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    answer: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return answer


@contextlib.contextmanager
def clinic(data: Path) -> Iterator[str]:
    """The made-up clinic on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = Path(sys.executable).with_name("dermograph")
    command = [str(program), "demo", "--no-browser", "--port", str(port), "--data", str(data)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(3000):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthy", timeout=2):
                break
            if server.poll() is not None:
                sys.exit(f"the clinic ended with {server.returncode}")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


if __name__ == "__main__":
    sys.exit(main())
