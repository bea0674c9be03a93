"""What taking over a Bundle would do, entry by entry, against what is held already. Nothing is written here.

The same Bundle again changes nothing. An entry that needs a refused one is refused with it, and of a transaction either
all is taken over or nothing, so that nothing is ever half there (R4, http, 3.1.0.11 transaction).
"""

from __future__ import annotations

import uuid
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


def incoming(bundle: object, lookup: Lookup, clinic: uuid.UUID, *, source: str = "") -> Incoming:
    """The same from JSON that was read already.

    Raises:
        RefusedError: As ``read_bundle``.
    """
    kind, entries = _entries(bundle)
    return Incoming(kind, Entries(lookup, clinic, Keys(source)).results(entries))


def _entries(bundle: Any) -> tuple[str, list[Element]]:  # noqa: ANN401 (any JSON)
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise RefusedError(_NO_BUNDLE)
    entries = bundle.get("entry", [])
    if isinstance(entries, list) and len(entries) > MOST_ENTRIES:
        raise RefusedError(_TOO_MANY)
    if issues := issues_of(bundle, entries=False):
        raise RefusedError(*issues)
    if bundle["type"] not in _KINDS:
        raise RefusedError(_OTHER_KIND)
    return str(bundle["type"]), list(entries)


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
