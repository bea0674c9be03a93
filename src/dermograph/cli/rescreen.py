"""``dermograph rescreen``: whose verdict changes when the protocol changes, and why."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dermograph.cli.inputs import add_json, check_writable, print_json, write_whole
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text, grouped

if TYPE_CHECKING:
    from dermograph.care.rescreen import Changes
    from dermograph.protocols import Protocol

HELP = Text(
    "screen a cohort again: whose verdict changes when the protocol does, and why",
    "volver a valorar una cohorte: a quién le cambia el veredicto y por qué",
)
SHOWN = 20


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    command.add_argument(
        "cohort",
        type=Path,
        help=Text("JSON lines, one case a line, or Parquet", "JSON por líneas, un caso por línea, o Parquet").say(
            language
        ),
    )
    command.add_argument(
        "--treatment",
        required=True,
        metavar="ID",
        help=Text("the protocol to screen under", "el protocolo que se aplica").say(language),
    )
    for name, words in (
        (
            "--old",
            Text(
                "pack folder of the old protocol; the built-in one if left out",
                "carpeta del protocolo anterior; el propio si se omite",
            ),
        ),
        (
            "--new",
            Text(
                "pack folder of the new protocol; the built-in one if left out",
                "carpeta del protocolo nuevo; el propio si se omite",
            ),
        ),
    ):
        command.add_argument(name, action="append", type=Path, default=[], metavar="FOLDER", help=words.say(language))
    command.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help=Text(
            "write every changed area to this Parquet or JSON-lines file",
            "escribir cada zona que cambia en este archivo Parquet o JSON",
        ).say(language),
    )
    add_json(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Screen under both protocols and print what differs."""
    if importlib.util.find_spec("polars") is None or importlib.util.find_spec("pyarrow") is None:
        raise InputError(
            Text("rescreen needs the extra 'scale'.", "rescreen necesita el complemento 'scale'."),
            todo=Text(
                "In a clone of the project: pip install -c constraints.txt '.[scale]'",
                "En un clon del proyecto: pip install -c constraints.txt '.[scale]'",
            ),
        )
    from dermograph.care.read_cohort import read_cohort
    from dermograph.care.rescreen import Changes, screen
    from dermograph.protocols import load_library

    library = load_library(*chosen.old)
    old, new = library.protocol(chosen.treatment), load_library(*chosen.new).protocol(chosen.treatment)
    found = Changes()
    today = dt.date.today()  # noqa: DTZ011 (the person's own day)
    if chosen.out is not None:
        check_writable(chosen.out)
    for table in read_cohort(chosen.cohort, library.vocabulary, treatment=chosen.treatment, today=today):
        before = screen(table, old)
        found.add(before, before if old.hash == new.hash else screen(table, new))
        _progress(found.screened, chosen.lang)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if chosen.out is not None:
        table = found.table
        write_whole(chosen.out, table.write_parquet if chosen.out.suffix == ".parquet" else table.write_ndjson)
    if chosen.json:
        print_json(_as_json(found, old, new, chosen.treatment))
        return 0
    _print(found, old, new, chosen.lang)
    return 0


def _progress(screened: int, language: Language) -> None:
    if sys.stderr.isatty():
        words = Text("areas screened", "zonas valoradas").say(language)
        print(f"\r{_count(screened, language)} {words}", end="", file=sys.stderr, flush=True)


def _as_json(found: Changes, old: Protocol, new: Protocol, treatment: str) -> dict[str, object]:
    rows = found.table.iter_rows(named=True)
    return {
        "schema": "dermograph.rescreen/1",
        "treatment": treatment,
        "old": old.to_json(),
        "new": new.to_json(),
        "screened": found.screened,
        "verdicts": {"old": found.before, "new": found.after},
        "changed": [
            {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in row.items()}
            for row in rows
        ],
    }


def _print(found: Changes, old: Protocol, new: Protocol, language: Language) -> None:
    from dermograph.care.explain import VERDICTS
    from dermograph.care.verdict import Verdict
    from dermograph.cli.sheet import Sheet

    sheet = Sheet(language)
    sheet.title(f"{old.id} {old.version} → {new.id} {new.version}")
    sheet.line(f"{old.hash[:19]} → {new.hash[:19]}", style="dim")
    sheet.gap()
    head = [Text("verdict", "veredicto"), Text("old", "antes"), Text("new", "ahora"), Text("change", "cambio")]
    first, *others = (words.say(language) for words in head)
    sheet.line(f"{first:<16}" + "".join(f"{word:>10}" for word in others), indent=2, style="dim")
    for verdict in Verdict:
        before, after = found.before.get(verdict.value, 0), found.after.get(verdict.value, 0)
        if before or after:
            counts = (_count(before, language), _count(after, language), _count(after - before, language, sign=True))
            figures = "".join(f"{count:>10}" for count in counts)
            sheet.line(f"{VERDICTS[verdict].say(language):<16}{figures}", indent=2)
    table = found.table
    sheet.gap()
    changed, all_of_them = _count(table.height, language), _count(found.screened, language)
    sheet.say(
        Text(
            f"{changed} of {all_of_them} areas change their verdict or its date.",
            f"{changed} de {all_of_them} zonas cambian de veredicto o de fecha.",
        ),
        style="bold",
    )
    for row in table.head(SHOWN).iter_rows(named=True):
        who = f"{row['id'] or '–'}, {row['area']}"
        dates = f" ({row['not_before_from'] or '–'} → {row['not_before_to'] or '–'})"
        words = [VERDICTS[Verdict(row[key])].say(language) for key in ("from", "to")]
        sheet.line(f"{who}: {' → '.join(words)}{dates}: {', '.join(row['because'])}", indent=2, mark="·")
    if table.height > SHOWN:
        more = _count(table.height - SHOWN, language)
        sheet.say(
            Text(f"and {more} more; --out writes all of them.", f"y {more} más; --out las escribe todas."), indent=2
        )


def _count(count: int, language: Language, *, sign: bool = False) -> str:
    """A count with its thousands apart, as the language writes them."""
    plus = "+" if sign and count >= 0 else ""
    return plus + grouped(count).say(language)
