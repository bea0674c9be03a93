"""``dermograph forecast``: the sessions that may remain, once the skin has answered."""

from __future__ import annotations

import argparse

from dermograph.cli.inputs import add_case, load_case, print_json
from dermograph.cli.review import add_prior
from dermograph.core.text import Language, Text

HELP = Text(
    "forecast the remaining sessions, once there is a measured response",
    "pronosticar las sesiones que quedan, cuando haya una respuesta medida",
)


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    add_case(command, language)
    add_prior(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Forecast every area and print."""
    from dermograph.care.forecast_area import forecast_area
    from dermograph.cli.courses import prior_from

    case, protocol = load_case(chosen, reviewed=True)
    last_known = max((m.on for area in case.areas for m in area.measurements), default=case.assessed_on)
    day = chosen.on or case.reviewed_on or max(last_known, case.assessed_on)
    prior = prior_from(chosen.courses)
    areas = [(area, forecast_area(area, day, protocol, prior)) for area in case.areas]
    if chosen.json:
        print_json(
            {
                "schema": "dermograph.forecast/1",
                "treatment": case.treatment,
                "protocol": protocol.to_json(),
                "forecast_on": day.isoformat(),
                "areas": [{"name": area.name, "forecast": forecast.to_json()} for area, forecast in areas],
            }
        )
        return 0
    from dermograph.cli.sheet import Sheet

    sheet = Sheet(chosen.lang, dict(protocol.sources))
    sheet.head(protocol, day, Text("forecast on", "pronóstico del"))
    for area, forecast in areas:
        sheet.gap()
        sheet.line(area.name, style="bold")
        sheet.say(forecast.sentence, indent=2, cite=protocol.course.published_sessions.cite if forecast.silent else ())
    sheet.sources()
    return 0
