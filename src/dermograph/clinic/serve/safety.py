"""What has to be so before anything is served: the folder's permissions, the port, the address, the disk, the clock."""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dermograph.clinic.folder import UNFINISHED, DataFolder
from dermograph.clinic.serve.options import Options
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

KEYS = ("secret.key", "master.key")
PRIVATE = (*KEYS, "clinic.sqlite3", "files", "uploads")
#: What lies in the folder of a machine whose secrets and database are elsewhere.
LOCAL = frozenset({"uploads", "static", "static.stamp", "audit.anchor", "files", "keys"})
OTHERS = 0o077
LEAST_FREE_MB, LITTLE_FREE_MB = 100, 2000
HIGHEST_PORT = 65_535
_MEGABYTE = 1_000_000


def check_folder(folder: Path) -> None:
    """Make the data folder, or refuse one that others can read or that holds something else.

    Raises:
        InputError: If it cannot be made or written to, is no folder, holds other things, or is open to others.
    """
    place = Place(str(folder))
    try:
        if not folder.exists():
            folder.mkdir(parents=True, mode=0o700)
        if not folder.is_dir():
            raise InputError(Text("This is no folder.", "Esto no es una carpeta."), place)
        held = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise InputError(
            Text("The data folder cannot be made or read.", "La carpeta de datos no se puede crear o leer."),
            place,
            Text("Name one that you may write to, with --data.", "Indique con --data una en la que pueda escribir."),
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(
            Text("The data folder cannot be written to.", "No se puede escribir en la carpeta de datos."),
            place,
            Text("Name another one with --data.", "Indique otra con --data."),
        )
    if UNFINISHED in held:
        raise InputError(
            Text(
                "A restore into this folder was begun and not finished: it is not whole.",
                "Se empezó a restaurar en esta carpeta y no se terminó: no está completa.",
            ),
            place,
            Text("Remove it, and restore again into an empty one.", "Elimínela y restaure de nuevo en una vacía."),
        )
    if not held:
        folder.chmod(0o700)
    elif not (held & {*KEYS, "clinic.sqlite3"} or held <= LOCAL):
        raise InputError(
            Text("This folder holds other things.", "Esta carpeta contiene otras cosas."),
            place,
            Text(
                "Patients' data needs a folder of its own: name one that is empty or does not exist yet.",
                "Los datos de pacientes necesitan su propia carpeta: indique una vacía o que aún no exista.",
            ),
        )
    data = DataFolder(folder)
    for path in (folder, *(folder / name for name in PRIVATE), data.files(), data.patient_keys()):
        _check_private(path)


def _check_private(path: Path) -> None:
    """Refuse what somebody else on the machine could open."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return
    if mode & OTHERS:
        right = "700" if path.is_dir() else "600"
        raise InputError(
            Text(
                f"Other people of this machine could open this (its permissions are {mode:o}).",
                f"Otras personas de este equipo podrían abrirlo (sus permisos son {mode:o}).",
            ),
            Place(str(path)),
            Text(
                f"Close it with: chmod {right} {path}. If it was open for long, take the keys for known.",
                f"Ciérrelo con: chmod {right} {path}. Si lleva tiempo abierto, dé las claves por conocidas.",
            ),
        )


def check_address(options: Options) -> None:
    """Refuse an address that cannot be listened on, or one beyond this machine without TLS.

    Raises:
        InputError: If the port is taken or not allowed, the address is not this machine's, or pages would travel open.
    """
    if not 0 <= options.port <= HIGHEST_PORT:
        raise InputError(
            Text(f"There is no port {options.port}.", f"No existe el puerto {options.port}."),
            Place(field="--port"),
            Text("Name one from 1024 to 65535.", "Indique uno de 1024 a 65535."),
        )
    if not _is_own(options.host) and os.environ.get("DERMOGRAPH_TLS") != "1":
        raise InputError(
            Text(
                "Beyond this machine, passwords and photographs would travel unencrypted.",
                "Fuera de este equipo, las contraseñas y fotografías viajarían sin cifrar.",
            ),
            Place(field="--host"),
            Text(
                "Put a proxy with TLS in front of it, and set DERMOGRAPH_TLS=1 and DERMOGRAPH_HOSTS.",
                "Ponga delante un proxy con TLS y defina DERMOGRAPH_TLS=1 y DERMOGRAPH_HOSTS.",
            ),
        )
    try:
        with socket.socket(_family(options.host), socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((options.host, options.port))
    except OSError as error:
        raise _taken(options) from error


def _taken(options: Options) -> InputError:
    return InputError(
        Text(
            f"Port {options.port} of {options.host} is taken or may not be used.",
            f"El puerto {options.port} de {options.host} está ocupado o no se puede usar.",
        ),
        Place(field="--port"),
        Text(
            "Name another one with --port, or stop what listens there.",
            "Indique otro con --port o detenga lo que escucha ahí.",
        ),
    )


@contextlib.contextmanager
def alone_at(options: Options) -> Iterator[None]:
    """Keep every other server of this user off an address, from before it is listened on until the end.

    That it is free says nothing of who else is about to listen on it, and granian shares an address with any other
    server of the same user (SO_REUSEPORT, socket(7)): each request would reach either clinic. The file stays behind;
    what counts is who holds it open, which the system ends with the process.

    Args:
        options: With the port that is listened on, not 0.

    Raises:
        InputError: If another one holds the address, or nothing can be written to the folder for temporary files.
    """
    host = socket.getaddrinfo(options.host, options.port, _family(options.host))[0][4][0]  # of any name the same
    path = Path(tempfile.gettempdir()) / f"dermograph-serve-{os.getuid()}-{_network()}-{host}-{options.port}.lock"
    try:
        held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InputError(
            Text("This file cannot be written.", "No se puede escribir este archivo."),
            Place(str(path)),
            Text("Name another folder in TMPDIR.", "Indique otra carpeta en TMPDIR."),
        ) from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _taken(options) from error
        yield
    finally:
        os.close(held)


def _network() -> int:
    """Which network this process sees, namespaces(7): the same address in two of them is not shared; 0 for the only."""
    try:
        return Path("/proc/self/ns/net").stat().st_ino
    except OSError:
        return 0


def free_port(host: str) -> int:
    """A port on which nobody listens just now."""
    with socket.socket(_family(host), socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _is_own(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def check_disk(folder: Path) -> Text | None:
    """Refuse a disk without room; else what to say where it is getting little.

    Raises:
        InputError: If not even the database could grow.
    """
    free = shutil.disk_usage(folder).free // _MEGABYTE
    if free < LEAST_FREE_MB:
        raise InputError(
            Text(f"Only {free} MB are free on that disk.", f"Solo quedan {free} MB libres en ese disco."),
            Place(str(folder)),
            Text("Make room, then start again.", "Libere espacio y vuelva a empezar."),
        )
    if free >= LITTLE_FREE_MB:
        return None
    return Text(
        f"Only {free} MB are free: that is room for few photographs.",
        f"Solo quedan {free} MB libres: caben pocas fotografías.",
    )
