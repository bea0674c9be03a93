"""What every published resource has: address, version, names, status."""

from __future__ import annotations

import re

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import canonical
from dermograph.exchange.fhir.elements import Element, both_languages

PUBLISHER = "Dermograph"


def published(kind: str, name: str, version: str, *, title: Text, description: Text) -> Element:
    """The elements by which a canonical resource is found.

    No date is given: a protocol states none, and a made-up one would change with every export.

    Args:
        kind: The type of the resource.
        name: Its name below our canonical base, the last part of the URL.
        version: Its business version.
        title: In a few words.
        description: What it is.
    """
    return {
        "url": canonical(kind, name),
        "version": version,
        "name": computable_name(name),
        **both_languages("title", title),
        "status": "active",
        "experimental": False,
        "publisher": PUBLISHER,
        **both_languages("description", description),
    }


def computable_name(name: str) -> str:
    """A name that programs can use as one: a capital, then letters, figures and underscores (R4, invariant *-0).

    >>> computable_name("missing-reasons")
    'MissingReasons'
    """
    joined = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name) if part)
    return joined if joined[:1].isalpha() else f"P{joined}"
