"""What ``import fhir`` says of many entries: one line for one reason, with how many there are."""

from __future__ import annotations

import argparse
from types import SimpleNamespace
from typing import Any

import pytest

from dermograph.cli import import_fhir
from dermograph.core.text import Language, Text

OWN = Text("It was written in this clinic.", "Se escribió en esta clínica.")
ODD = Text("It refers to nothing.", "No se refiere a nada.")


def taken(place: int, kind: str, *said: tuple[str, Text]) -> Any:  # noqa: ANN401 (a stand-in of the extra's)
    issues = tuple(SimpleNamespace(severity=severity, words=words) for severity, words in said)
    done = "refused" if any(severity == "error" for severity, _ in said) else "created"
    return SimpleNamespace(file="one.json", place=place, result=SimpleNamespace(kind=kind, done=done, issues=issues))


@pytest.mark.parametrize(
    ("language", "own", "odd"),
    [
        ("en", "✗ one.json 2 Observation … (40: 38 Observation, 2 Media): It was written in this clinic.", ODD.en),
        ("es", "✗ one.json 2 Observation … (40: 38 Observation, 2 Media): Se escribió en esta clínica.", ODD.es),
    ],
)
def test_equal_reasons_are_one_line_with_a_count(
    capsys: pytest.CaptureFixture[str], language: Language, own: str, odd: str
) -> None:
    entries = [taken(1, "Patient", ("warning", ODD))]
    entries += [taken(number, "Observation", ("error", OWN)) for number in range(2, 40)]
    entries += [taken(number, "Media", ("error", OWN)) for number in (40, 41)]
    chosen = argparse.Namespace(lang=language, dry_run=False)
    import_fhir.print_report(SimpleNamespace(entries=entries), chosen)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == [own, f"! one.json 1 Patient: {odd}"]
    assert "--json" not in "".join(lines)


@pytest.mark.parametrize(("language", "many"), [("en", "1,200"), ("es", "1.200")])
def test_thousands_are_apart_as_the_language_writes_them(
    capsys: pytest.CaptureFixture[str], language: Language, many: str
) -> None:
    entries = [taken(number, "Observation", ("error", OWN)) for number in range(1200)]
    chosen = argparse.Namespace(lang=language, dry_run=False)
    import_fhir.print_report(SimpleNamespace(entries=entries), chosen)
    text = capsys.readouterr().out
    assert f"({many}: {many} Observation)" in text
    assert text.count(many) == 3
