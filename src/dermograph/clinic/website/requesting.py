"""Asking for an appointment from the public site: what is kept, how much of it, and for how long."""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.website.checking import Told, told_from
from dermograph.clinic.website.models import AppointmentRequest, RequestState, SentFrom
from dermograph.clinic.website.sealing import opened, sealed
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import Protocol

MOST_AN_HOUR = 5  # from one address
MOST_A_DAY = 200  # to one clinic, from all addresses together
DAYS_OPEN = 90  # until a request that nobody settled is erased
DAYS_SETTLED = 30  # until a settled one is
_IPV6_OF_ONE = 64  # bits of an address that a household has for itself


class TooManyError(InputError):
    """More requests than people send."""

    def __init__(self) -> None:
        super().__init__(
            Text("Too many requests came in for now.", "Han llegado demasiadas solicitudes por ahora."),
            todo=Text("Try again in an hour, or telephone.", "Inténtelo en una hora o llame por teléfono."),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wrote into the form, checked.

    Attributes:
        entry: The id of the form; a replayed one finds the request that is there.
        agreed_to: The words that they agreed to.
    """

    entry: uuid.UUID
    given_names: str
    family_names: str
    phone: str
    email: str
    days: Sequence[int]
    times: Sequence[str]
    words: str
    agreed_to: str


def request_appointment(
    *, clinic: Clinic, treatment: str, language: str, asked: Asked, told: Told | None, digest: str
) -> AppointmentRequest:
    """Keep a request.

    Args:
        clinic: Whom it is for.
        treatment: The name of the treatment whose page they came from.
        language: In which they read.
        asked: The form.
        told: The answers of the check, where they hand them over; None else.
        digest: Of where it came from, as ``digest_of`` has it.

    Raises:
        TooManyError: If too many came from there, or to this clinic.
    """
    now = timezone.now()
    with transaction.atomic():
        # The clinic's row is the lock: of two forms that arrive at once, one is counted first.
        Clinic.objects.select_for_update().get(pk=clinic.pk)
        there = AppointmentRequest.objects.filter(pk=asked.entry).first()
        if there is not None:
            return there
        erase_old(clinic, now)
        _refuse_too_many(clinic, digest, now)
        new = AppointmentRequest(
            pk=asked.entry,
            clinic=clinic,
            treatment=treatment,
            language=language,
            given_names=asked.given_names,
            family_names=asked.family_names,
            phone=asked.phone,
            email=asked.email,
            days=list(asked.days),
            times=list(asked.times),
            words=asked.words,
            agreed_to=asked.agreed_to,
            asked_at=now,
            answers=sealed(_about(asked.entry), told.to_json()) if told is not None else None,
        )
        new.save(force_insert=True)
        SentFrom.objects.create(clinic=clinic, digest=digest, at=now)
        record("request.received", clinic=clinic, who=None, about=new, details={"answers": told is not None})
    return new


def answers_of(asked: AppointmentRequest, protocol: Protocol) -> Told | None:
    """What was told in the check; None where it was not handed over, is erased, or cannot be opened."""
    stored = opened(_about(asked.pk), asked.answers) if asked.answers else None
    return None if stored is None else told_from(stored, protocol)


def erase_old(clinic: Clinic | None = None, now: dt.datetime | None = None) -> int:
    """Erase the requests whose time is over, and the counts of addresses; how many requests it were.

    Args:
        clinic: Of which; None for all of them.
        now: None for now.
    """
    now = now or timezone.now()
    SentFrom.objects.filter(at__lt=now - dt.timedelta(days=1)).delete()
    over = Q(state=RequestState.NEW, asked_at__lt=now - dt.timedelta(days=DAYS_OPEN)) | Q(
        settled_at__lt=now - dt.timedelta(days=DAYS_SETTLED)
    )
    rows = AppointmentRequest.objects.filter(over)
    if clinic is not None:
        rows = rows.filter(clinic=clinic)
    with transaction.atomic():
        gone = list(rows.select_related("clinic"))
        for one in gone:
            record("request.erased", clinic=one.clinic, who=None, about=one)
        if gone:
            AppointmentRequest.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return len(gone)


def digest_of(request: HttpRequest, now: dt.datetime | None = None) -> str:
    """A keyed hash of where a request comes from and of the day: it counts, and names nobody.

    Behind a proxy of our own the address is the last one that it wrote down; what stands before that came from outside.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if getattr(settings, "BEHIND_TLS", False):
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip() or address
    try:
        found = ipaddress.ip_address(address)
        if found.version == 6:
            address = str(ipaddress.ip_network((int(found), _IPV6_OF_ONE), strict=False))
    except ValueError:
        address = "unknown"
    day = (now or timezone.now()).date().isoformat()
    return salted_hmac("website: sent from", f"{day} {address}", algorithm="sha256").hexdigest()


def _refuse_too_many(clinic: Clinic, digest: str, now: dt.datetime) -> None:
    from_there = SentFrom.objects.filter(digest=digest, at__gt=now - dt.timedelta(hours=1)).count()
    in_all = SentFrom.objects.filter(clinic=clinic, at__gt=now - dt.timedelta(days=1)).count()
    if from_there >= MOST_AN_HOUR or in_all >= MOST_A_DAY:
        raise TooManyError


def _about(entry: uuid.UUID) -> str:
    return f"request\n{entry}"
