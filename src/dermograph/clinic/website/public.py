"""A public page: of which clinic, in which language, and the addresses by which search engines know it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from dermograph.clinic.people.models import Clinic, Membership, Role
from dermograph.core.text import LANGUAGES, Language
from dermograph.protocols import Protocol, load_library

MINUTES_KEPT = 5  # by a cache between us and the visitor


@dataclass(frozen=True, slots=True)
class Site:
    """The public site of one clinic, in one language.

    Attributes:
        root: Scheme and host under which it is visited.
    """

    clinic: Clinic
    language: Language
    root: str

    def address(self, name: str, *treatment: str, language: str = "") -> str:
        """The path of one of its pages, in its language or in another."""
        return f"{reverse(name, args=(self.clinic.slug, *treatment))}?lang={language or self.language}"


PublicView = Callable[..., HttpResponse]


def public(view: PublicView) -> PublicView:
    """Make a view of a clinic's public site: it is given the ``Site`` in place of the clinic's name in the address."""

    @functools.wraps(view)
    def answer(request: HttpRequest, clinic: str, *args: Any, **more: Any) -> HttpResponse:  # noqa: ANN401 (the view's)
        found = Clinic.objects.filter(slug=clinic).first()
        if found is None:
            raise Http404
        language = _language(request, found)
        site = Site(found, language, f"{request.scheme}://{request.get_host()}")
        # The rest of the site goes by a cookie; here the address says the language, so that both can be indexed.
        with translation.override(language), timezone.override(found.zone):
            response = view(request, site, *args, **more)
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return answer


def page(
    request: HttpRequest,
    site: Site,
    template: str,
    where: tuple[str, ...],
    *,
    status: int = 200,
    is_private: bool = False,
    **more: object,
) -> HttpResponse:
    """Render a page of the site with its addresses.

    Args:
        request: Of the visitor.
        site: Which one.
        template: Its name.
        where: The name of the page's address, and the treatment that it is about.
        status: Of the answer.
        is_private: Whether it says what the visitor told: then it is kept by nobody.
        more: What else the template is given.
    """
    name, *treatment = where
    clinic = site.clinic
    context = {
        "clinic": clinic,
        "language": site.language,
        "home": site.address("clinic_home"),
        "nav": [
            {
                "name": name_of(one),
                "title": one.title.say(site.language),
                "href": site.address("treatment_page", name_of(one)),
            }
            for one in offered(clinic)
        ],
        "tel": "".join(char for char in clinic.phone if char.isdigit() or char == "+"),
        "canonical": site.root + site.address(name, *treatment),
        "alternates": [(code, site.root + site.address(name, *treatment, language=code)) for code in LANGUAGES],
        "any_language": site.root + reverse(name, args=(clinic.slug, *treatment)),
        "is_private": is_private,
        **more,
    }
    response = render(request, template, context, status=status)
    if is_private:
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex"
    elif status == 200 and not request.user.is_authenticated:
        response.headers["Cache-Control"] = f"public, max-age={MINUTES_KEPT * 60}"
    return response


def offered(clinic: Clinic) -> list[Protocol]:
    """The treatments that somebody who works in a clinic is trained for, in the library's order."""
    hands = Membership.objects.filter(clinic=clinic, active=True, role__in=(Role.PRACTITIONER, Role.MEDICAL_LEAD))
    trained = {name for names in hands.values_list("treatments", flat=True) for name in names}
    library = load_library()
    return [library.protocol(name) for name in library.treatments if name in trained]


def name_of(protocol: Protocol) -> str:
    """What a treatment is called in addresses and in courses: the protocol's id, or that of the one it extends."""
    return protocol.base or protocol.id


def offered_protocol(site: Site, treatment: str) -> Protocol:
    """A treatment that the clinic offers, by the name in the address.

    Raises:
        Http404: If it offers none of that name.
    """
    found = next((protocol for protocol in offered(site.clinic) if name_of(protocol) == treatment), None)
    if found is None:
        raise Http404
    return found


def _language(request: HttpRequest, clinic: Clinic) -> Language:
    """What the address says; else what the browser asks for; else the clinic's own."""
    asked = request.GET.get("lang", "")
    if asked not in LANGUAGES and (request.COOKIES.get("django_language") or request.headers.get("Accept-Language")):
        asked = translation.get_language_from_request(request)
    if asked[:2] not in LANGUAGES:
        asked = clinic.language
    return "es" if asked.startswith("es") else "en"
