"""Associations with an archive: how one is opened and closed, and what an archive's status says in words.

Source: PS3.8 (associations); PS3.7, C (status codes); PS3.4, B.2.3 and C.4.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom import AE, build_role, evt
from pynetdicom.association import Association

from dermograph.core.errors import NOTHING, InputError, Place, shown
from dermograph.core.text import Text
from dermograph.exchange.dicom.elements import words
from dermograph.exchange.dicom.image import VL_PHOTOGRAPHIC_IMAGE
from dermograph.exchange.dicom.report import ENHANCED_SR

_TITLE = 16
_SUCCESS, _PENDING = 0x0000, (0xFF00, 0xFF01)
_WARNINGS = range(0xB000, 0xC000)
_OUT_OF_RESOURCES, _NOT_UNDERSTOOD, _NOT_SUPPORTED = range(0xA700, 0xA800), range(0xC000, 0xD000), 0x0122


class ArchiveError(InputError):
    """An archive that cannot be reached, or that did not do what it was asked."""


class ArchiveAwayError(ArchiveError):
    """An archive that did not answer, broke off or has no room: what failed now may go well later."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Where an archive listens.

    Attributes:
        title: Its application entity title.
        own_title: Ours, as the archive may ask to know it.
        timeout_s: Until an answer is given up.
    """

    host: str
    port: int
    title: str = "ANY-SCP"
    own_title: str = "DERMOGRAPH"
    timeout_s: float = 30.0

    @property
    def place(self) -> Place:
        """For errors."""
        return Place(field=f"{self.title} {self.host}:{self.port}")


@dataclass(frozen=True, slots=True)
class Stored:
    """One object that an archive took.

    Attributes:
        uid: SOP Instance UID.
        warning: What the archive remarked; empty if nothing.
    """

    uid: str
    warning: str = ""


def entity_for(archive: Archive) -> AE:
    """Ourselves, as we introduce ourselves to an archive.

    Raises:
        InputError: If a title or the port cannot be one.
    """
    for title, field in ((archive.title, "title"), (archive.own_title, "own title")):
        if not words(title, field, _TITLE):
            raise InputError(Text("An archive needs a title.", "Un archivo necesita un título."), Place(field=field))
    if not 0 < archive.port < 2**16:
        raise InputError(Text(f"{archive.port} is no port.", f"{archive.port} no es un puerto."), Place(field="port"))
    entity = AE(ae_title=archive.own_title)
    entity.connection_timeout = entity.acse_timeout = archive.timeout_s
    entity.dimse_timeout = entity.network_timeout = archive.timeout_s
    return entity


@contextmanager
def associated(entity: AE, archive: Archive, take: Callable[[evt.Event], int] | None = None) -> Iterator[Association]:
    """An association that is closed whatever happens on it; with ``take`` one on which objects may come back.

    Raises:
        ArchiveError: If the archive cannot be reached, does not accept us, or breaks off.
    """
    roles: list[Any] = [build_role(sop_class, scp_role=True) for sop_class in (VL_PHOTOGRAPHIC_IMAGE, ENHANCED_SR)]
    handlers: list[evt.EventHandlerType] = [] if take is None else [(evt.EVT_C_STORE, take)]
    try:
        # pynetdicom leaves a socket open where nobody answers; so it is asked for only where somebody does.
        with socket.create_connection((archive.host, archive.port), archive.timeout_s):
            pass
        association = _asked(entity, archive, roles if take else None, handlers)
        if not (association.is_established or association.is_rejected or association.rejected_contexts):
            # On a busy machine the end of a connection can be seen before the refusal that it brought: asked once more.
            association = _asked(entity, archive, roles if take else None, handlers)
    except (OSError, ValueError) as error:
        raise away(archive, _UNREACHABLE, _CHECK_ADDRESS) from error
    if not association.is_established:
        if association.is_rejected:
            raise refused(
                archive,
                Text("The archive does not accept us.", "El archivo no nos acepta."),
                Text(
                    f"Check its title, and that it knows ours, {shown(archive.own_title)}.",
                    f"Compruebe su título y que conozca el nuestro, {shown(archive.own_title)}.",
                ),
            )
        if association.rejected_contexts:
            raise _takes_none(archive, association)
        raise away(archive, _UNREACHABLE, _CHECK_ADDRESS)
    try:
        yield association
        association.release()
    except (RuntimeError, ValueError, AttributeError) as error:
        raise away(archive, _BROKEN_OFF) from error
    finally:
        if not association.is_released:
            association.abort()


def _asked(entity: AE, archive: Archive, roles: list[Any] | None, handlers: list[evt.EventHandlerType]) -> Association:
    return entity.associate(archive.host, archive.port, None, archive.title, 0, roles, evt_handlers=handlers)


def _takes_none(archive: Archive, association: Association) -> ArchiveError:
    """The error of an archive that answers and takes nothing of what is offered to it."""
    classes = [one.abstract_syntax for one in association.rejected_contexts if one.abstract_syntax is not None]
    names = shown(", ".join(dict.fromkeys(one.name for one in classes)))
    return refused(archive, Text(f"The archive does not take {names}.", f"El archivo no admite {names}."))


_UNREACHABLE = Text("The archive cannot be reached.", "No se puede contactar con el archivo.")
_CHECK_ADDRESS = Text("Check host and port, and that it runs.", "Compruebe dirección y puerto, y que esté en marcha.")
_BROKEN_OFF = Text("The archive broke off.", "El archivo ha cortado la comunicación.")


def checked_status(status: Dataset, archive: Archive, done: int | None = None) -> Dataset:
    """Pass on a status of success or with a warning.

    Args:
        status: As the archive sent it; empty if it broke off.
        archive: For the message.
        done: Objects that went well before; None if nothing is counted.

    Raises:
        ArchiveError: If it is any other; in words where the code is a known one.
    """
    code = status.get("Status")
    if code is None:
        raise away(archive, _BROKEN_OFF)
    if code in (_SUCCESS, *_PENDING) or code in _WARNINGS:
        return status
    if code in _OUT_OF_RESOURCES:
        why = Text("it has no room", "no tiene espacio")
    elif code == _NOT_SUPPORTED:
        why = Text("it does not take this kind of object", "no admite este tipo de objeto")
    elif code in _NOT_UNDERSTOOD:
        why = Text("it does not understand it", "no lo entiende")
    else:
        why = Text(f"status {code:04X}", f"estado {code:04X}")
    counted = Text("", "") if done is None else Text(f" after {done} objects", f" tras {done} objetos")
    remark = shown(status.ErrorComment) if status.get("ErrorComment") else ""
    raise (away if code in _OUT_OF_RESOURCES else refused)(
        archive,
        Text(
            f"The archive refused{counted.en}: {why.en} {remark}".rstrip() + ".",
            f"El archivo se ha negado{counted.es}: {why.es} {remark}".rstrip() + ".",
        ),
    )


def refused(archive: Archive, what: Text, todo: Text = NOTHING) -> ArchiveError:
    """The error of one archive."""
    return ArchiveError(what, archive.place, todo)


def away(archive: Archive, what: Text, todo: Text = NOTHING) -> ArchiveAwayError:
    """The error of one archive that may be over later."""
    return ArchiveAwayError(what, archive.place, todo)
