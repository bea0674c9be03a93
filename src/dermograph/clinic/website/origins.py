"""Where requests come from: counted for a day by keyed hashes, so that no address is kept."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from dermograph.clinic.people.models import Clinic
from dermograph.clinic.website.models import AppointmentRequest, SentFrom

MOST_AN_HOUR = 5  # from one address
MOST_A_NETWORK = 15  # a day, from all addresses of one IPv6 network
MANY_A_DAY = 200  # to one clinic; more are kept too, and the clinic is told
_IPV6_OF_ONE = 64  # bits of an address that a household has for itself
_IPV6_OF_A_NETWORK = 48  # bits of what one customer may be given at most
_WITH_PORT = re.compile(r"\[([^\[\]]+)\](?::\d+)?\Z|([\d.]+):\d+\Z")


@dataclass(frozen=True, slots=True)
class Origin:
    """Keyed hashes of where a request comes from, each of today and of yesterday: at midnight counting goes on.

    Attributes:
        near: Of the address; of an IPv6 address its household's.
        wide: Of the IPv6 network that many households' worth of addresses are given out in; None for IPv4.
    """

    near: tuple[str, str]
    wide: tuple[str, str] | None


def origin_of(request: HttpRequest, now: dt.datetime | None = None) -> Origin:
    """Where a request comes from.

    Behind a proxy of our own the address is the last one that it wrote down; what stands before that came from outside.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if getattr(settings, "BEHIND_TLS", False):
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip() or address
    days = _last_days(now or timezone.now())
    with_port = _WITH_PORT.match(address)
    try:
        found = ipaddress.ip_address((with_port[1] or with_port[2]) if with_port else address)
    except ValueError:
        return Origin(_digests(days, "unknown"), None)
    found = getattr(found, "ipv4_mapped", None) or found  # IPv4 as a socket of both kinds writes it down
    if found.version == 4:
        return Origin(_digests(days, str(found)), None)
    near, wide = (
        str(ipaddress.ip_network((int(found), bits), strict=False)) for bits in (_IPV6_OF_ONE, _IPV6_OF_A_NETWORK)
    )
    return Origin(_digests(days, near), _digests(days, wide))


def is_too_many(origin: Origin, now: dt.datetime) -> bool:
    """Whether more came from there than people send. A clinic's own number refuses nobody: else one could shut it."""
    of_an_hour = SentFrom.objects.filter(digest__in=origin.near, at__gt=now - dt.timedelta(hours=1))
    if of_an_hour.count() >= MOST_AN_HOUR:
        return True
    if origin.wide is None:
        return False
    of_a_day = SentFrom.objects.filter(digest__in=origin.wide, at__gt=now - dt.timedelta(days=1))
    return of_a_day.count() >= MOST_A_NETWORK


def count(clinic: Clinic, origin: Origin, now: dt.datetime) -> None:
    """Remember for a day that one came from there."""
    digests = [origin.near[0], *(origin.wide or ())[:1]]
    SentFrom.objects.bulk_create(SentFrom(clinic=clinic, digest=digest, at=now) for digest in digests)


def many_today(clinic: Clinic, now: dt.datetime | None = None) -> int:
    """How many requests came in within a day, where that is more than people send; else 0."""
    since = (now or timezone.now()) - dt.timedelta(days=1)
    number = AppointmentRequest.objects.filter(clinic=clinic, asked_at__gt=since).count()
    return number if number >= MANY_A_DAY else 0


def _last_days(now: dt.datetime) -> tuple[str, str]:
    today = now.date()
    return today.isoformat(), (today - dt.timedelta(days=1)).isoformat()


def _digests(days: tuple[str, str], where: str) -> tuple[str, str]:
    """The hash of each of two days."""
    today, yesterday = (
        salted_hmac("website: sent from", f"{day} {where}", algorithm="sha256").hexdigest() for day in days
    )
    return today, yesterday
