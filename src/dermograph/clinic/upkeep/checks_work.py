"""The looks of ``dermograph check`` at what goes on by itself: jobs, backups, mail, signing in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from dermograph.clinic.gallery import places
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.upkeep.looked import Check, Found, Mark
from dermograph.clinic.vault import keybook
from dermograph.core.text import Text

_WAITS_TOO_LONG = dt.timedelta(minutes=15)
_BACKUP_OLD, _BACKUP_TOO_OLD = dt.timedelta(days=2), dt.timedelta(days=7)
_NO_MAIL = ("no_mail", ".console.", ".dummy.")


def jobs(_folder: Path, now: dt.datetime) -> Found:
    """Work that waits too long, or has failed."""
    late = Q(stage=Stage.WAITING, written_at__lt=now - _WAITS_TOO_LONG)
    late |= Q(stage=Stage.RUNNING, leased_until__lt=now - _WAITS_TOO_LONG)
    waiting = sum(kind.objects.filter(late).count() for kind in (Photograph, Comparison))
    failed = sum(kind.objects.filter(stage=Stage.FAILED).count() for kind in (Photograph, Comparison))
    if waiting:
        yield Check(
            "jobs",
            "mend",
            Text(
                f"{waiting} pieces of work wait for more than 15 minutes.",
                f"{waiting} trabajos esperan más de 15 minutos.",
            ),
            Text("See that a runner is at work.", "Compruebe que hay un proceso trabajando."),
        )
    else:
        yield Check("jobs", "ok", Text("No work waits too long.", "Ningún trabajo espera demasiado."))
    if failed:
        yield Check("jobs", "mind", Text(f"{failed} measurements failed.", f"{failed} mediciones han fallado."))


def shared(_folder: Path, _now: dt.datetime) -> Found:
    """Whether the photographs and keys that this machine sees are those of the database."""
    for place in places.PLACES:
        places.check(place, make=False)
    yield Check(
        "places",
        "ok",
        Text(
            "The photographs and keys here are those of the database.",
            "Las fotografías y claves de aquí son las de la base de datos.",
        ),
    )


def backups(_folder: Path, now: dt.datetime) -> Found:
    """How old the newest backup is, and whether it is still there."""
    made = keybook.backups_made()
    todo = Text("dermograph backup TARGET", "dermograph backup TARGET")
    if not made:
        yield Check("backup", "mend", Text("No backup was ever made.", "Nunca se ha hecho una copia."), todo)
        return
    last = made[-1]
    age = now - dt.datetime.fromisoformat(last.at)
    mark: Mark = "mend" if age > _BACKUP_TOO_OLD else "mind" if age > _BACKUP_OLD else "ok"
    hours = age.total_seconds() / 3600
    said = Text(f"The newest backup is {hours:,.0f} hours old.", f"La última copia tiene {hours:,.0f} horas.")
    yield Check("backup", mark, said, todo if mark != "ok" else Text("", ""))
    for path, what in (
        (last.archive, Text("The newest backup", "La última copia")),
        (last.book, Text("The key book", "El libro de claves")),
    ):
        if not Path(path).is_file():
            said = Text(f"{what.en} is not at {path} any more.", f"{what.es} ya no está en {path}.")
            yield Check("backup", "mind", said, Text("Know where it is.", "Sepa dónde está."))


def people(_folder: Path, _now: dt.datetime) -> Found:
    """Mail, and what staff sign in with."""
    if any(part in settings.EMAIL_BACKEND for part in _NO_MAIL):
        said = Text(
            "No mail is sent: reminders and invitations stay here.", "No se envía correo: ni avisos ni invitaciones."
        )
        yield Check("mail", "mind", said, Text("Set DERMOGRAPH_EMAIL_BACKEND.", "Defina DERMOGRAPH_EMAIL_BACKEND."))
    else:
        yield Check("mail", "ok", Text("Mail is sent.", "Se envía correo."))
    if getattr(settings, "STAFF_SECOND_FACTOR", False):
        yield Check("second factor", "ok", Text("Staff need a second factor.", "El personal usa un segundo factor."))
    else:
        said = Text("Staff may sign in with a password alone.", "El personal puede entrar solo con contraseña.")
        todo = Text("Unset DERMOGRAPH_SECOND_FACTOR.", "Quite DERMOGRAPH_SECOND_FACTOR.")
        yield Check("second factor", "mind", said, todo)
