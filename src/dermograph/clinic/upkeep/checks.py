"""``dermograph check``: everything that can keep a clinic from working, or its records from being safe."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable
from pathlib import Path

from dermograph.clinic.folder import DataFolder
from dermograph.clinic.upkeep.folders import open_folder
from dermograph.clinic.upkeep.looked import Check, Found
from dermograph.core.errors import InputError
from dermograph.core.text import Text

OTHERS = 0o077
KEYS = ("master.key", "secret.key")


def check(folder: Path, now: dt.datetime | None = None) -> list[Check]:
    """Look at a data folder and at what it is served with.

    Args:
        folder: The data folder.
        now: What the clock says; None asks it.

    Raises:
        InputError: If it is no data folder, or a restore into it was not finished.
    """
    found = [*_of_files(folder)]
    # Without the key Django's settings would make a new one, which opens nothing.
    if any(one.name == "key" and one.mark == "mend" for one in found):
        return found
    open_folder(folder)
    from dermograph.clinic.upkeep import checks_inside  # noqa: PLC0415 (its models need the setup)

    moment = now or dt.datetime.now(dt.UTC)
    for look in checks_inside.LOOKS:
        found += _safely(look, folder, moment)
    return found


def _safely(look: Callable[[Path, dt.datetime], Found], folder: Path, now: dt.datetime) -> list[Check]:
    """What one look finds; a look that fails is a finding too."""
    name = look.__name__
    try:
        return list(look(folder, now))
    except InputError as error:
        return [Check(name, "mend", error.what, error.todo)]
    except Exception as error:  # noqa: BLE001 (whatever goes wrong is what is looked for)
        said = (str(error).splitlines() or [""])[0][:200]
        return [Check(name, "mend", Text(f"{type(error).__name__}: {said}", f"{type(error).__name__}: {said}"))]


def _of_files(folder: Path) -> Found:
    """What can be seen before anything is opened: permissions and keys."""
    open_to = []
    data = DataFolder(folder)
    own = (folder / name for name in (*KEYS, "clinic.sqlite3", "uploads"))
    for path in (folder, *own, data.files(), data.patient_keys()):
        try:
            about = path.lstat()
        except OSError:
            continue
        if stat.S_IMODE(about.st_mode) & OTHERS or about.st_uid != os.geteuid():
            open_to.append(path.name)
    if open_to:
        names = ", ".join(open_to)
        yield Check(
            "permissions",
            "mend",
            Text(f"Others can open, or own: {names}.", f"Otros pueden abrir, o poseen: {names}."),
            Text(f"chmod -R go= {folder}", f"chmod -R go= {folder}"),
        )
    else:
        yield Check("permissions", "ok", Text("Only the owner can open the folder.", "Solo su dueño abre la carpeta."))
    files = data.files()
    if os.environ.get("DERMOGRAPH_MASTER_KEY") or (folder / "master.key").exists():
        yield Check("key", "ok", Text("The master key is there.", "La clave maestra está."))
    elif files.is_dir() and any(files.iterdir()):
        yield Check(
            "key",
            "mend",
            Text("There are photographs and no master.key.", "Hay fotografías y falta master.key."),
            Text("Put the copy of it back that was kept elsewhere.", "Recupere la copia guardada aparte."),
        )
