"""``dermograph measure-again``: measure a cohort's comparisons again after the method has changed."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from dermograph.cli.clinic_extra import clinic_part, teller, whole
from dermograph.cli.data_folder import add_data, opened_of_this_version
from dermograph.cli.inputs import add_json, print_json
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Language, Text, spanish

HELP = Text(
    "measure comparisons again that another method measured; the old ones are kept",
    "volver a medir las comparaciones que midió otro método; las antiguas se conservan",
)
_MOST, _LOG_EVERY_S = 100_000_000, 60.0
_STOPPED = 130


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """Which, and how many."""
    add_data(command, language)
    command.add_argument("--clinic", metavar="SLUG", help=Text("this clinic alone", "solo esta clínica").say(language))
    command.add_argument(
        "--older-than",
        metavar="METHOD",
        help=Text(
            "only what a method before this one measured, such as 2 (every other method)",
            "solo lo que midió un método anterior a este, por ejemplo 2 (cualquier otro)",
        ).say(language),
    )
    command.add_argument(
        "--dry-run",
        action="store_true",
        help=Text("count them, and change nothing", "contarlas sin cambiar nada").say(language),
    )
    command.add_argument(
        "--stop-after",
        type=lambda text: max(whole(text, "--stop-after", _MOST), 1),
        metavar="N",
        help=Text("end after so many; the same command goes on", "terminar tras N; la misma orden continúa").say(
            language
        ),
    )
    add_json(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Measure; 0 if nothing is left or enough was done, 1 if some failed or too many did, 130 if it was stopped."""
    opened_of_this_version(chosen)
    cohort, changes = clinic_part("scale.cohort"), clinic_part("scale.changes")
    clinic = _clinic(chosen.clinic)
    before = None if chosen.older_than is None else cohort.method_number(chosen.older_than)
    wanted = cohort.Wanted(clinic, before)
    if chosen.dry_run:
        return _count(cohort.counts(wanted), wanted.under_way().count(), chosen)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    done = cohort.measure_again(wanted, stop, most=chosen.stop_after, tell=_progress(chosen))
    if sys.stderr.isatty():
        print(file=sys.stderr)  # below the line of the progress
    left = wanted.rows().count()
    found = changes.changes(clinic)
    if chosen.json:
        about = {"asked": done.total, "done": done.done, "failed": done.failed, "left_out": done.left, "to_do": left}
        reason = done.reason.to_json() if done.reason else None
        more = {"gave_up": done.gave_up, "reason": reason, "seconds": round(done.seconds, 1)}
        print_json({**found.to_json(), "run": about | more})
    else:
        _print(done, left, found, teller(chosen.lang))
    if stop.is_set():
        return _STOPPED
    return 1 if done.failed else 0


def _clinic(slug: str | None) -> Any:  # noqa: ANN401 (of the extra)
    if slug is None:
        return None
    people = clinic_part("people.models")
    only = people.Clinic.objects.filter(slug=slug).first()
    if only is None:
        raise InputError(
            Text(f"There is no clinic {shown(slug)}.", f"No hay una clínica {shown(slug)}."),
            Place(field="--clinic"),
            nearest(slug, people.Clinic.objects.values_list("slug", flat=True)),
        )
    return only


def _count(found: list[tuple[str, str, int]], under_way: int, chosen: argparse.Namespace) -> int:
    total = sum(n for _, _, n in found)
    if chosen.json:
        rows = [{"clinic": clinic, "method": method, "n": n} for clinic, method, n in found]
        print_json({"schema": "dermograph.measure-again/1", "to_do": total, "under_way": under_way, "clinics": rows})
        return 0
    say = teller(chosen.lang)
    for clinic, method, n in found:
        say(Text(f"{clinic}: {n:,} by {method}", f"{clinic}: {spanish(n)} con {method}"))
    say(
        Text(
            f"{total:,} to measure, {under_way:,} under way.",
            f"{spanish(total)} por medir, {spanish(under_way)} en curso.",
        )
    )
    return 0


def _progress(chosen: argparse.Namespace) -> Callable[[Any], None]:
    """A line that is written over where somebody looks on, else one a minute."""
    looked_at, told = sys.stderr.isatty(), time.monotonic()

    def show(run: Any) -> None:  # noqa: ANN401 (of the extra)
        nonlocal told
        if not looked_at and time.monotonic() - told < _LOG_EVERY_S:
            return
        told = time.monotonic()
        words = Text(
            f"{run.ended:,} of {run.total:,}, {run.a_minute:,.1f} a minute, {_duration(run.seconds_left)} left",
            f"{spanish(run.ended)} de {spanish(run.total)}, {spanish(run.a_minute, 1)} por minuto, "
            f"faltan {_duration(run.seconds_left)}",
        ).say(chosen.lang)
        print(f"\r\x1b[K{words}" if looked_at else words, end="" if looked_at else "\n", file=sys.stderr, flush=True)

    return show


def _duration(seconds: float | None) -> str:
    """Hours, minutes and seconds as people read them."""
    if seconds is None:
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min" if minutes >= 5 else f"{60 * minutes + rest} s"


def _print(done: Any, left: int, found: Any, say: Callable[[Text], None]) -> None:  # noqa: ANN401 (of the extra)
    say(
        Text(
            f"{done.done:,} measured, {done.failed:,} failed (their former figures stand), {done.left:,} left out, "
            f"{left:,} to do.",
            f"{spanish(done.done)} medidas, {spanish(done.failed)} fallidas (valen sus cifras anteriores), "
            f"{spanish(done.left)} omitidas, {spanish(left)} por hacer.",
        )
    )
    if done.reason is not None:
        say(Text(f"The last failure: {done.reason.en}", f"El último fallo: {done.reason.es}"))
    if done.gave_up:
        say(
            Text(
                f"It was ended after {done.in_a_row} failures in a row. See what is wrong, then go on by the same "
                "command.",
                f"Se detuvo tras {done.in_a_row} fallos seguidos. Vea qué ocurre y continúe con la misma orden.",
            )
        )
    if not found.compared:
        return
    say(
        Text(
            f"Of {found.compared:,} measured by both methods, {found.other_verdicts:,} have another verdict.",
            f"De {spanish(found.compared)} medidas con ambos métodos, "
            f"{spanish(found.other_verdicts)} tienen otro veredicto.",
        )
    )
    for (former, new), n in sorted(found.verdicts.items()):
        if former != new:
            say(Text(f"  {former} → {new}: {n:,}", f"  {former} → {new}: {spanish(n)}"))
    head = Text(
        "largest change; the largest over the former uncertainty may be another comparison's",
        "mayor cambio; el mayor sobre la incertidumbre anterior puede ser de otra comparación",
    )
    say(Text(f"{'':<22}{'both':>8}  {head.en}", f"{'':<22}{'ambos':>8}  {head.es}"))
    for name, one in found.measures.items():
        if not one.both + one.appeared + one.gone:
            continue
        about = one.to_json()
        largest = "–" if about["largest"] is None else f"{about['largest']:.3g} {one.unit}"
        over = "–" if one.largest_u is None else f"{one.largest_u:.2g} u"
        more = f"  (+{one.appeared} −{one.gone})" if one.appeared or one.gone else ""
        rest = f"  {largest:>16} {over:>8}{more}"
        say(Text(f"{name:<22}{one.both:>8,}{rest}", f"{name:<22}{spanish(one.both):>8}{rest}"))
