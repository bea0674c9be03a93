"""Write the pages of the documentation that follow from code and data: ``docs/generated/``, in English and Spanish."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that the pages read the same tables as the tests

from dermograph.core.text import LANGUAGES  # noqa: E402 (the path comes first)
from dermograph.protocols import load_library  # noqa: E402 (the path comes first)
from docs.pages import api, commands, protocol, sources, truth, vocabulary  # noqa: E402 (the same)


def pages() -> Iterator[tuple[str, str]]:
    """Every generated page: its name below the folder, and its Markdown."""
    library = load_library()
    for language in LANGUAGES:
        yield f"{language}/truth.md", truth.page(language)
        yield f"{language}/vocabulary.md", vocabulary.page(library, language)
        yield f"{language}/sources.md", sources.page(library, language)
        yield f"{language}/conflicts.md", sources.conflicts_page(library, language)
        yield f"{language}/commands.md", commands.page(language)
        for one in library.protocols.values():
            yield f"{language}/{one.id}.md", protocol.page(one, library.sources, language)
    yield "en/api.md", api.page(ROOT / "src" / "dermograph")


def build(folder: Path) -> int:
    """Write all pages anew.

    Args:
        folder: Where to; what is there already is removed.

    Returns:
        How many pages were written.
    """
    written = list(pages())
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in written:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return len(written)


def main() -> None:
    """Write the pages and say how many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "generated", help="the folder to write to")
    folder = parser.parse_args().into
    print(f"{build(folder)} pages written")


if __name__ == "__main__":
    main()
