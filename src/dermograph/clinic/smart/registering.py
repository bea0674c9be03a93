"""The clinic registers a program, gives it another secret or other keys, and ends it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from dermograph.clinic.api.scopes import may_act_for
from dermograph.clinic.api.tokens import hash_of
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Membership, Role
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.permissions import may
from dermograph.clinic.smart.asking import LAUNCH_PATIENT, OFFLINE, ONLINE
from dermograph.clinic.smart.keys import read_keys
from dermograph.clinic.smart.kinds import KINDS
from dermograph.clinic.smart.models import App, AppKind, Grant, SmartToken
from dermograph.clinic.smart.scopes import read_scope
from dermograph.clinic.smart.tokens import SECRET, made
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

PAGE = "smart_apps"
MOST = 50  # programs of a clinic that are let in
MOST_REDIRECTS, LONGEST_REDIRECT = 10, 500
SERVICE_GRANT = dt.timedelta(days=3650)
_HAS_KEYS = frozenset({AppKind.ASYMMETRIC, AppKind.SERVICE})
_HERE = frozenset({"localhost", "127.0.0.1"})  # not ::1: a content policy cannot name it
_OWN_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")  # RFC 8252, 7.1: a domain name the other way round
_WORDS = (LAUNCH_PATIENT, OFFLINE, ONLINE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A program as the clinic describes it.

    Attributes:
        redirects: Addresses, one a line.
        keys: A JSON Web Key Set; empty of kinds that have none.
        scopes: In the words of SMART, with spaces or line breaks between them.
        member: In whose name a service acts.
        entry: The id of the form: sent again, it registers nothing more.
    """

    name: str
    kind: str
    redirects: str = ""
    keys: str = ""
    scopes: str = ""
    member: Membership | None = None
    entry: uuid.UUID | None = None


def register_app(wanted: Wanted, *, who: Membership) -> tuple[App, str]:
    """Register a program.

    Returns:
        The row, and its secret if it is of the kind that has one; it is not kept.

    Raises:
        PermissionDenied: If ``who`` may register none.
        InputError: If something of it cannot be.
    """
    if not may(who.role, PAGE) or not who.active:
        raise PermissionDenied
    if wanted.kind not in AppKind.values:
        raise InputError(Text("Choose the kind.", "Elija el tipo."), Place(field="kind"))
    values = _values(wanted, who)
    secret = made(SECRET) if wanted.kind == AppKind.SECRET else ""
    clinic = who.clinic
    with transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        if wanted.entry is not None and App.objects.filter(pk=wanted.entry).exists():
            raise InputError(
                Text("This form has registered its program already.", "Este formulario ya registró su programa.")
            )
        if App.objects.filter(clinic=clinic, ended_at=None).count() >= MOST:
            raise InputError(
                Text(f"There are {MOST} programs already.", f"Ya hay {MOST} programas."),
                todo=Text("End one that is not needed.", "Termine uno que no haga falta."),
            )
        app = App.objects.create(
            pk=wanted.entry or uuid.uuid4(),
            clinic=clinic,
            made_by=who.user,
            secret_sha256=hash_of(secret) if secret else "",
            **values,
        )
        if app.member is not None:
            Grant.objects.create(
                clinic=clinic,
                app=app,
                user=app.member.user,
                member=app.member,
                scopes=app.scopes,
                ends_at=timezone.now() + SERVICE_GRANT,
            )
        details = {"kind": app.kind, "scopes": app.scopes, "redirects": app.redirects}
        record("smart.registered", clinic=clinic, who=who.user, about=app, details=details)
    return app, secret


def end_app(app: App, *, who: Membership) -> None:
    """End a program: every token of it is refused from then on. One that is over already stays as it is.

    Raises:
        PermissionDenied: If ``who`` may not.
    """
    if not may(who.role, PAGE) or app.clinic_id != who.clinic_id:
        raise PermissionDenied
    with transaction.atomic():
        row = App.objects.select_for_update(of=("self",), no_key=True).get(pk=app.pk)
        if row.ended_at is not None:
            return
        now = timezone.now()
        row.ended_at, row.ended_by = now, who.user
        row.save(update_fields=["ended_at", "ended_by"])
        row.grants.filter(ended_at=None).update(ended_at=now, ended_why="app")
        SmartToken.objects.filter(grant__app=row, ended_at=None).update(ended_at=now)
        record("smart.ended", clinic=who.clinic, who=who.user, about=row)


def read_redirects(lines: Iterable[str]) -> list[str]:
    """The addresses to which people may be sent back.

    Raises:
        InputError: If one is no address, is open to others (plain http on the network), or has a fragment.
    """
    found = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not 1 <= len(found) <= MOST_REDIRECTS:
        raise _wrong(
            "redirects", Text(f"Give 1 to {MOST_REDIRECTS} addresses.", f"Indique de 1 a {MOST_REDIRECTS} direcciones.")
        )
    for one in found:
        if not _is_address(one):
            shown = one[:60]
            raise _wrong(
                "redirects",
                Text(f"People cannot be sent to “{shown}”.", f"No se puede enviar a nadie a «{shown}»."),
                Text(
                    "It begins with https://, with http:// only on the person's own computer (localhost), or with "
                    "the app's own scheme such as com.example.app:, and has no # and no *.",
                    "Empieza por https://, por http:// solo en el propio ordenador (localhost), o por el esquema "
                    "propio de la aplicación, como com.example.app:, y no lleva # ni *.",
                ),
            )
    return found


def read_scopes(written: str, *, service: bool) -> list[str]:
    """The scopes that a program gets at most.

    Raises:
        InputError: If one is not offered: a service has those of ``system/``, and nothing else has.
    """
    found = list(dict.fromkeys(written.split()))
    if not 1 <= len(found) <= 100:
        raise _wrong("scopes", Text("Say what it may do.", "Indique qué puede hacer."))
    for one in found:
        scope = read_scope(one)
        if (scope is None and (service or one not in _WORDS)) or (
            scope is not None and (scope.level == "system") != service
        ):
            shown = one[:60]
            raise _wrong(
                "scopes",
                Text(f"“{shown}” is not offered here.", f"«{shown}» no se ofrece aquí."),
                Text(
                    "A service has scopes such as system/Observation.rs; any other program such as patient/*.rs, "
                    "user/Appointment.rs, launch/patient, online_access and offline_access.",
                    "Un servicio tiene permisos como system/Observation.rs; los demás programas, como patient/*.rs, "
                    "user/Appointment.rs, launch/patient, online_access y offline_access.",
                ),
            )
    if not any(read_scope(one) for one in found):
        raise _wrong("scopes", Text("Say what it may read.", "Indique qué puede leer."))
    return found


def members_for(who: Membership) -> list[Membership]:
    """In whose name a service may act that somebody registers: nobody gives away more than they have."""
    reached = frozenset(page for kind in KINDS.values() for page in (kind.read, kind.create, kind.update) if page)
    found = Membership.objects.filter(clinic=who.clinic_id, active=True).exclude(role=Role.PATIENT)
    rows = found.select_related("user", "clinic").order_by("user__name")
    return [one for one in rows if may_act_for(who.role, one.role, reached)]


def _values(wanted: Wanted, who: Membership) -> dict[str, Any]:
    service = wanted.kind == AppKind.SERVICE
    if service and wanted.member not in members_for(who):
        raise _wrong(
            "member",
            Text(
                "Choose somebody of the clinic who may do no more than you.",
                "Elija a alguien de la clínica que no pueda hacer más que usted.",
            ),
        )
    return {
        "name": plain_line(wanted.name, Text("name", "nombre"), longest=80),
        "kind": wanted.kind,
        "redirects": [] if service else read_redirects(wanted.redirects.splitlines()),
        "keys": read_keys(wanted.keys) if wanted.kind in _HAS_KEYS else {},
        "scopes": read_scopes(wanted.scopes, service=service),
        "member": wanted.member if service else None,
    }


def _is_address(written: str) -> bool:
    if len(written) > LONGEST_REDIRECT or not written.isascii() or not written.isprintable():
        return False
    if any(one in written for one in " #*\\<>\"'`;,"):  # the last ones would end an entry of the content policy
        return False
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if "@" in parts.netloc:
        return False
    if parts.scheme in ("https", "http"):
        return bool(host) and (parts.scheme == "https" or host in _HERE)
    return _OWN_SCHEME.fullmatch(parts.scheme) is not None and not parts.netloc


def _wrong(field: str, what: Text, todo: Text | None = None) -> InputError:
    return InputError(what, Place(field=field), todo or Text("", ""))
