"""Queries of patients, areas and courses that are worth a name."""

from __future__ import annotations

import datetime as dt
import difflib
import uuid
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Course, Membership, NameToken, Patient, Role
from dermograph.clinic.people.name_words import asked_words, folded

PAGE = 50
SIMILAR = 0.82  # of two folded names, as difflib has it: one letter wrong in six
LIKELY_TWINS = 5
COMMON = 2000  # that begin so; what more patients have is no word to begin from
FEW = 200  # patients who are fetched by their ids and sorted
ASKED_FIRST = 3  # words of a search that are counted, the longest ones
LAST_CHARACTER = "\U0010ffff"
AnyModel = TypeVar("AnyModel", bound=Model)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list of patients.

    Attributes:
        patients: In the order of their names; with a whole number as the search, the one of that number first.
        more: Whether there are more after the last one.
    """

    patients: tuple[Patient, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed a record last, and when."""

    name: str
    at: dt.datetime


def found_patients(clinic: Clinic, asked: str, *, after: Patient | None = None, limit: int = PAGE) -> Found:
    """The patients of a clinic of whom every word asked for begins a word of the name, the number or the telephone.

    Args:
        clinic: Whose patients.
        asked: As typed; case and accents do not matter; empty finds everybody.
        after: The last patient of the page before; None for the first page.
        limit: How many at most.
    """
    words = asked_words(asked)
    if asked.strip() and not words:
        return Found((), more=False)
    few = _few(clinic, words)
    if few is None:
        rows = _with_each(Patient.objects.filter(clinic=clinic), words, "pk")
    else:
        # Not asked for the clinic, whose words these are: SQLite would go through all of it and look for the few.
        rows = Patient.objects.filter(pk__in=few)
    rows = rows.filter(restricted_at=None).order_by("sort_name", "pk")
    first: tuple[Patient, ...] = ()
    if len(words) == 1 and words[0].isdecimal() and words[0].isascii() and len(words[0]) < 10:
        exact = Patient.objects.filter(clinic=clinic, number=int(words[0]), restricted_at=None)
        rows = rows.exclude(number=int(words[0]))
        first = tuple(_with_courses(exact)) if after is None else ()
    if after is not None:
        beyond = Q(sort_name__gt=after.sort_name) | Q(sort_name=after.sort_name, pk__gt=after.pk)
        rows = rows.filter(beyond, sort_name__gte=after.sort_name)
    page = list(_with_courses(rows)[: limit + 1])
    return Found((*first, *page[:limit]), more=len(page) > limit)


def similar_patients(clinic: Clinic, names: str, birth_date: dt.date | None) -> list[Patient]:
    """Who may be the same person: born on the same day with a similar name, or of the same name where a day is unknown.

    Args:
        clinic: Whose patients.
        names: Family names and given names.
        birth_date: None while it is not known.
    """
    wanted = folded(names)
    same_name = Q(sort_name=wanted)
    if birth_date is not None:
        same_name &= Q(birth_date=None)
    same_day = Q(birth_date=birth_date) if birth_date is not None else Q(pk=None)
    rows = Patient.objects.filter(clinic=clinic).filter(same_name | same_day)[:200]
    return [one for one in rows if _alike(wanted, one.sort_name)][:LIKELY_TWINS]


def practising(clinic: Clinic) -> list[Membership]:
    """Who treats in a clinic, by name."""
    people = clinic.memberships.filter(active=True, role__in=(Role.PRACTITIONER, Role.MEDICAL_LEAD))
    return list(people.select_related("user").order_by("user__name"))


def last_change(patient: Patient) -> LastChange | None:
    """Who changed a patient's details last; None if nobody has."""
    entry = (
        AuditEntry.objects.filter(clinic=patient.clinic_id, patient=patient.pk, action="patient.changed")
        .select_related("who")
        .order_by("-number")
        .first()
    )
    return LastChange(str(entry.who) if entry.who else "", entry.at) if entry else None


def _with_courses(rows: QuerySet[Patient]) -> QuerySet[Patient]:
    courses = Course.objects.filter(closed_at=None).select_related("area").order_by("opened_at")
    return rows.prefetch_related(Prefetch("courses", queryset=courses, to_attr="open_courses"))


def _few(clinic: Clinic, words: tuple[str, ...]) -> set[uuid.UUID] | None:
    """The patients who have all of these words, by the index of words alone; None if there are more than a few.

    Where there are more, patients are gone through in the order of their names, and each is asked: a page is full soon.
    Where there are few, that would go through all.
    """
    longest = sorted(words, key=len, reverse=True)[:ASKED_FIRST]
    counted = {word: _with_word(clinic, word)[: COMMON + 1].count() for word in longest}
    if not counted or min(counted.values()) > COMMON:
        return None
    rarest = min(counted, key=lambda word: counted[word])
    having = _with_each(_with_word(clinic, rarest), tuple(set(words) - {rarest}), "patient")
    found = having.values_list("patient_id", flat=True)[: FEW + 1]
    return set(found) if len(found) <= FEW else None


def _with_each(rows: QuerySet[AnyModel], words: tuple[str, ...], patient: str) -> QuerySet[AnyModel]:
    """The rows whose patient, in the column ``patient``, has for each of the words one that begins so."""
    for word in words:
        rows = rows.filter(Exists(_beginning(word).filter(patient=OuterRef(patient))))
    return rows


def _with_word(clinic: Clinic, prefix: str) -> QuerySet[NameToken]:
    """The words of a clinic's patients that begin so."""
    return _beginning(prefix).filter(clinic=clinic)


def _beginning(prefix: str) -> QuerySet[NameToken]:
    if connection.vendor == "postgresql":
        return NameToken.objects.filter(word__startswith=prefix)
    # LIKE does not read SQLite's index; a range does.
    return NameToken.objects.filter(word__gte=prefix, word__lt=prefix + LAST_CHARACTER)


def _alike(one: str, other: str) -> bool:
    if set(one.split()) <= set(other.split()) or set(other.split()) <= set(one.split()):
        return True
    return difflib.SequenceMatcher(None, one, other).ratio() >= SIMILAR
