"""The proof of an erasure, as a page that prints."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpResponse
from django.shortcuts import render

from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.rights.erasing import GROUNDS
from dermograph.clinic.rights.models import ErasureProof
from dermograph.clinic.rights.proofs import digest
from dermograph.clinic.rights.purposes import SHORT
from dermograph.clinic.rights.readable import TECHNICAL, TITLES
from dermograph.clinic.vault import halves, keybook
from dermograph.core.text import Text

_FILES = Text("Sealed files", "Archivos cifrados")
_TECHNICAL = Text(
    "Lists for the search, minutes of appointments, the key", "Listas de búsqueda, huecos de citas, la clave"
)


def proof_page(request: ClinicRequest, proof: ErasureProof, unreached: list[Text] | None = None) -> HttpResponse:
    """What was destroyed, when and by whom, in both languages one below the other.

    Args:
        request: Whose page it is.
        proof: With who did it, and the clinic.
        unreached: Copies of keys that could not be reached just now.
    """
    page = {
        "proof": proof,
        "intact": digest(proof) == proof.sha256,
        "key_gone": halves.is_erased(proof.erased) and halves.read(proof.erased) is None,
        "ground": GROUNDS[proof.ground],
        "counts": _counts(proof.counts),
        "sets": [{**one, "word": SHORT.get(one["purpose"], Text("", ""))} for one in proof.beyond.get("sets", [])],
        "others": proof.beyond.get("others", 0),
        "unreached": unreached or [],
        "archives": keybook.archives_before(proof.erased_at),
        "why": proof.retention.get("why"),
        "rules": proof.retention.get("rules", []),
    }
    return render(request, "rights/proof.html", page)


def _counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    """How many of each kind, in the words that people use for them; what is technical in one line."""
    found: list[dict[str, Any]] = []
    technical = sum(n for label, n in counts.items() if label in TECHNICAL)
    for label, n in counts.items():
        if label == "files" or label in TECHNICAL or not n:
            continue
        found.append({"words": TITLES.get(label) or _name_of(label), "n": n})
    found.append({"words": _FILES, "n": counts.get("files", 0)})
    if technical:
        found.append({"words": _TECHNICAL, "n": technical})
    return found


def _name_of(label: str) -> Text:
    """The name of a kind of rows that has no words here."""
    try:
        name = str(apps.get_model(label)._meta.verbose_name)  # noqa: SLF001 (Django's name of a model)
    except LookupError:
        name = label
    return Text(name, name)
