"""The steps of a page on which a calendar is read in: a file, what it offers, what was chosen, taken back again.

Between the steps nothing is kept here: the form itself carries what was offered, signed, and bound to the person.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any, Final

from django.core import signing
from django.http import Http404, HttpRequest
from django.utils import timezone

from dermograph.clinic.calendars.diaries import Diary
from dermograph.clinic.calendars.models import Reading
from dermograph.clinic.calendars.offered import certain, offered
from dermograph.clinic.calendars.taking import Days, known_of, readings_of, take_over, undo
from dermograph.clinic.intake.posted import words
from dermograph.clinic.people.models import User
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.ical.content_lines import LARGEST_MB
from dermograph.exchange.ical.read_absence import read_absence

AHEAD: Final = dt.timedelta(days=365)
_HOURS: Final = 2  # that a preview can be confirmed
_LONGEST_PAYLOAD: Final = 200_000
_OLD: Final = Text("This page is too old, or was changed.", "Esta página es demasiado antigua o se ha modificado.")
_AGAIN: Final = Text("Choose the file again.", "Vuelva a elegir el archivo.")


def preview_of(request: HttpRequest, diary: Diary, *, ticked: bool) -> dict[str, Any]:
    """What the file of a form offers, for the page.

    Args:
        request: With the file.
        diary: Whose days they would be.
        ticked: Whether whole days are chosen from the start; else only those that the calendar itself calls away.

    Raises:
        InputError: If there is no file, or it is no calendar.
    """
    data, name = _file(request)
    today = timezone.now().astimezone(diary.clinic.zone).date()
    absence = read_absence(data, first_on=today, last_on=today + AHEAD, zone=diary.clinic.time_zone, file=name)
    found = offered(absence, known_of(diary))
    payload = signing.dumps([one.to_json() for one in found.offers], salt=_salt(diary), compress=True)
    chosen = [certain(one) and (ticked or one.presence == "away") for one in found.offers]
    return {
        "found": found,
        "offers": list(zip(found.offers, chosen, strict=True)),
        "payload": payload,
        "from": absence.first_on,
        "to": absence.last_on,
        "nothing": not (found.offers or found.gone),
    }


def confirm(request: HttpRequest, diary: Diary, who: User) -> Text:
    """Take over what was chosen; what to say of it.

    Raises:
        InputError: If the form is not ours, too old, or one of the days cannot be.
    """
    offers = _offers(words_of(request, "payload"), diary)
    chosen = {number for one in request.POST.getlist("take")[: len(offers) + 1] if (number := _number(one)) is not None}
    days = [one for number, one in enumerate(offers) if number in chosen]
    gone = {one for text in request.POST.getlist("gone")[:1000] if (one := _uuid(text)) is not None}
    reading = take_over(diary=diary, who=who, days=days, gone=gone)
    if reading is None:
        return Text("Nothing was chosen, so nothing was changed.", "No se eligió nada, así que nada ha cambiado.")
    rows = list(reading.taken.all())
    added, removed = sum(one.is_added for one in rows), sum(not one.is_added for one in rows)
    if not removed:
        return Text(f"Taken over: {added}.", f"Incorporadas: {added}.")
    return Text(f"Taken over: {added}. Taken away: {removed}.", f"Incorporadas: {added}. Retiradas: {removed}.")


def take_back(request: HttpRequest, diary: Diary, who: User) -> Text:
    """Take a reading of this person back.

    Raises:
        Http404: If there is none of that id.
    """
    found = _uuid(words(request, "reading"))
    rows = Reading.objects.filter(pk=found, **diary.whose) if found else Reading.objects.none()
    reading = rows.select_related("clinic", "membership__clinic", "patient__clinic").first()
    if reading is None:
        raise Http404
    if undo(reading=reading, who=who):
        return Text("It is taken back.", "Se ha deshecho.")
    return Text("It was taken back before.", "Ya se había deshecho.")


def history_of(diary: Diary) -> list[dict[str, Any]]:
    """The latest readings, for the page."""
    return [
        {
            "row": one,
            "days": [(taken.first, taken.last, taken.is_added) for taken in one.taken.all()],
        }
        for one in readings_of(diary)
    ]


def words_of(request: HttpRequest, name: str) -> str:
    """A long field as text; empty where it was not sent or is far too long."""
    found = request.POST.get(name, "")
    return found if len(found) <= _LONGEST_PAYLOAD else ""


def _file(request: HttpRequest) -> tuple[bytes, str]:
    file = request.FILES.get("file")  # reading it finds out whether it arrived
    if getattr(request, "too_large", False) or (file is not None and (file.size or 0) > LARGEST_MB * 2**20):
        raise InputError(
            Text(f"The calendar is larger than {LARGEST_MB} MB.", f"El calendario ocupa más de {LARGEST_MB} MB."),
            Place(field="file"),
            Text("Export a shorter time of it.", "Exporte un periodo más corto."),
        )
    if file is None:
        raise InputError(
            Text("No file was chosen.", "No se eligió ningún archivo."),
            Place(field="file"),
            Text(
                "Export the calendar in your calendar program as a file .ics, and choose it.",
                "Exporte el calendario en su programa como archivo .ics y elíjalo.",
            ),
        )
    name = "".join(char for char in (file.name or "") if char.isprintable())[:80]
    return file.read(), name or "calendar.ics"


def _offers(payload: str, diary: Diary) -> list[Days]:
    try:
        found = signing.loads(payload, salt=_salt(diary), max_age=dt.timedelta(hours=_HOURS))
    except signing.BadSignature:
        raise InputError(_OLD, todo=_AGAIN) from None
    return list(_read(found))


def _read(found: list[list[str]]) -> Iterator[Days]:
    for uid, first, last in found:
        yield uid, dt.date.fromisoformat(first), dt.date.fromisoformat(last)


def _salt(diary: Diary) -> str:
    """Bound to the clinic and the person: a form of one is none of another."""
    return "calendars:" + ":".join(f"{name}:{person.pk}" for name, person in sorted(diary.whose.items()))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else None


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text[:40])
    except ValueError:
        return None
