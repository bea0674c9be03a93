"""``dermograph backup``: one encrypted file with everything, made while the clinic works."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dermograph.cli.clinic_extra import clinic_part, teller
from dermograph.cli.data_folder import add_data, add_passphrase, megabytes, opened, passphrase
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text, spanish

HELP = Text("make an encrypted backup while the clinic works", "hacer una copia cifrada mientras la clínica trabaja")


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """Where to, and what it is locked with."""
    command.add_argument(
        "target",
        type=Path,
        nargs="?",
        metavar="TARGET",
        help=Text("a new file, or a folder to put one into", "un archivo nuevo, o una carpeta donde ponerlo").say(
            language
        ),
    )
    add_data(command, language)
    add_passphrase(command, language)
    command.add_argument(
        "--key",
        type=Path,
        metavar="FILE",
        help=Text(
            "lock with this public key instead of a passphrase", "cerrar con esta clave pública en lugar de una frase"
        ).say(language),
    )
    command.add_argument(
        "--new-key",
        type=Path,
        metavar="FILE",
        help=Text(
            "make a pair of keys first: FILE opens backups, FILE.public locks them",
            "crear antes un par de claves: FILE abre las copias, FILE.public las cierra",
        ).say(language),
    )
    command.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help=Text(
            "the key book with the keys of the photographs (dermograph.keys beside the backup)",
            "el libro con las claves de las fotografías (dermograph.keys junto a la copia)",
        ).say(language),
    )
    command.add_argument(
        "--with-master-key",
        action="store_true",
        help=Text(
            "put the master key into the backup; without this, keep a copy of it elsewhere",
            "incluir la clave maestra; sin esto, guarde una copia de ella aparte",
        ).say(language),
    )


def run(chosen: argparse.Namespace) -> int:
    """Make a backup; 1 if something in the clinic was missing."""
    say = teller(chosen.lang)
    unlocking = clinic_part("upkeep.unlocking")
    if chosen.new_key is not None:
        public = unlocking.make_pair(chosen.new_key)
        say(
            Text(
                f"{chosen.new_key} opens backups: keep it elsewhere. {public} locks them: use it with --key.",
                f"{chosen.new_key} abre las copias: guárdela aparte. {public} las cierra: úsela con --key.",
            )
        )
        if chosen.target is None:
            return 0
    if chosen.target is None:
        raise InputError(
            Text("TARGET is missing.", "Falta TARGET."),
            todo=Text("Name a new file, or a folder.", "Indique un archivo nuevo o una carpeta."),
        )
    opened(chosen)
    public_key = chosen.key or (chosen.new_key and chosen.new_key.with_name(f"{chosen.new_key.name}.public"))
    lock = unlocking.read_public(public_key) if public_key is not None else passphrase(chosen, new=True)
    made = clinic_part("upkeep.backing_up").back_up(
        chosen.target.expanduser().absolute(),
        lock,
        book=chosen.keys and chosen.keys.expanduser().absolute(),
        with_master_key=chosen.with_master_key,
        progress=megabytes(chosen.lang),
    )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    rows = sum(made.manifest.counts.values())
    say(
        Text(
            f"✓ {made.archive}: {made.bytes / 1e6:,.1f} MB, {rows:,} rows, {made.manifest.files:,} files.",
            f"✓ {made.archive}: {spanish(made.bytes / 1e6, 1)} MB, {spanish(rows)} filas, "
            f"{spanish(made.manifest.files)} archivos.",
        )
    )
    say(
        Text(
            f"The photographs' keys are in {made.book}: keep only the newest of it, with the backups.",
            f"Las claves de las fotografías están en {made.book}: guarde solo el último, con las copias.",
        )
    )
    if not chosen.with_master_key:
        say(
            Text(
                "master.key is not in it: keep a copy of that file elsewhere, or no photograph can be restored.",
                "master.key no está incluida: guarde una copia aparte, o no se podrá recuperar ninguna fotografía.",
            )
        )
    for words in made.told:
        say(Text(f"! {words.en}", f"! {words.es}"))
    return 1 if made.told else 0
