"""Every template of the clinic keeps to the content security policy, compiles, and uses icons that are there."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

CLINIC = Path(__file__).parents[3] / "src/dermograph/clinic"
TEMPLATES = sorted(path for path in CLINIC.glob("*/templates/**/*") if path.suffix in {".html", ".svg", ".txt"})
LOOK = CLINIC / "look/static/look"
ICONS = set(re.findall(r'<symbol id="([^"]+)"', (LOOK / "icons.svg").read_text(encoding="utf-8")))
FORBIDDEN = {
    "an inline style": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "an event handler attribute": r"<[^>]*\son[a-z]+\s*=",
    "an event handler of htmx": r"\shx-on\b|\shx-on:|\sdata-hx-on",
    "a script address": r"javascript:",
    "a value that htmx would evaluate": r"hx-(?:vals|headers|vars)\s*=\s*[\"']\s*js",
    "another host": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
    "words that we do not say": r"Are you sure|Oops|¿Está seguro|¿Estás seguro",
}
named = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(CLINIC)))


def without_comments(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", text, flags=re.DOTALL)


@named
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = without_comments(path)
    for what, pattern in FORBIDDEN.items():
        found = re.search(pattern, text)
        assert found is None, f"{path.name}: {what}: {found[0][:80]}"
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or "application/json" in script, f"{path.name}: an inline script: {script}"


@named
def test_a_template_compiles_and_its_icons_are_in_the_sprite(path: Path) -> None:
    get_template(path.as_posix().split("/templates/", 1)[1])
    wanted = set(re.findall(r"\{% icon \"([\w-]+)\"", path.read_text(encoding="utf-8")))
    assert wanted <= ICONS, f"not in icons.svg: {sorted(wanted - ICONS)}"


def test_what_every_page_loads_is_at_most_45_kb_compressed() -> None:
    files = [path for path in LOOK.rglob("*") if path.suffix in {".css", ".js"}]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) <= 45_000


def test_what_is_vendored_has_its_licence() -> None:
    vendor = LOOK / "vendor"
    for path in vendor.iterdir():
        if path.name.endswith(".LICENSE.txt"):
            continue
        assert any(
            path.name.startswith(licence.name.split(".LICENSE")[0]) for licence in vendor.glob("*.LICENSE.txt")
        ), path
    assert (vendor / "lucide.LICENSE.txt").is_file()


def test_styles_and_scripts_of_look_name_no_other_host() -> None:
    for path in LOOK.glob("*"):
        if path.suffix in {".css", ".js"}:
            assert not re.search(r"(?:https?:)?//[a-z]", path.read_text(encoding="utf-8")), path.name
