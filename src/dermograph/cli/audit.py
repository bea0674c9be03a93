"""``dermograph audit verify``: prove that nothing in the trail of who did what was changed or removed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dermograph.cli.clinic_extra import clinic_part, teller
from dermograph.cli.data_folder import add_data, opened
from dermograph.cli.inputs import add_json, print_json
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Language, Text, spanish

HELP = Text("prove that the audit trail is whole", "demostrar que el registro de actividad está íntegro")
_SHOWN = 30


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What to verify."""
    actions = command.add_subparsers(dest="action", metavar="ACTION", title=Text("actions", "acciones").say(language))
    words = Text(
        "walk every chain; exit code 1 if an entry was altered, removed, inserted, moved or cut off",
        "recorrer cada cadena; sale con 1 si algo se alteró, eliminó, insertó, movió o cortó",
    ).say(language)
    action = actions.add_parser("verify", help=words, description=words, language=language)
    add_data(action, language)
    action.add_argument("--clinic", metavar="SLUG", help=Text("this clinic alone", "solo esta clínica").say(language))
    action.add_argument(
        "--anchor",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help=Text(
            "a copy of audit.anchor that was kept elsewhere; may be given several times",
            "una copia de audit.anchor guardada en otro sitio; se puede repetir",
        ).say(language),
    )
    add_json(action, language)


def run(chosen: argparse.Namespace) -> int:
    """Verify, and say what was found."""
    opened(chosen)
    verify, people = clinic_part("upkeep.verify"), clinic_part("people.models")
    only = None
    if chosen.clinic is not None:
        only = people.Clinic.objects.filter(slug=chosen.clinic).first()
        if only is None:
            known = people.Clinic.objects.values_list("slug", flat=True)
            raise InputError(
                Text(f"There is no clinic {shown(chosen.clinic)}.", f"No hay una clínica {shown(chosen.clinic)}."),
                Place(field="--clinic"),
                nearest(chosen.clinic, known),
            )
    for file in chosen.anchor:
        if not file.is_file():
            raise InputError(Text("There is no such file.", "No existe ese archivo."), Place(str(file)))
    report = verify.verify(only=only, kept_elsewhere=chosen.anchor, progress=_progress(chosen))
    if chosen.json:
        print_json(report.to_json())
    else:
        _print(report, teller(chosen.lang))
    return 1 if report.findings else 0


def _progress(chosen: argparse.Namespace) -> Callable[[int, int], None] | None:
    """Shows how far it is, where somebody looks on."""
    if chosen.json or not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        words = Text(f"{done:,} / {total:,} entries", f"{spanish(done)} / {spanish(total)} anotaciones")
        print(f"\r{words.say(chosen.lang)}", end=end, file=sys.stderr, flush=True)

    return show


def _print(report: Any, say: Callable[[Text], None]) -> None:  # noqa: ANN401 (of the extra)
    names = {chain.clinic: chain.name for chain in report.chains}
    for chain in report.chains:
        mark = "✗" if any(one.clinic == chain.clinic for one in report.findings) else "✓"
        say(
            Text(
                f"{mark} {chain.name}: {chain.count:,} entries, the newest {chain.number} {chain.hash[:16]}…",
                f"{mark} {chain.name}: {spanish(chain.count)} anotaciones; la más reciente, {chain.number} "
                f"{chain.hash[:16]}…",
            )
        )
    for one in report.findings[:_SHOWN]:
        where = f"{names.get(one.clinic, one.clinic)}: " if one.clinic else ""
        words = one.words()
        say(Text(f"✗ {where}{words.en}", f"✗ {where}{words.es}"))
    more = len(report.findings) - _SHOWN
    if more > 0:
        say(Text(f"… and {more} more; --json has them all.", f"… y {more} más; con --json salen todos."))
    if report.findings:
        say(
            Text(
                "The trail does not hold. Keep this database as it is, and compare it with the backups.",
                "El registro no se sostiene. Conserve esta base de datos tal cual y compárela con las copias.",
            )
        )
        return
    rate = report.entries / report.seconds if report.seconds else 0
    count, anchors = report.entries, report.anchors
    say(
        Text(
            f"The trail holds: {count:,} entries, {anchors} anchors, {rate:,.0f} entries a second.",
            f"El registro se sostiene: {spanish(count)} anotaciones, {anchors} anclas, {spanish(rate)} por segundo.",
        )
    )
