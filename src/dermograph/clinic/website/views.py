"""The public pages: a clinic's home, its treatments, and what search engines ask for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dermograph.clinic.people.models import Clinic
from dermograph.clinic.website.checking import today_in
from dermograph.clinic.website.hours import closed_days, week
from dermograph.clinic.website.metadata import clinic_data, description, linked_data, treatment_data
from dermograph.clinic.website.public import Site, name_of, offered, offered_protocol, page, public
from dermograph.clinic.website.treatment_text import money, treatment_text
from dermograph.core.text import LANGUAGES, Text

MOST_CLINICS = 500  # of a sitemap; the format's own limit is 50,000 addresses


@require_safe
@public
def clinic_home(request: HttpRequest, site: Site) -> HttpResponse:
    """The clinic: its treatments, where it is, how to reach it, and when it is open."""
    clinic, language = site.clinic, site.language
    treatments = offered(clinic)
    days = week(clinic)
    titles = ", ".join(one.title.say(language) for one in treatments)
    about = Text(
        f"{clinic.name}. Treatments: {titles}. Every statement with its source.",
        f"{clinic.name}. Tratamientos: {titles}. Cada afirmación con su fuente.",
    )
    return page(
        request,
        site,
        "website/home.html",
        ("clinic_home",),
        cards=[
            {
                "name": name_of(one),
                "protocol": one,
                # A figure on which sources disagree stands only where both sides do.
                "price": money(one.price.amount, language) if one.price and not one.price.conflict else "",
            }
            for one in treatments
        ],
        days=days,
        closed=closed_days(clinic, today_in(clinic)),
        description=description(about.say(language) if treatments else clinic.name),
        data=linked_data(clinic_data(site, days, treatments)),
    )


@require_safe
@public
def treatment_page(request: HttpRequest, site: Site, treatment: str) -> HttpResponse:
    """A treatment, out of its protocol alone."""
    protocol = offered_protocol(site, treatment)
    text = treatment_text(protocol, site.language)
    return page(
        request,
        site,
        "website/treatment.html",
        ("treatment_page", treatment),
        protocol=protocol,
        name=treatment,
        text=text,
        longest=max((one.hours or 0 for one in (*text.after, *text.before_timed)), default=0),
        description=description(protocol.summary.say(site.language)),
        data=linked_data(treatment_data(site, protocol, text)),
    )


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page in every language, each with its alternates."""
    root = f"{request.scheme}://{request.get_host()}"
    pages: list[str] = []
    for clinic in Clinic.objects.order_by("slug")[:MOST_CLINICS]:
        pages.append(root + reverse("clinic_home", args=(clinic.slug,)))
        pages += [root + reverse("treatment_page", args=(clinic.slug, name_of(one))) for one in offered(clinic)]
    context = {"pages": pages, "languages": LANGUAGES}
    return render(request, "website/sitemap.xml", context, content_type="application/xml; charset=utf-8")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The public pages yes, everything else no."""
    lines = (
        "User-agent: *",
        "Allow: /at/",
        "Allow: /static/",
        "Allow: /sitemap.xml",
        "Disallow: /at/*/check/",
        "Disallow: /at/*/request/",
        "Disallow: /",
        "",
        f"Sitemap: {request.scheme}://{request.get_host()}{reverse('sitemap')}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
