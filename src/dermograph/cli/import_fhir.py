"""``dermograph import fhir``: take over what another system sends, as FHIR R4 Bundles or NDJSON."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dermograph.cli.clinic_extra import clinic_part, teller
from dermograph.cli.data_folder import add_data, opened_of_this_version
from dermograph.cli.inputs import add_json, print_json
from dermograph.core.errors import InputError, Place, printable
from dermograph.core.text import Language, Text, grouped, spanish

NAME = "import"
HELP = Text("take over what another system sends", "incorporar lo que envía otro sistema")
SCHEMA = "dermograph/import/1"
DONE = {
    "created": Text("new", "nuevas"),
    "changed": Text("changed", "modificadas"),
    "unchanged": Text("unchanged", "sin cambios"),
    "refused": Text("refused", "rechazadas"),
}
_SHOWN = 30
_SEVERITIES = {"error": "✗", "fatal": "✗", "warning": "!", "information": "·"}


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What to take over, and for whom."""
    actions = command.add_subparsers(dest="action", metavar="ACTION", title=Text("actions", "acciones").say(language))
    words = Text(
        "take over FHIR R4 Bundles (JSON) or NDJSON into a clinic; the same files again change nothing; exit code 1 if "
        "an entry is refused",
        "incorporar Bundles de FHIR R4 (JSON) o NDJSON a una clínica; los mismos archivos otra vez no cambian nada; "
        "sale con 1 si se rechaza alguna entrada",
    ).say(language)
    action = actions.add_parser("fhir", help=words, description=words, language=language)

    def add(option: str, words: Text, **how: Any) -> None:  # noqa: ANN401 (of argparse)
        action.add_argument(option, help=words.say(language), **how)

    add("files", Text("Bundles, or NDJSON", "Bundles o NDJSON"), type=Path, nargs="+", metavar="FILE")
    add_data(action, language)
    add("--clinic", Text("into this clinic", "en esta clínica"), required=True, metavar="SLUG")
    add(
        "--as",
        Text("who answers for it: a practitioner or the medical lead", "quién responde: un profesional o la dirección"),
        required=True,
        metavar="EMAIL",
        dest="email",
    )
    add(
        "--source",
        Text("the base address of the system that they come from", "la dirección base del sistema de origen"),
        required=True,
        metavar="URI",
    )
    add("--dry-run", Text("only say what would happen", "decir solo qué ocurriría"), action="store_true")
    add_json(action, language)


def run(chosen: argparse.Namespace) -> int:
    """Take over, and say what became of every entry."""
    opened_of_this_version(chosen)
    for file in chosen.files:
        if not file.is_file():
            raise InputError(Text("There is no such file.", "No existe ese archivo."), Place(str(file)))
    importing = clinic_part("handover.importing")
    source = importing.checked_source(chosen.source)
    clinic, member = importing.who_takes_over(chosen.clinic, chosen.email)
    found = importing.take_over_files(
        clinic, member, chosen.files, source=source, dry_run=chosen.dry_run, progress=_progress(chosen)
    )
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if chosen.json:
        print_json(_as_json(found, chosen, source))
    else:
        print_report(found, chosen)
    return 1 if found.count("refused") else 0


def _progress(chosen: argparse.Namespace) -> Callable[[str, int], None] | None:
    """Shows how far it is, where somebody looks on."""
    if not sys.stderr.isatty():
        return None
    word = Text("entries", "entradas").say(chosen.lang)
    return lambda file, done: print(
        f"\r{printable(file)}: {grouped(done).say(chosen.lang)} {word} ", end="", file=sys.stderr, flush=True
    )


def _as_json(found: Any, chosen: argparse.Namespace, source: str) -> dict[str, Any]:  # noqa: ANN401 (of the extra)
    return {
        "schema": SCHEMA,
        "clinic": chosen.clinic,
        "source": source,
        "dry_run": chosen.dry_run,
        **{done: found.count(done) for done in DONE},
        "entries": [
            {
                "file": one.file,
                "place": one.place,
                "kind": one.result.kind or None,
                "id": str(one.result.key) if one.result.key else None,
                "done": one.result.done,
                "issues": [
                    {"severity": issue.severity, "code": issue.code, "says": issue.words.say(chosen.lang)}
                    for issue in one.result.issues
                ],
            }
            for one in found.entries
        ],
    }


def print_report(found: Any, chosen: argparse.Namespace) -> None:  # noqa: ANN401 (of the extra)
    """What became of the entries: a table, and each reason once with how many there are."""
    say = teller(chosen.lang)
    if chosen.dry_run:
        say(Text("Nothing was written: this is what would happen.", "No se ha escrito nada: esto es lo que ocurriría."))
    by_kind = Counter((one.result.kind or "?", one.result.done) for one in found.entries)
    heads = [DONE[done].say(chosen.lang) for done in DONE]
    kinds = sorted({kind for kind, _ in by_kind})
    width = max([len(kind) for kind in kinds] or [0])
    say(_same(f"{'':{width}}  " + "  ".join(f"{head:>11}" for head in heads)))
    for kind in kinds:
        counts = [grouped(by_kind[kind, done]).say(chosen.lang) for done in DONE]
        say(_same(f"{kind:{width}}  " + "  ".join(f"{count:>11}" for count in counts)))
    told: dict[tuple[str, str, Text], list[Any]] = {}
    for one in found.entries:
        for issue in one.result.issues:
            told.setdefault((printable(one.file), issue.severity, issue.words), []).append(one)
    groups = sorted(told.items(), key=lambda pair: pair[0][1] not in {"error", "fatal"})
    for (file, severity, words), some in groups[:_SHOWN]:
        where, mark = f"{file} {_places(some, chosen.lang)}".rstrip(), _SEVERITIES[severity]
        say(Text(f"{mark} {where}: {words.en}", f"{mark} {where}: {words.es}"))
    more = len(groups) - _SHOWN
    if more > 0:
        say(Text(f"… and {more:,} more; --json has them all.", f"… y {spanish(more)} más; con --json salen todos."))


def _places(some: list[Any], language: Language) -> str:
    """The entries of a file of which one thing is said: the first of them, and how many there are of each kind."""
    first = f"{some[0].place} {some[0].result.kind}".rstrip()
    if len(some) == 1:
        return first
    kinds = Counter(one.result.kind or "?" for one in some)
    listed = ", ".join(f"{grouped(count).say(language)} {kind}" for kind, count in kinds.most_common())
    return f"{first} … ({grouped(len(some)).say(language)}: {listed})"


def _same(words: str) -> Text:
    return Text(words, words)
