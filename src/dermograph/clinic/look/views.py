"""Language, theme, the mark, and the page that shows every component in every state."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST, require_safe

from dermograph.core.text import Language

THEMES = ("light", "dark", "auto")
YEAR = 365 * 24 * 3600


@require_POST
def speak(request: HttpRequest, language: str) -> HttpResponse:
    """Go on in another language."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return _kept(request, settings.LANGUAGE_COOKIE_NAME, language, "language")


@require_safe
@cache_control(max_age=86_400, public=True)
def mark(_request: HttpRequest) -> HttpResponse:
    """To the product's mark: browsers ask for it here beside every file that names none, such as a PDF.

    Without it each such file would fetch the page of what is not found, whose cookie can come after that of a form
    that was opened meanwhile; the form would then be refused.
    """
    return redirect(static("look/mark.svg"))


@require_POST
def theme(request: HttpRequest, theme: str) -> HttpResponse:
    """Go on in light or dark; ``auto`` follows the system."""
    if theme not in THEMES:
        raise Http404
    return _kept(request, "theme", "" if theme == "auto" else theme, "theme")


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    from dermograph.clinic.look.samples import samples  # noqa: PLC0415 (the engine is not needed by every page)

    language: Language = "es" if (get_language() or "en").startswith("es") else "en"
    return render(request, "look/components.html", samples(language))


def _kept(request: HttpRequest, cookie: str, value: str, field: str) -> HttpResponse:
    """Back to the page, with the choice kept in a cookie and on the account."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = redirect(back)
    response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    if request.user.is_authenticated:
        setattr(request.user, field, value)
        request.user.save(update_fields=[field])
    return response
