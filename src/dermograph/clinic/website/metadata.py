"""What search engines read: descriptions, and the page once more as schema.org has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from dermograph.clinic.website.hours import Days, for_machines
from dermograph.clinic.website.public import Site, name_of
from dermograph.clinic.website.treatment_text import TreatmentText, undisputed
from dermograph.protocols import Protocol

LONGEST_DESCRIPTION = 158
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def description(words: str) -> str:
    """Words cut at the last whole word that a search engine shows."""
    words = " ".join(words.split())
    if len(words) <= LONGEST_DESCRIPTION:
        return words
    return words[:LONGEST_DESCRIPTION].rpartition(" ")[0].rstrip(".,;:") + "…"


def linked_data(value: Mapping[str, Any]) -> SafeString:
    """A data block. It is no script: a browser does not run it, so the content security policy lets it stand."""
    told = json.dumps({"@context": "https://schema.org", **value}, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{told}</script>')  # noqa: S308 (escaped above)


def clinic_data(site: Site, days: list[Days], treatments: list[Protocol]) -> dict[str, Any]:
    """The clinic."""
    clinic = site.clinic
    told: dict[str, Any] = {
        "@type": "MedicalClinic",
        "name": clinic.name,
        "url": site.root + site.address("clinic_home"),
        "address": clinic.address,
        "telephone": clinic.phone,
        "openingHoursSpecification": for_machines(days),
        "availableService": [
            {
                "@type": "MedicalProcedure",
                "name": one.title.say(site.language),
                "url": site.root + site.address("treatment_page", name_of(one)),
            }
            for one in treatments
        ],
    }
    return {key: value for key, value in told.items() if value}


def treatment_data(site: Site, protocol: Protocol, text: TreatmentText) -> dict[str, Any]:
    """The treatment, with the clinic that offers it."""
    told: dict[str, Any] = {
        "@type": "MedicalProcedure",
        "name": protocol.title.say(site.language),
        "description": protocol.summary.say(site.language),
        "inLanguage": site.language,
        "url": site.root + site.address("treatment_page", name_of(protocol)),
        "howPerformed": undisputed(text.during),
        "preparation": undisputed((*text.before, *text.before_timed)),
        "followup": undisputed(text.after),
        "provider": clinic_data(site, [], []),
    }
    return {key: value for key, value in told.items() if value}
