"""``dermograph restore``: bring a clinic back into an empty folder, or only see whether a backup would do."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from dermograph.cli.clinic_extra import clinic_part, folder_given, teller
from dermograph.cli.data_folder import add_passphrase, megabytes, passphrase
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text, spanish

HELP = Text(
    "restore a backup into an empty folder, or verify it", "restaurar una copia en una carpeta vacía, o verificarla"
)


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What to restore, and where to."""
    command.add_argument("archive", type=Path, metavar="ARCHIVE")
    command.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help=Text("an empty folder, or one to be made", "una carpeta vacía o que se creará").say(language),
    )
    command.add_argument(
        "--verify",
        action="store_true",
        help=Text(
            "without --data: only check the backup; with it: open every photograph as well",
            "sin --data: solo comprobar la copia; con él: abrir además cada fotografía",
        ).say(language),
    )
    add_passphrase(command, language)
    command.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help=Text(
            "the private key, if it was locked with a public one", "la clave privada, si se cerró con una pública"
        ).say(language),
    )
    command.add_argument(
        "--master-key",
        type=Path,
        metavar="FILE",
        help=Text("the copy of master.key that was kept elsewhere", "la copia de master.key que se guardó aparte").say(
            language
        ),
    )
    command.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help=Text("the newest key book (beside ARCHIVE)", "el libro de claves más reciente (junto a ARCHIVE)").say(
            language
        ),
    )
    command.add_argument(
        "--without-keys",
        action="store_true",
        help=Text(
            "the key book is lost: restore all but the photographs' keys",
            "se ha perdido el libro de claves: restaurar todo menos las claves de las fotografías",
        ).say(language),
    )


def run(chosen: argparse.Namespace) -> int:
    """Restore or verify; 1 if something is not as the backup says."""
    if chosen.data is None and not chosen.verify:
        raise InputError(
            Text("--data is missing.", "Falta --data."),
            todo=Text(
                "Name an empty folder, or only check the backup with --verify.",
                "Indique una carpeta vacía, o solo compruebe la copia con --verify.",
            ),
        )
    restoring = clinic_part("upkeep.restoring")
    archive = chosen.archive.expanduser().absolute()
    if not archive.is_file():
        raise InputError(Text(f"There is no file {archive}.", f"No existe el archivo {archive}."))
    unlock = (
        clinic_part("upkeep.unlocking").read_private(chosen.key)
        if chosen.key is not None
        else passphrase(chosen, new=False)
    )
    progress = megabytes(chosen.lang)
    if chosen.data is None:
        found = restoring.check_archive(archive, unlock, progress)
    else:
        keys = restoring.Keys(chosen.master_key, chosen.keys, chosen.without_keys)
        folder = folder_given(chosen.data, "")
        found = restoring.restore(archive, unlock, folder, keys, open_all=chosen.verify, progress=progress)
    if progress is not None:
        print(file=sys.stderr)
    _tell(found, chosen)
    return 1 if found.wrong else 0


def _tell(found: Any, chosen: argparse.Namespace) -> None:  # noqa: ANN401 (of the extra)
    say = teller(chosen.lang)
    mark = "✗" if found.wrong else "✓"
    say(
        Text(
            f"{mark} Backup of {found.made_at[:16]} UTC: {found.tables} tables, {found.rows:,} rows, {found.entries:,} "
            f"entries of the audit trail, {found.files:,} files; each was held against the manifest.",
            f"{mark} Copia del {found.made_at[:16]} UTC: {found.tables} tablas, {spanish(found.rows)} filas, "
            f"{spanish(found.entries)} anotaciones del registro, {spanish(found.files)} archivos; todo "
            "comparado con el manifiesto.",
        )
    )
    for words in found.wrong:
        say(Text(f"✗ {words.en}", f"✗ {words.es}"))
    for words in found.told:
        say(Text(f"! {words.en}", f"! {words.es}"))
    if found.erased:
        say(
            Text(
                f"{found.erased} patients who were erased after this backup were erased again.",
                f"Se han borrado de nuevo {found.erased} pacientes borrados después de esta copia.",
            )
        )
    if found.opened is not None and chosen.data is not None:
        say(
            Text(
                f"✓ Photographs opened with the keys: {found.opened:,}",
                f"✓ Fotografías abiertas: {spanish(found.opened)}",
            )
        )
    if chosen.data is None:
        return
    if found.wrong:
        say(
            Text(
                "The folder stays marked as unfinished, and is not served.",
                "La carpeta queda marcada como incompleta y no se servirá.",
            )
        )
    else:
        say(
            Text(
                f"Start it with: dermograph serve --data {chosen.data}",
                f"Iníciela con: dermograph serve --data {chosen.data}",
            )
        )
