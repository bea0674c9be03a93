"""What MkDocs does to a page after Markdown: a table that is wider than the page scrolls in a box of its own."""

from __future__ import annotations

import re

from mkdocs.structure.pages import Page


def on_page_content(html: str, *, page: Page, **_: object) -> str:
    """Put each table into a box that the keyboard reaches, too."""
    name = "Tabla" if page.url.startswith("generated/es/") else "Table"
    return re.sub(
        r"<table.*?</table>",
        lambda match: f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">{match[0]}</div>',
        html,
        flags=re.DOTALL,
    )
