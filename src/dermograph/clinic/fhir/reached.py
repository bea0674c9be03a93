"""Whether what is sent is about whom the caller reaches, as it would be filed: asked before anything is written.

What a resource says of itself is not enough: references are followed through the whole Bundle, and whom an entry is
about is only known once all of it was judged.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, Final

from dermograph.clinic.fhir.asking import Asking
from dermograph.clinic.fhir.refusals import FhirError, not_allowed
from dermograph.clinic.handover.judging import Judged, judge
from dermograph.clinic.smart.kinds import Action
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Done, Result

#: What a caller has to be let through to do for what would be done; any of several.
_TAKES: Final[dict[Done, tuple[Action, ...]]] = {"created": ("c",), "changed": ("u",), "unchanged": ("c", "u")}


def out_of_reach(asking: Asking, bundle: Any, kinds: Iterable[str], source: str) -> dict[int, FhirError]:  # noqa: ANN401 (any JSON)
    """The entries of a Bundle that would be filed with somebody whom the caller does not reach.

    Who may create and change every kind in it for everybody is not asked about.

    Args:
        asking: Who sends it.
        bundle: As it was sent.
        kinds: The types in it.
        source: The URI under which it would be taken over.

    Returns:
        Each by its number, with 403.

    Raises:
        RefusedError: If it is no Bundle that can be taken over at all.
    """
    if all(asking.may_of_all(kind, action) for kind in kinds for action in ("c", "u")):
        return {}
    judged = judge(asking.clinic, bundle, source)
    found: dict[int, FhirError] = {}
    for one in judged.incoming.results:
        if one.done != "refused" and one.number in judged.patients:  # the same once more is written once
            try:
                _check(asking, judged, one)
            except FhirError as error:
                found[one.number] = error
    return found


def check_one(asking: Asking, resource: Element, source: str) -> None:
    """Refuse a resource that would be filed with somebody whom the caller does not reach.

    Raises:
        FhirError: 403.
    """
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": resource}]}
    for error in out_of_reach(asking, bundle, [str(resource["resourceType"])], source).values():
        raise error


def _check(asking: Asking, judged: Judged, one: Result) -> None:
    whom = {judged.patients[one.number]}
    if one.done == "created" and one.kind == "Patient":
        whom = {None}  # who reaches one patient registers no other
    elif one.key is not None and (stood := judged.holdings.patient_of(one.kind, one.key)) is not None:
        whom |= {stood}
    if not all(_is_let(asking, one, patient) for patient in whom):
        raise not_allowed(one.kind)


def _is_let(asking: Asking, one: Result, patient: uuid.UUID | None) -> bool:
    return any(asking.may(one.kind, action, patient) for action in _TAKES.get(one.done, ()))
