"""``dermograph demo``: a made-up clinic in the browser, or one made-up patient in the terminal."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from dermograph.cli.clinic_extra import add_address, clinic_part, folder_given, teller
from dermograph.cli.inputs import check_writable, write_text, write_whole
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

HELP = Text("try it out with a made-up clinic in the browser", "probarlo con una clínica inventada en el navegador")
_DEMO_SEED = 7
_MADE = "made-up-clinic"  # a file that says that the stories were told to their end


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """Where to keep it, and what to show instead."""
    command.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help=Text(
            "keep the made-up clinic there; without it, it is gone when it ends",
            "conservar ahí la clínica inventada; sin esto, desaparece al terminar",
        ).say(language),
    )
    add_address(command, language)
    command.add_argument(
        "--no-browser",
        action="store_true",
        help=Text("do not open the browser", "no abrir el navegador").say(language),
    )
    command.add_argument(
        "--terminal",
        action="store_true",
        help=Text(
            "instead, follow one made-up patient through the whole journey in the terminal",
            "en su lugar, seguir en el terminal a una paciente inventada durante todo el recorrido",
        ).say(language),
    )
    command.add_argument(
        "--photographs",
        type=Path,
        metavar="FOLDER",
        help=Text(
            "instead, write a synthetic baseline, a follow-up and an outline there, to try `compare` on",
            "en su lugar, escribir ahí dos fotografías sintéticas y un contorno para probar `compare`",
        ).say(language),
    )


def run(chosen: argparse.Namespace) -> int:
    """Open the made-up clinic, tell the story, or make photographs for one."""
    if chosen.photographs is not None:
        _photograph(chosen.photographs, chosen.lang)
        return 0
    if chosen.terminal:
        from dermograph.cli.story import tell

        tell(chosen.lang)
        return 0
    if chosen.data is not None:
        return _open(folder_given(chosen.data, ""), chosen)
    with tempfile.TemporaryDirectory(prefix="dermograph-demo-") as folder:
        return _open(Path(folder) / "demo", chosen)


def _open(folder: Path, chosen: argparse.Namespace) -> int:
    """Make the clinic where it is not there yet, then serve it."""
    os.environ.pop("DATABASE_URL", None)  # never into a clinic's own database
    clinic, say = clinic_part("serve"), teller(chosen.lang)
    logins = clinic_part("demo.logins")
    os.environ.setdefault("DERMOGRAPH_SECOND_FACTOR", "demonstration")  # people who do not exist have no telephone
    options = clinic.Options(folder, chosen.host, chosen.port, chosen.workers)
    clinic.check_address(options)
    if not (folder / _MADE).is_file():
        _make(folder, say)
    clinic.prepare(options, say)

    def ready(address: str) -> None:
        say(Text(f"The made-up clinic is open at {address}", f"La clínica inventada está abierta en {address}"))
        for login in (*logins.LOGINS, logins.PATIENT):
            print(f"  {login.word.say(chosen.lang):<20} {login.email}", flush=True)
        say(Text(f"  Password of all: {logins.PASSWORD}", f"  Contraseña de todos: {logins.PASSWORD}"))
        where = f"--data {shlex.quote(str(folder))} --clinic {logins.SLUG}"
        say(Text(f"  For commands: {where}", f"  Para comandos: {where}"))
        say(
            Text(
                "Every person and photograph in it is synthetic. Ctrl+C ends it.",
                "Todas las personas y fotografías son sintéticas. Ctrl+C la cierra.",
            )
        )
        if not chosen.no_browser:
            _show(address)

    code: int = clinic.serve(options, say, ready=ready, prepared=True)
    return code


def _make(folder: Path, say: Callable[[Text], None]) -> None:
    """Tell the stories beside the folder, and move it to its place when they are whole.

    Raises:
        InputError: If the folder holds something else, or nothing can be written there.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            Text("This folder holds something else.", "Esta carpeta contiene otra cosa."),
            Place(str(folder)),
            Text("Name one that is empty or does not exist yet.", "Indique una vacía o que aún no exista."),
        )
    part = folder.with_name(folder.name + ".part")
    say(
        Text(
            "Making the clinic: its photographs are drawn and measured, which takes one to three minutes.",
            "Creando la clínica: se dibujan y miden sus fotografías; tarda de uno a tres minutos.",
        )
    )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(part, ignore_errors=True)  # left behind by one that was broken off
        command = (sys.executable, "-P", "-m", "dermograph.clinic.demo", str(part))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what was begun is cleared away
        made = subprocess.Popen(command, start_new_session=True)  # noqa: S603 (our own module)
        try:
            code = made.wait()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(made.pid, signal.SIGKILL)
        if code:
            shutil.rmtree(part, ignore_errors=True)
            raise InputError(
                Text("The clinic could not be made.", "No se ha podido crear la clínica."),
                Place(str(folder)),
                Text("See what was written above.", "Vea lo que se ha escrito arriba."),
            )
        (part / _MADE).touch(mode=0o600)
        part.replace(folder)
    except OSError as error:
        raise InputError(
            Text("Nothing can be written there.", "Ahí no se puede escribir."),
            Place(str(folder)),
            Text("Name another folder with --data.", "Indique otra carpeta con --data."),
        ) from error


def _show(address: str) -> None:
    """Open the browser, where there is a screen to show it on."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    import webbrowser

    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(address)


def _photograph(folder: Path, language: Language) -> None:
    """Write two synthetic photographs of one scar, which has lost half of its contrast, with the outline."""
    from dermograph.photo.phantom.files import jpeg
    from dermograph.photo.phantom.pairs import pair

    check_writable(folder if not folder.is_dir() else folder / "outline.json")
    folder.mkdir(exist_ok=True)
    made = pair(_DEMO_SEED, "mild", width=3000, height=2250, px_per_mm=15.0, conditions="protocol", faded=0.5)
    for name, photo in (("before", made.before), ("after", made.after)):
        data = jpeg(photo)
        write_whole(folder / f"synthetic-{name}.jpg", _bytes_of(data))
    write_text(folder / "outline.json", json.dumps(made.before.truth.lesion.to_json()) + "\n")
    files = f"{folder}/synthetic-before.jpg {folder}/synthetic-after.jpg --outline {folder}/outline.json"
    words = Text(
        "Synthetic photographs: nobody's skin. The scar has lost half of its contrast. Now compare them:",
        "Fotografías sintéticas: la piel de nadie. La cicatriz ha perdido la mitad del contraste. Ahora compárelas:",
    )
    print(f"{words.say(language)}\ndermograph compare {files} --out {folder}/result")


def _bytes_of(data: bytes) -> Callable[[Path], object]:
    """What writes the bytes of a file."""
    return lambda partial: partial.write_bytes(data)
