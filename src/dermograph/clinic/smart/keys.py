"""The public keys of a program, as a JSON Web Key Set (RFC 7517) that the clinic was given."""

from __future__ import annotations

import json
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

ALGORITHMS = ("RS384", "ES384")
MOST_KEYS, LONGEST = 10, 20_000
SMALLEST_RSA = 2048  # bits
_CURVE = "P-384"  # the only one of ES384
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_GONE_WRONG = (JoseError, ValueError, TypeError, KeyError, AttributeError)


def read_keys(text: str) -> dict[str, Any]:
    """The keys of a program.

    Args:
        text: A JSON Web Key Set, or one key.

    Returns:
        The set with what is needed of each key and nothing else.

    Raises:
        InputError: If it is none, holds a private key, or a key that neither RS384 nor ES384 can use.
    """
    if len(text) > LONGEST:
        raise _wrong(Text("The keys are too long.", "Las claves son demasiado largas."))
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise _wrong(Text("The keys are no JSON.", "Las claves no son JSON.")) from None
    if isinstance(said, dict) and "kty" in said:
        said = {"keys": [said]}
    keys = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_KEYS:
        raise _wrong(Text(f"Give 1 to {MOST_KEYS} keys.", f"Indique de 1 a {MOST_KEYS} claves."))
    read = [_read_key(one) for one in keys]
    if len({one["kid"] for one in read}) != len(read):
        raise _wrong(Text("Two keys have the same “kid”.", "Dos claves tienen el mismo «kid»."))
    return {"keys": read}


def key_set(keys: dict[str, Any]) -> KeySet:
    """The keys of a program as they verify with."""
    return KeySet.import_key_set({"keys": keys["keys"]})


def _read_key(said: object) -> dict[str, str]:
    if not isinstance(said, dict) or not all(isinstance(name, str) for name in said):
        raise _wrong(Text("A key is no object.", "Una clave no es un objeto."))
    if _PRIVATE & set(said):
        raise _wrong(
            Text("This holds a private key.", "Esto contiene una clave privada."),
            Text(
                "Send only the public one, and replace this pair: it has been shown.",
                "Envíe solo la pública y sustituya este par: ha quedado a la vista.",
            ),
        )
    kid = said.get("kid")
    if not isinstance(kid, str) or not 1 <= len(kid) <= 200:
        raise _wrong(Text("Each key needs its “kid”.", "Cada clave necesita su «kid»."))
    if said.get("use", "sig") != "sig" or said.get("alg", ALGORITHMS[0]) not in ALGORITHMS:
        raise _wrong(Text("A key is not for RS384 or ES384.", "Una clave no es para RS384 ni ES384."))
    try:
        return {"kid": kid, **_public(said)}
    except _GONE_WRONG:
        raise _wrong(Text("A key cannot be read.", "No se puede leer una clave.")) from None


def _public(said: dict[str, Any]) -> dict[str, str]:
    if said["kty"] == "RSA":
        plain = {"kty": "RSA", "n": str(said["n"]), "e": str(said["e"])}
        if RSAKey.import_key(dict(plain)).public_key.key_size < SMALLEST_RSA:
            raise ValueError(said["kty"])
        return plain
    if said["kty"] == "EC" and said["crv"] == _CURVE:
        plain = {"kty": "EC", "crv": _CURVE, "x": str(said["x"]), "y": str(said["y"])}
        ECKey.import_key(dict(plain)).public_key  # noqa: B018 (reading it checks that the point lies on the curve)
        return plain
    raise ValueError(said["kty"])


def _wrong(what: Text, todo: Text | None = None) -> InputError:
    usual = Text(
        "Ask the makers of the program for their JSON Web Key Set, with RSA of 2048 bits or more, or EC P-384.",
        "Pida a quien hace el programa su JSON Web Key Set, con RSA de 2048 bits o más, o EC P-384.",
    )
    return InputError(what, Place(field="keys"), todo or usual)
