"""What opens a backup: a passphrase, or the private key of a pair whose public key suffices to make one."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dermograph.clinic.upkeep.sealed_stream import MAGIC, damaged
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

SHORTEST = 12
_KEY, _SALT, _NONCE = 32, 16, 12
_N, _R, _P = 1 << 17, 8, 1
_MOST_N, _MOST_R, _MOST_P = 1 << 20, 16, 4  # a header that asks for more was made to exhaust the machine
_PUBLIC, _PRIVATE = "dermograph-backup-public-1", "dermograph-backup-private-1"
_ABOUT = b"dermograph/backup/1"


@dataclass(frozen=True, slots=True)
class Passphrase:
    """Locks and unlocks."""

    words: str

    def lock(self, key: bytes) -> dict[str, Any]:
        """How a stream's key is kept in its header."""
        salt = os.urandom(_SALT)
        wrapped = _wrap(_stretched(self.words, salt, _N, _R, _P), key)
        return {"by": "passphrase", "kdf": "scrypt", "n": _N, "r": _R, "p": _P, "salt": _text(salt), "key": wrapped}

    def unlock(self, header: Mapping[str, Any], name: str) -> bytes:
        """The stream's key.

        Raises:
            InputError: If the archive is not locked by a passphrase, or by another one.
        """
        lock = _lock(header, name)
        if lock.get("by") != "passphrase":
            raise InputError(
                Text("This backup opens with a key file.", "Esta copia se abre con un archivo de clave."),
                Place(name),
                Text("Give it with --key.", "Indíquelo con --key."),
            )
        n, r, p = _whole(lock.get("n"), _MOST_N), _whole(lock.get("r"), _MOST_R), _whole(lock.get("p"), _MOST_P)
        if n < 2 or n & (n - 1) or not r or not p:
            _broken(name)
        return _unwrap(
            _stretched(self.words, _bytes(lock.get("salt"), name), n, r, p),
            _bytes(lock.get("key"), name),
            name,
            Text("The passphrase is not the one of this backup.", "La frase no es la de esta copia."),
        )


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Locks only: who makes backups with it cannot read them."""

    public: bytes

    def lock(self, key: bytes) -> dict[str, Any]:
        """How a stream's key is kept in its header."""
        once = X25519PrivateKey.generate()
        shared = once.exchange(X25519PublicKey.from_public_bytes(self.public))
        mine = once.public_key().public_bytes_raw()
        return {
            "by": "key",
            "once": _text(mine),
            "for": _text(self.public),
            "key": _wrap(_agreed(shared, mine, self.public), key),
        }


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """Unlocks."""

    private: bytes

    def unlock(self, header: Mapping[str, Any], name: str) -> bytes:
        """The stream's key.

        Raises:
            InputError: If the archive is not locked for this key.
        """
        lock = _lock(header, name)
        if lock.get("by") != "key":
            raise InputError(
                Text("This backup opens with a passphrase.", "Esta copia se abre con una frase."),
                Place(name),
                Text("Start again without --key.", "Repita sin --key."),
            )
        own = X25519PrivateKey.from_private_bytes(self.private)
        once = _bytes(lock.get("once"), name)
        try:
            shared = own.exchange(X25519PublicKey.from_public_bytes(once))
        except ValueError:
            _broken(name)
        return _unwrap(
            _agreed(shared, once, own.public_key().public_bytes_raw()),
            _bytes(lock.get("key"), name),
            name,
            Text("The key file is not the one of this backup.", "El archivo de clave no es el de esta copia."),
        )


Lock = Passphrase | PublicKey
Unlock = Passphrase | PrivateKey


def make_pair(file: Path) -> Path:
    """Write a private key, and beside it its public one.

    Returns:
        Where the public one is.

    Raises:
        InputError: If either is there already or cannot be written.
    """
    private = X25519PrivateKey.generate()
    beside = file.with_name(f"{file.name}.public")
    for path, word, data in (
        (file, _PRIVATE, private.private_bytes_raw()),
        (beside, _PUBLIC, private.public_key().public_bytes_raw()),
    ):
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(f"{word} {_text(data)}\n")
        except OSError as error:
            raise InputError(
                Text("The key cannot be written there.", "La clave no se puede escribir ahí."),
                Place(str(path)),
                Text("Name a file that does not exist yet.", "Indique un archivo que aún no exista."),
            ) from error
    return beside


def read_public(file: Path) -> PublicKey:
    """The key to lock with.

    Raises:
        InputError: If this is none.
    """
    return PublicKey(_read(file, _PUBLIC))


def read_private(file: Path) -> PrivateKey:
    """The key to unlock with.

    Raises:
        InputError: If this is none.
    """
    return PrivateKey(_read(file, _PRIVATE))


def passphrase(words: str) -> Passphrase:
    """A passphrase that may lock a backup.

    Raises:
        InputError: If it is too short.
    """
    if len(words) < SHORTEST:
        raise InputError(
            Text(
                f"The passphrase has fewer than {SHORTEST} characters.",
                f"La frase tiene menos de {SHORTEST} caracteres.",
            ),
            todo=Text("Take several words.", "Use varias palabras."),
        )
    return Passphrase(words)


def _read(file: Path, word: str) -> bytes:
    try:
        parts = file.read_text(encoding="ascii")[:1000].split()
        key = base64.b64decode(parts[1], validate=True) if len(parts) == 2 and parts[0] == word else b""
    except (OSError, ValueError):
        key = b""
    if len(key) != _KEY:
        kind = Text("public", "pública") if word == _PUBLIC else Text("private", "privada")
        words = Text(f"This is no {kind.en} key of backups.", f"Esto no es una clave {kind.es} de copias.")
        raise InputError(words, Place(str(file)))
    return key


def _stretched(words: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(words.encode(), salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=_KEY)


def _agreed(shared: bytes, once: bytes, public: bytes) -> bytes:
    return HKDF(SHA256(), _KEY, salt=once + public, info=_ABOUT).derive(shared)


def _wrap(by: bytes, key: bytes) -> str:
    nonce = os.urandom(_NONCE)
    return _text(nonce + AESGCM(by).encrypt(nonce, key, MAGIC))


def _unwrap(by: bytes, wrapped: bytes, name: str, refusal: Text) -> bytes:
    try:
        return AESGCM(by).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], MAGIC)
    except (InvalidTag, ValueError):
        raise InputError(refusal, Place(name)) from None


def _lock(header: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    lock = header.get("lock")
    if not isinstance(lock, dict):
        _broken(name)
    return lock


def _whole(value: object, most: int) -> int:
    """A figure of a header; 0 for one that cannot be."""
    return value if type(value) is int and 0 < value <= most else 0


def _bytes(text: object, name: str) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        _broken(name)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _broken(name: str) -> NoReturn:
    raise damaged(Text("The beginning of the archive is damaged.", "El principio del archivo está dañado."), name)
