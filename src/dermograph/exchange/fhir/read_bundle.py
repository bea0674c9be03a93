"""What taking over a Bundle would do, entry by entry, against what is held already. Nothing is written here.

The same Bundle again changes nothing. An entry that needs a refused one is refused with it, and of a transaction either
all is taken over or nothing, so that nothing is ever half there (R4, http, 3.1.0.11 transaction).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from dermograph.core.text import Text
from dermograph.exchange.fhir.bundle_entries import Entries
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Incoming, Lookup
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.outcome import Issue, RefusedError
from dermograph.exchange.fhir.read.check import issues_of
from dermograph.exchange.fhir.read.json_text import MOST_BYTES, json_of

MOST_ENTRIES: Final = 100_000
_KINDS: Final = ("collection", "transaction", "batch", "searchset")


def read_bundle(
    data: bytes | str, lookup: Lookup, clinic: uuid.UUID, *, source: str = "", most_bytes: int = MOST_BYTES
) -> Incoming:
    """What taking over a Bundle would do.

    Args:
        data: The Bundle as it was sent.
        lookup: What is held already; asked, never written.
        clinic: Into whose records.
        source: The URI of the system that sends it; empty for this one.
        most_bytes: How much is read at all.

    Raises:
        RefusedError: If it is no Bundle that can be taken over at all; what is wrong with an entry stands in its
            result.
    """
    return incoming(json_of(data, most_bytes=most_bytes), lookup, clinic, source=source)


def incoming(
    bundle: object,
    lookup: Lookup,
    clinic: uuid.UUID,
    *,
    source: str = "",
    wrong: Sequence[tuple[Issue, ...]] | None = None,
) -> Incoming:
    """The same from JSON that was read already.

    Args:
        bundle: The JSON.
        lookup: As ``read_bundle``.
        clinic: As ``read_bundle``.
        source: As ``read_bundle``.
        wrong: What ``wrong_with`` found in this Bundle; None to look for it now.

    Raises:
        RefusedError: As ``read_bundle``.
    """
    found = wrong_with(bundle) if wrong is None else wrong
    kind, entries = _envelope(bundle)
    return Incoming(kind, Entries(lookup, clinic, Keys(source, clinic)).results(entries, found))


def wrong_with(bundle: object) -> tuple[tuple[Issue, ...], ...]:
    """What is wrong with the resource of each entry of a Bundle by itself; nothing where there is none.

    Raises:
        RefusedError: As ``read_bundle``.
    """
    _, entries = _entries(bundle)
    return tuple(issues_of(one["resource"]) if "resource" in one else () for one in entries)


def _entries(bundle: Any) -> tuple[str, list[Element]]:  # noqa: ANN401 (any JSON)
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise RefusedError(_NO_BUNDLE)
    entries = bundle.get("entry", [])
    if isinstance(entries, list) and len(entries) > MOST_ENTRIES:
        raise RefusedError(_TOO_MANY)
    if issues := issues_of(bundle, entries=False):
        raise RefusedError(*issues)
    if bundle.get("type") not in _KINDS:  # FHIR lets an extension stand in its place
        raise RefusedError(_OTHER_KIND)
    return _envelope(bundle)


def _envelope(bundle: Any) -> tuple[str, list[Element]]:  # noqa: ANN401 (a Bundle that was checked)
    return str(bundle["type"]), list(bundle.get("entry", []))


_NO_BUNDLE: Final = Issue("structure", Text("This is no Bundle.", "Esto no es un Bundle."), "resourceType")
_TOO_MANY: Final = Issue(
    "too-costly",
    Text(
        f"It has more than {MOST_ENTRIES} entries. Send it in parts.",
        f"Tiene más de {MOST_ENTRIES} entradas. Envíelo en partes.",
    ),
    "Bundle.entry",
)
_OTHER_KIND: Final = Issue(
    "not-supported",
    Text(
        f"Bundles of the types {', '.join(_KINDS)} are taken over.",
        f"Se admiten Bundles de los tipos {', '.join(_KINDS)}.",
    ),
    "Bundle.type",
)
