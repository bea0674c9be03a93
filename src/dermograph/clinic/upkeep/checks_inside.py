"""The looks of ``dermograph check`` at what needs the site's settings and database."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core import checks as django_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dermograph.clinic.audit.append_only import is_protected
from dermograph.clinic.audit.clock import MAY_DIFFER, check_clock, of_the_disk
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.records import QUEUE_APP
from dermograph.clinic.upkeep import anchors
from dermograph.clinic.upkeep.checks_work import backups, courses, jobs, people, shared
from dermograph.clinic.upkeep.looked import Check, Found, Mark
from dermograph.clinic.upkeep.snapshot import check_whole
from dermograph.clinic.upkeep.verify import anchor_file, own_ask, the_trail
from dermograph.clinic.vault import halves, store
from dermograph.clinic.vault.models import PatientKey
from dermograph.clinic.vault.seal import KEY_BYTES, NONCE_BYTES, Erased
from dermograph.core.errors import InputError
from dermograph.core.text import Text, spanish

LEAST_FREE_MB, LITTLE_FREE_MB = 100, 2000
_WITHOUT_HALF = NONCE_BYTES + KEY_BYTES + 16  # bytes of a key that was wrapped before there were halves
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})
_SPEAKS_OF_TLS = frozenset({"security.W004", "security.W008", "security.W012", "security.W016"})


def reachable(_folder: Path, _now: dt.datetime) -> Found:
    """The names under which the site answers, and whether they travel encrypted."""
    beyond = [host for host in settings.ALLOWED_HOSTS if host not in _LOOPBACK]
    if "*" in beyond:
        yield Check(
            "hosts",
            "mend",
            Text("The site answers to any name.", "El sitio responde a cualquier nombre."),
            Text("Name its names in DERMOGRAPH_HOSTS.", "Indique sus nombres en DERMOGRAPH_HOSTS."),
        )
    elif beyond and not settings.BEHIND_TLS:
        yield Check(
            "hosts",
            "mend",
            Text(f"{', '.join(beyond)}: reached without TLS.", f"{', '.join(beyond)}: accesible sin TLS."),
            Text(
                "Put a proxy with TLS before it, and set DERMOGRAPH_TLS=1.",
                "Ponga un proxy con TLS y DERMOGRAPH_TLS=1.",
            ),
        )
    else:
        names = ", ".join(beyond) or "this machine only"
        nombres = ", ".join(beyond) or "solo este equipo"
        yield Check("hosts", "ok", Text(f"Reached as: {names}.", f"Accesible como: {nombres}."))
    for one in django_checks.run_checks(include_deployment_checks=True):
        quiet = one.is_silenced() or one.id in _SPEAKS_OF_TLS or one.id == "security.W009"
        if not quiet:
            mark: Mark = "mend" if one.is_serious(django_checks.ERROR) else "mind"
            yield Check("settings", mark, Text(f"{one.id}: {one.msg}", f"{one.id}: {one.msg}"))


def database(_folder: Path, _now: dt.datetime) -> Found:
    """Whether it answers, is whole and of this version."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        check_whole(connection.connection, quick=True)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            synchronous = cursor.fetchone()[0]
            cursor.execute("PRAGMA journal_mode")
            journal = cursor.fetchone()[0]
        safe = synchronous >= 2 and journal == "wal"
        yield Check(
            "database",
            "ok" if safe else "mend",
            Text(
                f"SQLite is whole; journal {journal}, synchronous {synchronous}.",
                f"SQLite está íntegra; diario {journal}, synchronous {synchronous}.",
            ),
        )
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW fsync")
            durable = cursor.fetchone()[0] == "on"
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
        said = Text(f"PostgreSQL {version} answers.", f"PostgreSQL {version} responde.")
        off = Text("fsync is off: a power cut would lose records.", "fsync está desactivado: un corte perdería datos.")
        yield Check("database", "ok" if durable else "mend", said if durable else off)
    executor = MigrationExecutor(connection)
    newer = (
        set(executor.loader.applied_migrations)
        - set(executor.loader.disk_migrations)
        - set(executor.loader.replacements)
    )
    newer = {one for one in newer if one[0] != QUEUE_APP}
    behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if newer:
        said = Text("The database is of a newer Dermograph.", "La base de datos es de un Dermograph más nuevo.")
        yield Check("migrations", "mend", said, Text("Install that version.", "Instale esa versión."))
    elif behind:
        said = Text(f"{len(behind)} migrations are to be made.", f"Quedan {len(behind)} migraciones.")
        yield Check("migrations", "mind", said, Text("The next start makes them.", "Se harán al iniciar."))
    else:
        yield Check(
            "migrations", "ok", Text("The database is of this version.", "La base de datos es de esta versión.")
        )


def audit(_folder: Path, _now: dt.datetime) -> Found:
    """Whether entries can be changed, and whether each chain goes as far as it once did."""
    noted, wrong = anchors.read(anchor_file(), settings.MASTER_KEY)
    wrong += anchors.held_against(the_trail(), own_ask(), noted)
    for one in wrong:
        yield Check("audit", "mend", one.words(), Text("dermograph audit verify", "dermograph audit verify"))
    if not is_protected(connection):
        said = Text(
            "The audit trail can be changed: its triggers are gone.",
            "El registro se puede cambiar: faltan disparadores.",
        )
        yield Check("audit", "mend", said)
    elif not wrong:
        said = (
            Text("One anchor holds.", "Se sostiene un ancla.")
            if len(noted) == 1
            else Text(f"{len(noted)} anchors hold.", f"{len(noted)} anclas se sostienen.")
        )
        yield Check("audit", "ok", said)


def photographs(_folder: Path, _now: dt.datetime) -> Found:
    """Whether the keys fit what is stored."""
    newest = Photograph.objects.select_related("course__patient").order_by("-written_at")[:5]
    opened = False
    for one in newest:
        try:
            store.get(one.course.patient, one.file)
        except Erased:
            continue
        except InputError as error:
            yield Check("photographs", "mend", error.what, error.todo)
            return
        opened = True
        break
    kept = PatientKey.objects.filter(destroyed_at=None).values_list("patient_id", "wrapped").iterator()
    without = [key for key, wrapped in kept if len(wrapped) != _WITHOUT_HALF and halves.read(key) is None]
    if without:
        yield Check(
            "photographs",
            "mend",
            Text(
                f"The half of the key of {len(without)} patients is missing: their photographs do not open.",
                f"Falta la mitad de la clave de {len(without)} pacientes: sus fotografías no se abren.",
            ),
            Text(
                "Bring back the folder of keys, or the key book.", "Recupere la carpeta de claves o el libro de claves."
            ),
        )
    elif opened:
        yield Check("photographs", "ok", Text("The newest photograph opens.", "La fotografía más reciente se abre."))
    else:
        yield Check("photographs", "ok", Text("There is no photograph yet.", "Aún no hay fotografías."))


def disk(folder: Path, _now: dt.datetime) -> Found:
    """Room for what comes."""
    free = shutil.disk_usage(folder).free // 1_000_000
    mark: Mark = "mend" if free < LEAST_FREE_MB else "mind" if free < LITTLE_FREE_MB else "ok"
    todo = Text("Make room.", "Libere espacio.") if mark != "ok" else Text("", "")
    yield Check("disk", mark, Text(f"{free:,} MB are free.", f"Quedan {spanish(free)} MB libres."), todo)


def clock(folder: Path, now: dt.datetime) -> Found:
    """Whether the clock can be right."""
    check_clock(now)
    apart = of_the_disk(folder, now)
    if abs(apart) > MAY_DIFFER:
        minutes = round(apart.total_seconds() / 60)
        yield Check(
            "clock",
            "mend",
            Text(
                f"The disk's clock and ours are {minutes} minutes apart.",
                f"El reloj del disco difiere {minutes} minutos.",
            ),
            Text("Set both by the same time server.", "Sincronice ambos con el mismo servidor de hora."),
        )
    else:
        yield Check(
            "clock",
            "ok",
            Text(f"The clock says {now:%Y-%m-%d %H:%M} UTC.", f"El reloj marca {now:%Y-%m-%d %H:%M} UTC."),
        )


LOOKS: tuple[Callable[[Path, dt.datetime], Found], ...] = (
    reachable,
    database,
    audit,
    courses,
    photographs,
    shared,
    disk,
    clock,
    jobs,
    backups,
    people,
)
