"""Why an item has no answer, wherever the response says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import ABSENT_REASONS, MISSING_REASON
from dermograph.exchange.fhir.elements import ABSENT_REASON
from dermograph.exchange.fhir.protocol.refusal import refused
from dermograph.protocols.vocabulary import MISSING, Missing


def reason_of(place: str, item: Mapping[str, Any], answers: list[Any]) -> Missing | None:
    """Why an item has no answer; None if it says nothing of that.

    The reason may stand on the item, as we write it, on its answer, or on the answer's value.

    Args:
        place: The path of the item.
        item: The item.
        answers: Its answers, at most one.

    Raises:
        InputError: If there is an answer as well, if two reasons differ, or if one is not known.
    """
    bearers: list[Any] = [item]
    for answer in answers:
        if not isinstance(answer, Mapping):
            raise refused(place, Text("The answer is no object.", "La respuesta no es un objeto."))
        bearers += [answer, *(value for name, value in answer.items() if name.startswith("_value"))]
    own = {why: why for why in MISSING}
    codes = [code for bearer in bearers for code in _codes(place, bearer, ABSENT_REASON)]
    reasons = {_known(place, code, ABSENT_REASONS) for code in codes}
    codes = [code for bearer in bearers for code in _codes(place, bearer, MISSING_REASON)]
    ours = {_known(place, code, own) for code in codes}
    if not reasons and not ours:
        return None
    if any(name.startswith("value") for answer in answers for name in answer):
        raise refused(
            place,
            Text("An answer, and a reason why there is none.", "Una respuesta, y un motivo por el que falta."),
        )
    if len(ours or reasons) > 1:
        raise refused(place, Text("Two reasons why it is missing.", "Dos motivos por los que falta."))
    return Missing(next(iter(ours or reasons)))


def _codes(place: str, bearer: object, url: str) -> Iterator[object]:
    """The codes of an extension."""
    listed = bearer.get("extension", []) if isinstance(bearer, Mapping) else []
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise refused(place, Text("The extensions are no list.", "Las extensiones no son una lista."))
    for one in listed:
        if one.get("url") == url:
            yield one.get("valueCode")


def _known(place: str, code: object, reasons: Mapping[str, str]) -> str:
    if not isinstance(code, str) or code not in reasons:
        raise refused(
            place,
            Text(f"{shown(code)} is no reason for a missing answer.", f"{shown(code)} no explica que falte."),
            near=(str(code), reasons),
        )
    return reasons[code]
