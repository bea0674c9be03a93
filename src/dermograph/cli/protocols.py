"""``dermograph protocols``: what the protocols say, where it comes from, and where the sources disagree."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dermograph.cli.inputs import add_json, add_packs, print_json
from dermograph.core.errors import InputError, Place, ProtocolError, nearest, shown
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.cli.sheet import Sheet
    from dermograph.protocols import Library

HELP = Text(
    "list, show and check protocols, their sources and conflicts",
    "listar, mostrar y comprobar los protocolos, sus fuentes y conflictos",
)


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    actions = command.add_subparsers(dest="action", metavar="ACTION", title=Text("actions", "acciones").say(language))
    described = {
        "list": Text("every protocol, one a line", "cada protocolo, uno por línea"),
        "show": Text("one protocol, complete", "un protocolo, completo"),
        "check": Text("check all packs, and your own", "comprobar todos los paquetes, y el suyo"),
        "sources": Text("the registers of claims", "los registros de afirmaciones"),
        "conflicts": Text("where the sources disagree", "dónde discrepan las fuentes"),
    }
    for name, words in described.items():
        action = actions.add_parser(name, help=words.say(language), description=words.say(language), language=language)
        add_packs(action, language)
        add_json(action, language)
        if name == "show":
            action.add_argument("id", metavar="ID")
        elif name == "sources":
            action.add_argument("key", metavar="KEY", nargs="?")
        elif name == "check":
            action.add_argument(
                "file",
                metavar="FILE",
                nargs="?",
                type=Path,
                help=Text("a pack folder, or its protocol.yaml", "una carpeta de paquete, o su protocol.yaml").say(
                    language
                ),
            )


def run(chosen: argparse.Namespace) -> int:
    """Do the action."""
    from dermograph.protocols import load_library

    if chosen.action == "check":
        return _check(chosen)
    library = load_library(*chosen.packs)
    action = {"list": _list, "show": _show, "sources": _sources, "conflicts": _conflicts}[chosen.action]
    action(chosen, library)
    return 0


def _sheet(chosen: argparse.Namespace, library: Library) -> Sheet:
    from dermograph.cli.sheet import Sheet

    return Sheet(chosen.lang, dict(library.sources))


def _check(chosen: argparse.Namespace) -> int:
    from dermograph.protocols import load_library
    from dermograph.protocols.check import check_library

    packs = list(chosen.packs)
    if chosen.file is not None:
        packs.append(_pack_of(chosen.file))
    library: Library | None = None
    problems: tuple[InputError, ...]
    try:
        library = load_library(*packs)
        problems = check_library(library)
    except ProtocolError as error:
        problems = error.problems
    if chosen.json:
        found = [
            {"file": p.place.file, "line": p.place.line, "field": p.place.field, "says": p.say(chosen.lang)}
            for p in problems
        ]
        print_json({"schema": "dermograph.check/1", "problems": found})
    elif problems:
        print("\n".join(problem.say(chosen.lang) for problem in problems))
    elif library is not None:
        print(_counted(library).say(chosen.lang))
    return 2 if problems else 0


def _pack_of(path: Path) -> Path:
    if path.is_dir():
        return path
    if path.name != "protocol.yaml":
        raise InputError(
            Text("This is not a pack.", "Esto no es un paquete."),
            Place(file=str(path)),
            Text(
                "Name a pack folder, or the protocol.yaml in it.",
                "Indique la carpeta de un paquete, o su protocol.yaml.",
            ),
        )
    return path.parent


def _counted(library: Library) -> Text:
    rules = sum(len(protocol.rules) for protocol in library.protocols.values())
    claims = sum(len(source.claims) for source in library.sources.values())
    protocols, conflicts = len(library.protocols), len(library.conflicts)
    return Text(
        f"{protocols} protocols, {rules} rules, {claims} claims, {conflicts} conflicts: no problem.",
        f"{protocols} protocolos, {rules} reglas, {claims} afirmaciones, {conflicts} conflictos: ningún problema.",
    )


def _list(chosen: argparse.Namespace, library: Library) -> None:
    if chosen.json:
        print_json(
            {
                "schema": "dermograph.protocols/1",
                "protocols": [
                    {**protocol.to_json(), "title": protocol.title.say(chosen.lang), "extends": protocol.base}
                    for protocol in library.protocols.values()
                ],
            }
        )
        return
    sheet = _sheet(chosen, library)
    for protocol in library.protocols.values():
        sheet.line(f"{protocol.id} {protocol.version}: {protocol.title.say(chosen.lang)}", style="bold")
        extends = (
            Text(f"extends {protocol.base}; ", f"amplía {protocol.base}; ").say(chosen.lang) if protocol.base else ""
        )
        counts = Text(
            f"{len(protocol.rules)} rules, {len(protocol.indications)} indications",
            f"{len(protocol.rules)} reglas, {len(protocol.indications)} indicaciones",
        ).say(chosen.lang)
        sheet.line(f"{extends}{counts}, {protocol.hash[:19]}", indent=2, style="dim")


def _show(chosen: argparse.Namespace, library: Library) -> None:
    from dermograph.cli.print_protocol import print_protocol, protocol_json

    protocol = library.exactly(chosen.id)
    if chosen.json:
        print_json(protocol_json(protocol, chosen.lang))
    else:
        print_protocol(_sheet(chosen, library), protocol)


def _sources(chosen: argparse.Namespace, library: Library) -> None:
    from dermograph.care.explain import BASES, FATES
    from dermograph.protocols.check import citations

    if chosen.key is not None and chosen.key not in library.sources:
        raise InputError(
            Text(f"There is no source {shown(chosen.key)}.", f"No hay una fuente {shown(chosen.key)}."),
            todo=nearest(chosen.key, library.sources),
        )
    wanted = [source for key, source in library.sources.items() if chosen.key in (None, key)]
    cited = citations(library.protocols.values())
    if chosen.json:
        print_json(
            {
                "schema": "dermograph.sources/1",
                "sources": [
                    {
                        "key": source.key,
                        "title": source.title.say(chosen.lang),
                        "basis": source.basis,
                        "claims": [
                            {
                                "id": claim.id,
                                "at": claim.at,
                                "says": claim.says.say(chosen.lang),
                                "fate": claim.fate,
                                "why": claim.why.say(chosen.lang) if claim.why else None,
                                "used_by": cited.get((source.key, claim.id), []),
                            }
                            for claim in source.claims.values()
                        ],
                    }
                    for source in wanted
                ],
            }
        )
        return
    sheet = _sheet(chosen, library)
    for source in wanted:
        sheet.title(f"{source.title.say(chosen.lang)} ({source.key}; {BASES[source.basis].say(chosen.lang)})")
        counts = {fate: sum(claim.fate == fate for claim in source.claims.values()) for fate in FATES}
        sheet.line(
            ", ".join(f"{FATES[fate].say(chosen.lang)} {count}" for fate, count in counts.items() if count),
            indent=2,
            style="dim",
        )
        if chosen.key is None:
            continue
        for claim in source.claims.values():
            sheet.say(claim.says, indent=2, mark="·")
            users = cited.get((source.key, claim.id), [])
            sheet.line(
                f"{claim.id}; {claim.at}; {FATES[claim.fate].say(chosen.lang)}"
                + (f": {', '.join(users)}" if users else ""),
                indent=4,
                style="dim",
            )
            if claim.why is not None:
                sheet.say(claim.why, indent=4, style="dim")


def _conflicts(chosen: argparse.Namespace, library: Library) -> None:
    from dermograph.care.explain import FATES

    if chosen.json:
        print_json(
            {
                "schema": "dermograph.conflicts/1",
                "conflicts": [
                    {"row": conflict.row, "kind": conflict.kind, **conflict.to_json(chosen.lang)}
                    for conflict in library.conflicts.values()
                ],
            }
        )
        return
    sheet = _sheet(chosen, library)
    for conflict in library.conflicts.values():
        row = f"{conflict.row}." if conflict.row is not None else "–"
        sheet.line(f"{conflict.topic.say(chosen.lang)} ({conflict.id})", mark=row, style="bold")
        for cite, claim in conflict.sides:
            sheet.line(
                f"{claim.says.say(chosen.lang)} ({FATES[claim.fate].say(chosen.lang)})",
                indent=4,
                mark="·",
                cite=(cite,),
            )
        sheet.say(conflict.treatment, indent=4, mark="→")
    sheet.sources()
