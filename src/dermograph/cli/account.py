"""``dermograph account recover``: the way back in for somebody whom nobody in the clinic can help."""

from __future__ import annotations

import argparse

from dermograph.cli.clinic_extra import clinic_part
from dermograph.cli.data_folder import add_data, opened
from dermograph.cli.inputs import add_json, print_json
from dermograph.core.text import Language, Text

HELP = Text("let somebody back into their account", "devolver a alguien el acceso a su cuenta")


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """Whose account."""
    actions = command.add_subparsers(dest="action", metavar="ACTION", title=Text("actions", "acciones").say(language))
    words = Text(
        "remove the second factors of an account, open its lock, end its sessions and make a link for a new password; "
        "make sure first that it is the person who asks",
        "quitar los segundos factores de una cuenta, abrir su bloqueo, cerrar sus sesiones y crear un enlace para una "
        "contraseña nueva; asegúrese antes de que es la persona quien lo pide",
    ).say(language)
    action = actions.add_parser("recover", help=words, description=words, language=language)
    action.add_argument("email", metavar="EMAIL", help=Text("its address", "su dirección").say(language))
    add_data(action, language)
    add_json(action, language)


def run(chosen: argparse.Namespace) -> int:
    """Recover it, and say what was done."""
    opened(chosen)
    done = clinic_part("upkeep.recovering").recover(chosen.email)
    if chosen.json:
        print_json({"name": done.name, "factors_removed": list(done.kinds), "path": done.path})
        return 0
    number = len(done.kinds)
    said = Text(
        f"{done.name}: {number} second factors and codes removed, lock opened, sessions ended.\n"
        f"Open this path of the site once, within three days, to set a new password: {done.path}\n"
        "If no mail is set up (DERMOGRAPH_EMAIL_…), tell them yourself.\n"
        "The old password still works. The next sign-in leads to a new second factor.",
        f"{done.name}: {number} segundos factores y códigos quitados, bloqueo abierto, sesiones cerradas.\n"
        f"Abra esta ruta del sitio una vez, en tres días, para poner otra contraseña: {done.path}\n"
        "Si no hay correo configurado (DERMOGRAPH_EMAIL_…), avíseles usted.\n"
        "La anterior sigue valiendo. Al entrar de nuevo se pedirá otro segundo factor.",
    )
    print(said.say(chosen.lang))
    return 0
