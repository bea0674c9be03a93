"""A write that is repeated under its idempotency key: the same answer, and nothing done twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import uuid
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from dermograph.clinic.api.models import ApiToken, KeptAnswer
from dermograph.clinic.api.problems import ProblemError
from dermograph.core.text import Text

KEPT = dt.timedelta(hours=24)
KEY = r"^[!-~]{8,128}$"
TRIES = 4
_CLEANED_AT_ONCE = 200
_HEADERS = ("Content-Type", "Content-Language", "Location")
_NONCE = 12
_SPACE = uuid.UUID("3d0a5b52-6f0e-4a65-9f6e-0f0d0e2f7f11")


class _Twin(Exception):  # noqa: N818 (caught here)
    """The same write came twice at once, and the other was first."""


def key_of(request: HttpRequest) -> str:
    """The idempotency key of a write.

    Raises:
        ProblemError: 400 if it is missing or not one.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY, key):
        raise ProblemError(
            400,
            "idempotency-key",
            Text(
                "Every write carries an Idempotency-Key of 8 to 128 printable characters.",
                "Toda escritura lleva una Idempotency-Key de 8 a 128 caracteres imprimibles.",
            ),
            Text("Send a new random one with each new write.", "Envíe una nueva, al azar, con cada escritura nueva."),
        )
    return key


def fingerprint(request: HttpRequest, body: bytes) -> str:
    """SHA-256 of what is asked: method, address, kind of content and body, hexadecimal."""
    said = hashlib.sha256()
    for part in (request.method or "", request.get_full_path(), request.content_type or ""):
        said.update(part.encode() + b"\n")
    said.update(hashlib.sha256(body).digest())
    return said.hexdigest()


def entry_of(token: ApiToken, key: str, asked: str) -> uuid.UUID:
    """The id of the row of a write whose answer is kept afterwards.

    It is settled by the key, so that a crash between the two lets nothing be made twice.
    """
    return uuid.uuid5(_SPACE, f"{token.pk} {key} {asked}")


def done_once(
    *,
    token: ApiToken,
    secret: str,
    key: str,
    asked: str,
    together: bool,
    do: Callable[[], HttpResponse],
) -> HttpResponse:
    """Do a write, or give the answer that it was given before.

    Args:
        token: Whose key it is.
        secret: The token itself; it encrypts the answer that is kept.
        key: As sent.
        asked: The ``fingerprint``.
        together: Whether what is done and its answer are kept in one transaction; else the answer afterwards, for what
            takes long and is safe to repeat by the id of its row.
        do: Does it. What it refuses, by raising, is not kept: the same key may be tried again.

    Raises:
        ProblemError: 422 if the key was used for something else, 503 if the database stays busy.
    """
    if (there := _kept(token, secret, key, asked)) is not None:
        return there
    if not together:
        return _keep_after(token, secret, key, asked, do())
    for _ in range(TRIES):
        try:
            return _together(token, secret, key, asked, do)
        except _Twin:
            if (there := _kept(token, secret, key, asked)) is not None:
                return there
        except OperationalError:
            continue
    raise busy()


def busy() -> ProblemError:
    """That others are writing, and nothing was done."""
    return ProblemError(
        503,
        "busy",
        Text("Other writes are under way. Nothing was changed.", "Hay otras escrituras en curso. No ha cambiado nada."),
        Text("Send it again with the same key.", "Envíelo otra vez con la misma clave."),
        headers={"Retry-After": "1"},
    )


def _together(token: ApiToken, secret: str, key: str, asked: str, do: Callable[[], HttpResponse]) -> HttpResponse:
    with transaction.atomic():
        try:
            with transaction.atomic():
                # The row first: another one with the same key waits here until this one is over.
                row = KeptAnswer.objects.create(token=token, key=key, asked=asked, status=0, body=b"")
        except IntegrityError:
            raise _Twin from None
        response = do()
        _fill(row, secret, response)
        row.save()
    return response


def _keep_after(token: ApiToken, secret: str, key: str, asked: str, response: HttpResponse) -> HttpResponse:
    row = KeptAnswer(token=token, key=key, asked=asked)
    _fill(row, secret, response)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return _kept(token, secret, key, asked) or response
    return response


def _fill(row: KeptAnswer, secret: str, response: HttpResponse) -> None:
    nonce = os.urandom(_NONCE)
    row.status = response.status_code
    row.headers = {name: response[name] for name in _HEADERS if name in response}
    row.body = nonce + _cipher(secret).encrypt(nonce, response.content, row.asked.encode())


def _kept(token: ApiToken, secret: str, key: str, asked: str) -> HttpResponse | None:
    """The answer that was kept under a key; None if there is none, or none any more.

    Raises:
        ProblemError: 422 if the key was used for something else.
    """
    _forget_old(token, key)
    row = KeptAnswer.objects.filter(token=token, key=key).first()
    if row is None:
        return None
    if row.asked != asked:
        raise ProblemError(
            422,
            "key-used",
            Text(
                "This Idempotency-Key was used for another request: nothing was done.",
                "Esta Idempotency-Key se usó en otra petición: no se ha hecho nada.",
            ),
            Text("Send a new key with a new write.", "Envíe una clave nueva con cada escritura nueva."),
        )
    sealed = bytes(row.body)
    try:
        body = _cipher(secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], asked.encode())
    except InvalidTag as error:
        msg = f"the kept answer {row.pk} was altered"
        raise RuntimeError(msg) from error
    response = HttpResponse(body, status=row.status)
    for name, value in row.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response


def _forget_old(token: ApiToken, key: str) -> None:
    """Remove what is a day old: the row of this key, and some others of the token."""
    old = KeptAnswer.objects.filter(token=token, made_at__lte=timezone.now() - KEPT)
    found = set(old.filter(key=key).values_list("pk", flat=True))
    found |= set(old.values_list("pk", flat=True)[:_CLEANED_AT_ONCE])
    if found:
        KeptAnswer.objects.filter(pk__in=found).delete()


def _cipher(secret: str) -> AESGCM:
    """A cipher under a key that only the token gives."""
    return AESGCM(hashlib.sha256(b"dermograph kept answer\n" + secret.encode("utf-8", "surrogatepass")).digest())
