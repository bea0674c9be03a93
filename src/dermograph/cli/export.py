"""``dermograph export …``: what leaves as files for somebody else, one module an action."""

from __future__ import annotations

import argparse

from dermograph.cli import export_dicom, export_fhir, export_measures, export_pdf
from dermograph.core.text import Language, Text

HELP = Text("write files for another system or for research", "escribir archivos para otro sistema o para investigar")
#: Each with ``arguments(actions, language)`` and ``run(chosen)``, by the name of its action.
ACTIONS = {"dicom": export_dicom, "fhir": export_fhir, "measures": export_measures, "pdf": export_pdf}


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """The actions with what each takes."""
    title = Text("actions", "acciones").say(language)
    actions = command.add_subparsers(dest="action", metavar="ACTION", title=title)
    for module in ACTIONS.values():
        module.arguments(actions, language)


def run(chosen: argparse.Namespace) -> int:
    """Do the action that was chosen."""
    code: int = ACTIONS[chosen.action].run(chosen)
    return code
