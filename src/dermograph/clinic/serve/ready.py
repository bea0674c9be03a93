"""Getting the clinic ready: database, static files, checks. Quick where nothing has changed."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from typing import Any

from dermograph.clinic.serve.options import Options, Say
from dermograph.clinic.serve.safety import check_disk, check_folder
from dermograph.core.errors import InputError
from dermograph.core.text import Text, spanish

_STAMP = "static.stamp"
_TELL_EVERY_S = 5.0
_FILE_TODO = Text(
    "See that nothing else holds it, and that it is whole; a backup can be put in its place.",
    "Compruebe que nada la ocupa y que está íntegra; puede poner una copia de seguridad en su lugar.",
)
_SERVER_TODO = Text(
    "See that PostgreSQL runs, and that DATABASE_URL names it with the right user and database.",
    "Compruebe que PostgreSQL está en marcha y que DATABASE_URL lo indica con su usuario y su base.",
)
_MIGRATING = 0x4445524D  # a number of our own among PostgreSQL's advisory locks
# Said of plain HTTP; on this machine's own address there is nothing to encrypt for.
_ONLY_WITH_TLS = frozenset({"security.W004", "security.W008", "security.W012", "security.W016"})


def prepare(options: Options, say: Say, *, pages: bool = True) -> None:
    """Make the folder ready for what is installed: everything that ``serve``, ``demo`` and a worker need.

    Args:
        options: What to serve.
        say: Tells the person at the terminal something.
        pages: Whether pages are served: styles are gathered and the settings checked for that.

    Raises:
        InputError: If the folder is not safe, the database is of a newer version or belongs to other photographs, a
            check fails, or the clock was set back.
    """
    os.umask(0o077)  # the database and what stands beside it: the owner's only
    check_folder(options.folder)
    warning = check_disk(options.folder)
    if warning is not None:
        say(warning)
    options.settle()
    import django  # noqa: PLC0415 (the environment has to be settled first)

    django.setup()
    _migrate(say)
    _check_clock()
    _check_places()
    _erase_again(say)
    _work_out_courses(say)
    if pages:
        _collect(options.folder, say)
        _check(say)


def _migrate(say: Say) -> None:
    """Bring the database to what is installed; nothing where it is there already."""
    from django.core.management import call_command  # noqa: PLC0415 (Django is set up by now, not before)
    from django.db import DatabaseError, connection  # noqa: PLC0415 (Django is set up by now, not before)
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 (Django is set up by now, not before)

    from dermograph.clinic.overview.touching import watch  # noqa: PLC0415 (Django is set up by now, not before)
    from dermograph.clinic.records import QUEUE_APP  # noqa: PLC0415 (Django is set up by now, not before)

    try:
        _wait_for_others(connection)
        executor = MigrationExecutor(connection)
        known = set(executor.loader.disk_migrations)
        newer = set(executor.loader.applied_migrations) - known - set(executor.loader.replacements)
        if any(app != QUEUE_APP for app, _ in newer):
            raise InputError(
                Text("These data were written by a newer Dermograph.", "Estos datos son de un Dermograph más nuevo."),
                todo=Text("Start that version.", "Inicie esa versión."),
            )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say(Text("Preparing the database …", "Preparando la base de datos …"))
            call_command("migrate", interactive=False, verbosity=0)
        # At every start: a migration that was broken off left the database without, and a version may want others.
        if watch(connection):
            say(
                Text(
                    "Changes of courses were not being noted; now they are, and every course is worked out anew.",
                    "Los cambios de los cursos no se anotaban; ahora sí, y todos los cursos se calculan de nuevo.",
                )
            )
    except DatabaseError as error:
        raise InputError(
            Text(
                f"The database cannot be opened ({_first_line(error)}).",
                "La base de datos no se puede abrir.",
            ),
            todo=_SERVER_TODO if connection.vendor == "postgresql" else _FILE_TODO,
        ) from error
    finally:
        connection.close()


def _wait_for_others(connection: Any) -> None:  # noqa: ANN401 (Django's)
    """Of several machines that start at once, one migrates; the others wait until its connection is closed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])


def _check_places() -> None:
    """Refuse a database beside photographs or keys of another one, such as an empty folder where a disk is missing.

    Raises:
        InputError: If it is so.
    """
    from dermograph.clinic.gallery import places  # noqa: PLC0415 (Django is set up by now, not before)

    for place in places.PLACES:
        places.check(place)


def _erase_again(say: Say) -> None:
    """Before a page is served: nobody who was erased is there again, brought by a database of an older day."""
    from dermograph.clinic.upkeep import daily  # noqa: PLC0415 (Django is set up by now, not before)

    number = daily.erase_again()
    if number:
        say(
            Text(
                f"{number} patients who had been erased were in this database again; they were erased again.",
                f"{number} pacientes ya borrados estaban de nuevo en esta base de datos; se han vuelto a borrar.",
            )
        )


def _work_out_courses(say: Say) -> None:
    """Work out how each course stands where that is not known, as after an update: so no page has to wait for it."""
    from dermograph.clinic.overview.standings import catch_up  # noqa: PLC0415 (Django is set up by now, not before)

    told = time.monotonic()

    def progress(left: int) -> None:
        nonlocal told
        if time.monotonic() - told >= _TELL_EVERY_S:
            told = time.monotonic()
            say(Text(f"{left:,} courses are being worked out …", f"Preparando {spanish(left)} cursos …"))

    catch_up(progress)


def _collect(folder: Path, say: Say) -> None:
    """Gather the static files, if any has changed since they were last gathered."""
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415 (Django is set up by now, not before)
    from django.core.management import call_command  # noqa: PLC0415 (Django is set up by now, not before)

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = folder / _STAMP
    if (
        stamp.is_file()
        and stamp.read_text() == digest.hexdigest()
        and (folder / "static" / "staticfiles.json").is_file()
    ):
        return
    say(Text("Gathering styles and scripts …", "Reuniendo estilos y scripts …"))
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest())


def _check(say: Say) -> None:
    """Django's own checks, those for deployment with them.

    Raises:
        InputError: If one says that it cannot work.
    """
    from django.conf import settings  # noqa: PLC0415 (Django is set up by now, not before)
    from django.core import checks  # noqa: PLC0415 (Django is set up by now, not before)

    found = checks.run_checks(include_deployment_checks=True)
    for one in found:
        if one.is_silenced() or (one.id in _ONLY_WITH_TLS and not settings.BEHIND_TLS):
            continue
        if one.id == "security.W009" and "DERMOGRAPH_SECRET_KEY" not in os.environ:
            continue  # the folder's own key: 32 random bytes, 43 characters, which Django takes for too few
        if one.is_serious(checks.ERROR):
            raise InputError(Text(f"A check failed: {one.msg}", f"Ha fallado una comprobación: {one.msg}"))
        say(Text(f"Check {one.id}: {one.msg}", f"Comprobación {one.id}: {one.msg}"))


def _check_clock() -> None:
    """Refuse a clock that lies before what was already written down: days and signatures would be wrong.

    Raises:
        InputError: If it does, by more than some minutes.
    """
    from django.utils import timezone  # noqa: PLC0415 (Django is set up by now, not before)

    from dermograph.clinic.audit.clock import check_clock  # noqa: PLC0415 (Django is set up by now, not before)

    check_clock(timezone.now())


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
