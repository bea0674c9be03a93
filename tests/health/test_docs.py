"""The documentation builds without a warning, its links lead somewhere, and it asks nothing of the network."""

import re
import shutil
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from dermograph.care.assess import assess
from dermograph.care.read_area import AREA_OPTIONAL
from dermograph.care.read_case import TOP, TOP_OPTIONAL, read_case
from dermograph.core.text import LANGUAGES
from dermograph.protocols import load_library
from dermograph.protocols.put_together import statements
from dermograph.protocols.vocabulary import MISSING
from docs.pages.protocol import anchor_of
from tests.health.files import ROOT
from tests.spec.tables import conditions, dates, days, truth, verdicts

pytestmark = pytest.mark.slow

TABLES = [table for module in (truth, conditions, verdicts, days, dates) for table in module.ALL]

#: Attributes whose address a browser fetches by itself.
FETCHED = {"src", "srcset", "poster", "data", "action", "background"}


class _Page(HTMLParser):
    """The anchors of a page, where its links lead, and what it makes a browser fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.anchors.append(value or "")
            if name == "href":
                (self.links if tag == "a" else self.fetched).append(value or "")
            if name in FETCHED:
                self.fetched.append(value or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built from the project's files into a folder of its own."""
    folder = tmp_path_factory.mktemp("docs")
    ignored = shutil.ignore_patterns("generated", "__pycache__")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=ignored)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    _run(ROOT, sys.executable, "docs/build.py", "--into", str(folder / "docs" / "generated"))
    said = _run(folder, sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder / "site"))
    assert "WARNING" not in said
    return folder / "site"


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@cache
def _read(path: Path) -> _Page:
    return _Page(path.read_text(encoding="utf-8"))


def _pages(site: Path) -> dict[Path, _Page]:
    return {path: _read(path) for path in sorted(site.rglob("*.html"))}


def test_every_page_of_the_navigation_is_built(site: Path) -> None:
    names = {str(path.relative_to(site)) for path in _pages(site)}
    expected = {"index.html", "case-format.html", "protocol-format.html", "generated/en/api.html"}
    for language in LANGUAGES:
        pages = ("truth", "vocabulary", "sources", "conflicts", "commands", *load_library().protocols)
        expected |= {f"generated/{language}/{page}.html" for page in pages}
    assert expected <= names


def test_nothing_but_pages_pictures_and_the_style_is_published(site: Path) -> None:
    kinds = {path.suffix for path in site.rglob("*") if path.is_file()}
    assert kinds <= {".html", ".css", ".xml", ".gz", ".png"}


def test_every_link_leads_to_a_page_and_to_an_anchor_on_it(site: Path) -> None:
    lost = []
    for path, page in _pages(site).items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or (parts.fragment and unquote(parts.fragment) not in _read(target).anchors):
                lost.append(f"{path.relative_to(site)}: {link}")
    assert not lost


def test_no_anchor_stands_twice_on_a_page(site: Path) -> None:
    twice = {
        f"{path.relative_to(site)}#{anchor}"
        for path, page in _pages(site).items()
        for anchor in page.anchors
        if page.anchors.count(anchor) > 1
    }
    assert not twice


def test_no_page_fetches_anything_from_elsewhere(site: Path) -> None:
    fetched = {address for page in _pages(site).values() for address in page.fetched}
    assert fetched
    assert not {address for address in fetched if urlsplit(address).scheme not in ("", "data") or "//" in address}
    assert not {tag for page in _pages(site).values() for tag in page.tags} & {"script", "iframe", "object", "embed"}
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert styles
    assert not [style for style in styles if "url(" in style or "@import" in style]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_statement_of_a_protocol_stands_on_its_page(site: Path, language: str) -> None:
    for protocol in load_library().protocols.values():
        page = _read(site / "generated" / language / f"{protocol.id}.html")
        assert {f"rule-{rule.id}" for rule in protocol.rules} <= set(page.anchors)
        for section, statement in statements(protocol):
            assert anchor_of(section, statement) in page.anchors


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_event_and_sign_stands_on_the_page_of_the_vocabulary(site: Path, language: str) -> None:
    vocabulary = load_library().vocabulary
    anchors = set(_read(site / "generated" / language / "vocabulary.html").anchors)
    assert {f"fact-{fact}" for fact in vocabulary.facts} <= anchors
    assert {f"event-{event}" for event in vocabulary.events} <= anchors
    assert {f"sign-{sign}" for sign in vocabulary.signs} <= anchors


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_conflict_and_every_claim_stands_on_its_page(site: Path, language: str) -> None:
    library = load_library()
    assert set(library.conflicts) <= set(_read(site / "generated" / language / "conflicts.html").anchors)
    anchors = set(_read(site / "generated" / language / "sources.html").anchors)
    claims = {f"{source.key}--{claim}" for source in library.sources.values() for claim in source.claims}
    assert claims <= anchors


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_that_the_tests_read_stands_on_the_page_of_specifications(site: Path, language: str) -> None:
    assert {table.id for table in TABLES} <= set(_read(site / "generated" / language / "truth.html").anchors)


@pytest.mark.parametrize("name", ["case-format.md", "index.md"])
def test_every_whole_case_in_the_documentation_is_read_and_assessed(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    cases = [block for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL) if "areas:" in block]
    assert cases
    library = load_library()
    for block in cases:
        case = read_case(block, library.vocabulary)
        assert assess(case, library.protocol(case.treatment)).areas


def test_every_key_of_a_case_is_explained() -> None:
    page = (ROOT / "docs" / "case-format.md").read_text(encoding="utf-8")
    assert not [key for key in (*TOP, *TOP_OPTIONAL, *AREA_OPTIONAL, *MISSING) if f"\n| `{key}` |" not in page]


def test_a_page_in_spanish_says_so(site: Path) -> None:
    for path in (site / "generated" / "es").glob("*.html"):
        assert '<html lang="es">' in path.read_text(encoding="utf-8")


def test_the_pages_are_the_same_when_they_are_written_again(site: Path, tmp_path: Path) -> None:
    _run(ROOT, sys.executable, "docs/build.py", "--into", str(tmp_path))
    first, again = (
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.md")}
        for folder in (site.parent / "docs" / "generated", tmp_path)
    )
    assert first == again
    assert first
