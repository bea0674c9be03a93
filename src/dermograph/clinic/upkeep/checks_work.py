"""The looks of ``dermograph check`` at what goes on by itself: jobs, backups, mail, signing in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from dermograph.clinic.gallery import places
from dermograph.clinic.gallery.kinds import in_order
from dermograph.clinic.gallery.models import Photograph, Stage, Work
from dermograph.clinic.overview.touching import is_watched
from dermograph.clinic.scalp.models import ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.upkeep.looked import Check, Found, Mark
from dermograph.clinic.vault import keybook
from dermograph.core.text import Text, spanish

_WAITS_TOO_LONG = dt.timedelta(minutes=15)
_BACKUP_OLD, _BACKUP_TOO_OLD = dt.timedelta(days=2), dt.timedelta(days=7)
_NO_MAIL = ("no_mail", ".console.", ".dummy.")


def jobs(_folder: Path, now: dt.datetime) -> Found:
    """Work that waits too long, or has failed."""
    late = Q(stage=Stage.WAITING, written_at__lt=now - _WAITS_TOO_LONG)
    late |= Q(stage=Stage.RUNNING, leased_until__lt=now - _WAITS_TOO_LONG)
    # Nobody works at what was superseded, and nobody asks for what was made of a file that was taken out.
    kinds = [
        (kind, kind.model.objects.standing().exclude(_for_nothing().get(kind.model, Q(pk__in=[]))))
        for kind in in_order()
    ]
    waiting = sum(rows.filter(late).count() for kind, rows in kinds if kind.is_done_here())
    elsewhere = sum(rows.filter(late).count() for kind, rows in kinds if not kind.is_done_here())
    failed = sum(rows.filter(stage=Stage.FAILED).count() for _, rows in kinds)
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
    if elsewhere:
        yield Check(
            "jobs",
            "mend",
            Text(
                f"{elsewhere} photographs wait for more than 15 minutes to be sent, and this process knows no archive.",
                f"{elsewhere} fotografías esperan más de 15 minutos para enviarse, y este proceso no conoce ningún "
                "archivo.",
            ),
            Text(
                "Start a server or worker with DERMOGRAPH_ARCHIVE; one that names another archive ends what waits.",
                "Inicie un servidor o trabajador con DERMOGRAPH_ARCHIVE; uno que nombre otro archivo da fin a lo que "
                "espera.",
            ),
        )
    if not waiting and not elsewhere:
        yield Check("jobs", "ok", Text("No work waits too long.", "Ningún trabajo espera demasiado."))
    if failed:
        yield Check("jobs", "mind", Text(f"{failed} measurements failed.", f"{failed} mediciones han fallado."))


def _for_nothing() -> dict[type[Work], Q]:
    """What stands for nothing at scalps though nothing superseded it: its photograph was corrected or taken out."""
    gone = {way: Q(**{f"{way}__superseded_by__isnull": False}) for way in ("before", "after")}
    gone |= {
        way: Q(**{f"{way}__superseded_by__isnull": False}) | Q(**{f"{way}__withdrawn": True})
        for way in ("photograph", "before__photograph", "after__photograph")
    }
    out = Photograph.objects.standing().filter(withdrawn=True, course=OuterRef("course"))
    return {
        ScalpReading: gone["photograph"],
        ScalpChange: gone["before"] | gone["after"] | gone["before__photograph"] | gone["after__photograph"],
        # A design outlives a correction of its photograph: the file is the same.
        ScalpDesign: Q(Exists(out.filter(sha256=OuterRef("photograph__sha256")))),
    }


def courses(_folder: Path, _now: dt.datetime) -> Found:
    """Whether the database notes which courses are touched: else pages show how they stood once."""
    if is_watched(connection):
        yield Check("courses", "ok", Text("Changes of courses are noted.", "Los cambios de los cursos se anotan."))
        return
    yield Check(
        "courses",
        "mend",
        Text(
            "The database does not note changes of courses: Today, reviews, outcomes and reminders may be out of date.",
            "La base de datos no anota los cambios de los cursos: Hoy, las revisiones, los resultados y los avisos "
            "pueden estar anticuados.",
        ),
        Text("Stop the clinic and start it again.", "Detenga la clínica y vuelva a iniciarla."),
    )


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
    said = Text(f"The newest backup is {hours:,.0f} hours old.", f"La última copia tiene {spanish(hours)} horas.")
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
