"""HTML into PDF by WeasyPrint, of the extra ``exchange``: tagged (PDF/UA-1), fonts embedded, nothing fetched.

What a page refers to is handed over with it, under addresses of the scheme ``held:``; anything else, a file or a site,
is refused before it is looked for.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation
from PIL import ImageFile

from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

VARIANT: Final = "pdf/ua-1"
SCHEME: Final = "held:"
_HERE: Final = Path(__file__).parent
_FONTS: Final = _HERE.parent / "look" / "static" / "look" / "vendor"
_KINDS: Final = {".woff2": "font/woff2", ".jpg": "image/jpeg", ".png": "image/png"}


class NotInstalled(InputError):  # noqa: N818 (an answer)
    """What makes PDF files is not there."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "PDF needs WeasyPrint and Pango, which are not installed.",
                "El PDF necesita WeasyPrint y Pango, que no están instalados.",
            ),
            todo=Text(
                "In a clone of the project: pip install -c constraints.txt '.[exchange]'; on Debian also "
                "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0.",
                "En un clon del proyecto: pip install -c constraints.txt '.[exchange]'; en Debian, además, "
                "apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0.",
            ),
        )


def refuse_without_weasyprint() -> None:
    """See that PDF files can be made.

    Raises:
        NotInstalled: If not.
    """
    if importlib.util.find_spec("weasyprint") is None:
        raise NotInstalled


def paper(template: str, context: Mapping[str, Any], language: Language, pictures: Mapping[str, bytes]) -> bytes:
    """A PDF.

    Args:
        template: Extends ``printed/paper.html``.
        context: What it shows.
        language: Of the words.
        pictures: JPEG or PNG by the name after ``held:``, with its ending.

    Raises:
        NotInstalled: If WeasyPrint or Pango is missing.
    """
    refuse_without_weasyprint()
    with translation.override(language):
        html = render_to_string(template, {**context, "language": language})
    try:
        from weasyprint import CSS, HTML  # noqa: PLC0415 (of the extra, and half a second)
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 (the same)
    except (ImportError, OSError) as error:
        raise NotInstalled from error
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint has set it, and for the whole process
    fonts, held = FontConfiguration(), _fetcher(pictures)
    style = CSS(string=(_HERE / "paper.css").read_text("utf-8"), font_config=fonts, url_fetcher=held)
    made: bytes = HTML(string=html, base_url=SCHEME, url_fetcher=held).write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant=VARIANT
    )
    return made


def _fetcher(pictures: Mapping[str, bytes]) -> Any:  # noqa: ANN401 (a class of the extra)
    """What WeasyPrint asks for everything that is not in the page itself."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415 (of the extra)

    class Held(URLFetcher):  # type: ignore[misc]  # the extra has no types
        """Answers from memory, and from nowhere else."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=(), allow_redirects=False)

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ANN401, ARG002 (as its parent)
            """What was handed over.

            Raises:
                FatalURLFetchingError: If it is anything else: no paper is made then.
            """
            name = url.removeprefix(SCHEME)
            ending = Path(name).suffix
            if not url.startswith(SCHEME) or "/" in name or ending not in _KINDS:
                msg = f"a paper fetches nothing: {url[:80]}"
                raise FatalURLFetchingError(msg)
            data = (_FONTS / name).read_bytes() if ending == ".woff2" else pictures[name]
            return URLFetcherResponse(url, data, {"Content-Type": _KINDS[ending]})

    return Held()
