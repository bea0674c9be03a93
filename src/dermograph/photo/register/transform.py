"""The map of a registration as a file that anyone can check."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.photo.register.registration import Registration


def write_transform(path: Path, registration: Registration) -> None:
    """Write the map, whole or not at all.

    Args:
        path: An ``.npz`` file; replaced if it is there. It holds ``map``, ``(rows, cols, 2)`` float32, the follow-up
            x, y of the baseline pixel (col·step, row·step), NaN where unknown, and ``step``, an integer.
        registration: What to write, also if it is refused.

    Raises:
        InputError: If the file cannot be written there.
    """
    half = path.with_name(f".{path.name[:40]}.{os.getpid()}.part")
    try:
        with half.open("wb") as stream:
            np.savez_compressed(stream, map=registration.map, step=np.int64(registration.step))
        half.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        raise InputError(
            Text(f"The map cannot be written: {error.strerror}.", f"No se puede escribir el mapa: {error.strerror}."),
            Place(file=str(path)),
            Text(
                "Name a folder that exists and may be written to.", "Indique una carpeta que exista y admita escritura."
            ),
        ) from error
