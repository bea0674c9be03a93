"""Sealing: AES-256-GCM under one random key a patient, each wrapped by the master key and by a half that is kept apart.

A sealed text is one byte of version, 12 bytes of nonce, and the ciphertext with its tag. It opens only for the patient
and under the name that it was sealed for, so that files that were swapped on the disk are noticed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from dermograph.clinic.vault import halves
from dermograph.clinic.vault.models import PatientKey
from dermograph.core.errors import InputError
from dermograph.core.text import Text

KEY_BYTES = 32
NONCE_BYTES = 12
_VERSION = b"\x01"
_WRAPPED_WITH_HALF = b"\x02"
_ONCE = NONCE_BYTES + KEY_BYTES + 16  # bytes of a key that was wrapped before there were halves


class Erased(InputError):  # noqa: N818 (an answer)
    """The patient's key was destroyed: nothing that was sealed with it will ever be read again."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "The photographs of this patient were erased: their key was destroyed.",
                "Las fotografías de este paciente se borraron: su clave se destruyó.",
            )
        )


class OutOfReach(InputError):  # noqa: N818 (an answer)
    """A place is in the way, such as a disk that is away or full: what was asked for may well be done later."""


class Unreadable(InputError):  # noqa: N818 (the same)
    """What lies in the vault was altered, is another patient's, or belongs to another master key."""

    def __init__(self, todo: Text | None = None) -> None:
        super().__init__(
            Text(
                "The file in the vault cannot be opened: it was altered, or it belongs to another key.",
                "El archivo guardado no se puede abrir: se ha alterado o pertenece a otra clave.",
            ),
            todo=todo
            or Text(
                "Restore it from the backup, with the master key of the same day.",
                "Restáurelo de la copia de seguridad, con la clave maestra del mismo día.",
            ),
        )


class WithoutHalf(Unreadable, OutOfReach):
    """The half of a patient's key that is kept apart cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "The half of the key that is kept apart is missing: bring back the folder of keys, or its copy.",
                "Falta la mitad de la clave que se guarda aparte: recupere la carpeta de claves o su copia.",
            )
        )


def seal(patient: Model, data: bytes, name: str = "") -> bytes:
    """Encrypt what belongs to a patient; their key is made when it is first needed.

    Args:
        patient: Whose it is.
        data: Any bytes.
        name: What it is stored as; it opens under no other.

    Raises:
        Erased: If the patient's key was destroyed.
    """
    return seal_with(_key(patient, make=True), patient, data, name)


def unseal(patient: Model, sealed: bytes, name: str = "") -> bytes:
    """Decrypt what ``seal`` made for the same patient and name.

    Raises:
        Erased: If the patient's key was destroyed.
        Unreadable: If the bytes were altered, or were sealed for somebody else, under another name, or with another
            master key.
    """
    return unseal_with(_key(patient, make=False), patient, sealed, name)


def unseal_each(patient: Model, sealed: Iterable[tuple[bytes, str]]) -> list[bytes | None]:
    """Decrypt several texts of one patient; their key is looked up once, however many there are.

    Args:
        patient: Whose they are.
        sealed: Each text with the name that it was sealed under.

    Returns:
        In the same order; None for one that does not open.

    Raises:
        Erased: If the patient's key was destroyed.
        Unreadable: If the key itself does not open.
    """
    texts = list(sealed)
    if not texts:
        return []
    key = _key(patient, make=False)
    found: list[bytes | None] = []
    for text, name in texts:
        try:
            found.append(unseal_with(key, patient, text, name))
        except Unreadable:
            found.append(None)
    return found


def destroy_key(patient: Model, proof: Mapping[str, Any] | None = None) -> None:
    """Destroy a patient's key: everything of theirs is unreadable from now on, here and in every backup.

    The half that is kept apart goes first, which no rollback brings back.

    Args:
        patient: Whose.
        proof: What the list of the erased keeps of it: ids and figures, no person.

    Raises:
        OSError: If the half cannot be destroyed.
    """
    halves.destroy(patient.pk, proof)
    PatientKey.objects.update_or_create(
        patient_id=patient.pk, defaults={"wrapped": b"", "destroyed_at": timezone.now()}
    )


def fingerprint(patient: Model) -> str:
    """SHA-256 of a patient's key as it lies, wrapped, in the database and its backups; empty if there is none."""
    kept = PatientKey.objects.filter(patient_id=patient.pk).first()
    wrapped = bytes(kept.wrapped) if kept else b""
    return hashlib.sha256(wrapped).hexdigest() if wrapped else ""


def with_half(patient: Model, wrapped: bytes) -> bytes | None:
    """A key that was wrapped before there were halves, wrapped anew; None if it is already or does not open."""
    if len(wrapped) != _ONCE:
        return None
    try:
        key = AESGCM(settings.MASTER_KEY).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _about(patient, "key"))
    except InvalidTag:
        return None
    return wrapped_key(patient, key)


def _key(patient: Model, *, make: bool) -> bytes:
    _refuse_erased(patient)
    kept = PatientKey.objects.filter(patient_id=patient.pk).first()
    if kept is None:
        if not make:
            _refuse()
        wrapped = wrapped_key(patient, os.urandom(KEY_BYTES))
        kept, _ = PatientKey.objects.get_or_create(patient_id=patient.pk, defaults={"wrapped": wrapped})
    if kept.destroyed_at is not None:
        raise Erased
    return unwrapped(patient, bytes(kept.wrapped))


def unwrapped(patient: Model, wrapped: bytes) -> bytes:
    """A patient's key from how it lies in the database.

    Raises:
        Erased: If the patient stands in the list of the erased.
        Unreadable: If there is none, or it does not open.
    """
    _refuse_erased(patient)
    if not wrapped:
        _refuse()
    master: bytes = settings.MASTER_KEY
    if len(wrapped) != _ONCE:
        half = halves.read(patient.pk)
        if half is None:
            raise WithoutHalf
        master, wrapped = _both(patient, half), wrapped[1:]
    try:
        return AESGCM(master).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _about(patient, "key"))
    except InvalidTag:
        _refuse()


def _refuse_erased(patient: Model) -> None:
    try:
        if halves.is_erased(patient.pk):
            raise Erased
    except OSError as error:
        raise WithoutHalf from error


def seal_with(key: bytes, patient: Model, data: bytes, name: str) -> bytes:
    """Encrypt with a patient's key that was opened already."""
    nonce = os.urandom(NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, data, _about(patient, name))


def unseal_with(key: bytes, patient: Model, sealed: bytes, name: str) -> bytes:
    """Decrypt with a patient's key that was opened already.

    Raises:
        Unreadable: If the bytes do not open with it for this patient under this name.
    """
    start = len(_VERSION) + NONCE_BYTES
    if sealed[:1] != _VERSION or len(sealed) < start:
        raise Unreadable
    try:
        return AESGCM(key).decrypt(sealed[1:start], sealed[start:], _about(patient, name))
    except InvalidTag:
        raise Unreadable from None


def wrapped_key(patient: Model, key: bytes) -> bytes:
    """A patient's key as it lies in the database, their half made if there is none.

    Raises:
        Erased: If their half was destroyed.
        WithoutHalf: If the folder of halves is not where it was.
        OSError: If the half cannot be kept.
    """
    if not halves.is_marked():
        # An empty folder beside a database with keys is a disk that is not mounted: a half made here would be lost.
        if not halves.count() and any(len(bytes(one.wrapped)) > _ONCE for one in PatientKey.objects.all()[:100]):
            raise WithoutHalf
        halves.mark()
    half = halves.make(patient.pk)
    if half is None:
        raise Erased
    nonce = os.urandom(NONCE_BYTES)
    return _WRAPPED_WITH_HALF + nonce + AESGCM(_both(patient, half)).encrypt(nonce, key, _about(patient, "key"))


def _both(patient: Model, half: bytes) -> bytes:
    """The key that wraps a patient's key: of the master key and of their half, neither without the other."""
    return HKDF(SHA256(), KEY_BYTES, salt=half, info=_about(patient, "both")).derive(settings.MASTER_KEY)


def _about(patient: Model, name: str) -> bytes:
    """What a ciphertext is bound to."""
    return f"dermograph/1\n{patient.pk}\n{name}".encode()


def _refuse() -> NoReturn:
    raise Unreadable(
        Text(
            "Start the server with the master key that the photographs were stored with.",
            "Inicie el servidor con la clave maestra con la que se guardaron las fotografías.",
        )
    )
