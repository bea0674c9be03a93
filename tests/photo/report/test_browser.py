"""The page in a real browser: what HTML and CSS say is what a person gets."""

import re
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from dermograph.photo.report.page import write_report
from tests.photo.report.comparisons import good, refused

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--timeout=8000"),
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which is not installed"),
]


def _run(tmp_path: Path, page: Path, *flags: str) -> str:
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={tmp_path / 'profile'}", *flags, page.as_uri()]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=90)
    return done.stdout


def _probed(tmp_path: Path, probe: str) -> str:
    """What a script writes into the page's title once the page's own script has run."""
    path = tmp_path / "report.html"
    write_report(path, good(), "en")
    page = path.read_text(encoding="utf-8")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)  # or the probe could not run
    path.write_text(page.replace("</body>", f"<script>document.title = String({probe});</script></body>"), "utf-8")
    found = re.search(r"<title>(.*?)</title>", _run(tmp_path, path, "--dump-dom"))
    assert found is not None
    return found[1]


def test_the_slider_moves_the_border_between_both_photographs(tmp_path: Path) -> None:
    probe = """(() => {
      const range = document.querySelector("input[type=range]");
      range.focus(); range.value = 30; range.dispatchEvent(new Event("input"));
      const clip = getComputedStyle(document.querySelector(".second")).clipPath;
      return [document.activeElement === range, clip, range.getAttribute("aria-valuetext")].join("; ");
    })()"""
    assert _probed(tmp_path, probe) == (
        "true; inset(0px 0px 0px 30%); 30 % of the width shows the baseline, the rest the follow-up"
    )


def test_every_view_shows_both_pictures_at_one_size(tmp_path: Path) -> None:
    probe = """[...document.querySelectorAll("input[type=radio]")].map((choice) => {
      choice.click();
      const [one, other] = [...document.querySelectorAll(".pan img")].map((img) => img.getBoundingClientRect());
      return choice.value + " " + (Math.abs(one.width - other.width) < 1 && one.width > 100);
    }).join("; ")"""
    assert _probed(tmp_path, probe) == "slide true; beside true; overlay true; heat true"


def test_the_policy_lets_the_page_run_its_own_script_and_style(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(path, good(), "es")
    assert 'class="viewer live"' in _run(tmp_path, path, "--dump-dom")


@pytest.mark.parametrize(("scheme", "flag", "paper"), [("light", "1", 0xF8), ("dark", "0", 0x17)])
def test_the_page_follows_the_scheme_of_the_screen(tmp_path: Path, scheme: str, flag: str, paper: int) -> None:
    page, picture = tmp_path / "report.html", tmp_path / f"{scheme}.png"
    write_report(page, refused(), "es")
    flags = ("--window-size=800,900", f"--blink-settings=preferredColorScheme={flag}", f"--screenshot={picture}")
    _run(tmp_path, page, *flags)
    shown = cv2.imread(str(picture))
    assert shown is not None
    assert abs(int(np.median(shown[:, :6, 1])) - paper) <= 2
