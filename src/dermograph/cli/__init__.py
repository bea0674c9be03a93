"""The command line: one file a command, heavy imports inside the command."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from dermograph import __version__
from dermograph.cli import (
    account,
    assess,
    audit,
    backup,
    card,
    check,
    compare,
    demo,
    export,
    forecast,
    import_fhir,
    measure,
    measure_again,
    plan,
    protocols,
    quality,
    rescreen,
    restore,
    review,
    scalp,
    series,
    serve,
    worker,
)
from dermograph.cli.parser import Parser
from dermograph.core.errors import DermographError, InputError, ProtocolError, printable
from dermograph.core.text import Language, Text

COMMANDS = (
    *(assess, plan, review, forecast, card, quality, measure, compare, series, scalp, protocols, rescreen),
    *(serve, demo, check, account, audit, backup, restore),
    *(worker, measure_again),
    import_fhir,
    export,
)
NOT_WRITTEN, BAD_INPUT, INTERRUPTED = 1, 2, 130
_DESCRIPTION = Text(
    "The clinical system for skin treatments done with needles, session by session. It supports a professional, who "
    "decides and signs; it makes no diagnosis.",
    "El sistema clínico para tratamientos de la piel con agujas, sesión a sesión. Apoya a un profesional, que decide y "
    "firma; no hace diagnósticos.",
)


def spoken_language(arguments: Sequence[str]) -> Language:
    """The language of help and messages: ``--lang``, else the system's, else English."""
    for index, argument in enumerate(arguments):
        value = argument.partition("=")[2] or next(iter(arguments[index + 1 : index + 2]), "")
        if argument.split("=")[0] == "--lang":
            return "es" if value == "es" else "en"
    system = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "es" if system.startswith("es") else "en"


def parser(language: Language) -> Parser:
    """The parser of all commands, its help in one language."""
    top = Parser(prog="dermograph", description=_DESCRIPTION.say(language), language=language)
    words = Text("show the version", "mostrar la versión").say(language)
    top.add_argument("--version", action="version", version=f"dermograph {__version__}", help=words)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title=Text("commands", "órdenes").say(language))
    for module in COMMANDS:
        name = getattr(module, "NAME", module.__name__.rpartition(".")[2].replace("_", "-"))
        help_text = module.HELP.say(language)
        command = commands.add_parser(name, help=help_text, description=help_text, language=language)
        module.arguments(command, language)
        command.set_defaults(run=module.run, parser=command)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if it did its work, 1 if its output cannot be written, 2 on input that cannot be used, 130 if interrupted.
    """
    # The sums here are small: threads of a BLAS wait for each other longer than they take, half a second in all.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = spoken_language(given)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        top = parser(language)
        chosen = top.parse_args(given)
        if chosen.command is None or getattr(chosen, "action", "") is None:
            getattr(chosen, "parser", top).print_help()
            return 0
        code: int = chosen.run(chosen)
        if sys.stdout is not None:
            sys.stdout.flush()
    except DermographError as error:
        print(_message(error, language), file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        _silence()  # the reader has gone; nothing more can be said
        return 0
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.filename is not None:
            name = printable(str(error.filename))
            words = Text(f"{name}: This cannot be read ({reason}).", f"{name}: Esto no se puede leer.")
            print(words.say(language), file=sys.stderr)
            return BAD_INPUT
        words = Text(f"The output cannot be written ({reason}).", "No se puede escribir la salida.")
        print(words.say(language), file=sys.stderr)
        _silence()
        return NOT_WRITTEN
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    return code


def _message(error: DermographError, language: Language) -> str:
    if isinstance(error, ProtocolError) and len(error.problems) > 1:
        more = len(error.problems) - 1
        rest = Text(f"({more} more; nothing was loaded)", f"({more} más; no se ha cargado nada)").say(language)
        return f"{error.say(language)} {rest}"
    return error.say(language) if isinstance(error, InputError) else str(error)


def _silence() -> None:
    """Send what is still buffered nowhere, so that closing the output does not fail a second time."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (stays open to the end)
