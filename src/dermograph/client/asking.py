"""Asking: one request, and again where that is safe; lists page by page."""

from __future__ import annotations

import http.client
import ipaddress
import json
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from dermograph.client.errors import ApiError, error_of
from dermograph.client.values import read, write

PREFIX = "/api/v1"
LONGEST_WAIT_S = 60.0
MOST_BYTES = 200_000_000
Shape = TypeVar("Shape")
Call = TypeVar("Call", bound=Callable[..., Any])
#: The operations of the API that a method of the client calls, by their ids.
COVERED: dict[str, str] = {}


def operation(name: str) -> Callable[[Call], Call]:
    """Say which operation a method calls."""

    def noted(call: Call) -> Call:
        COVERED[name] = call.__name__
        return call

    return noted


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token would go along to wherever it points."""

    def redirect_request(self, *_args: Any) -> None:  # noqa: ANN401 (urllib's own)
        """None: the answer is then an error."""


class Client:
    """Sends requests with one token.

    Attributes:
        url: Where the API lies.
    """

    def __init__(self, url: str, token: str, *, language: str = "en", timeout: float = 30.0, tries: int = 4) -> None:
        """A client; nothing is sent yet.

        Args:
            url: Of the clinic's site, such as ``https://clinic.example``.
            token: As it was shown when it was made.
            language: Of what the clinic says: ``en`` or ``es``.
            timeout: How long one try may take, s.
            tries: How often a request is sent at most, where sending it again is safe.

        Raises:
            ValueError: If the address is not ``https`` and not this machine: a token does not travel in the clear.
        """
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname or "")):
            msg = f"{parts.scheme or 'no scheme'}: a token is sent by https only, except on this machine"
            raise ValueError(msg)
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix(PREFIX)}{PREFIX}"
        self._token, self._language, self._timeout, self._tries = token, language, timeout, max(1, tries)
        self._opener = urllib.request.build_opener(_Nowhere())

    def _get(self, path: str, shape: type[Shape], **query: object) -> Shape:
        return read(shape, self._json("GET", path, query))

    def _list(self, path: str, shape: type[Shape], **query: object) -> Iterator[Shape]:
        """Every row of a list, page by page."""
        after: str | None = None
        while True:
            found = self._json("GET", path, {**query, "after": after} if after else query)
            yield from (read(shape, one) for one in found["items"])
            after = found["next"]
            if not after:
                return

    def _bytes(self, path: str) -> bytes:
        return self._send("GET", path, {}, None, {"Accept": "*/*"})

    def _write(
        self,
        method: str,
        path: str,
        shape: type[Shape],
        given: object,
        *,
        key: str | None = None,
        query: dict[str, object] | None = None,
        kind: str = "application/json",
    ) -> Shape:
        """A write. Without a key of its own it gets one, under which it is sent again where the connection broke."""
        data = given if isinstance(given, bytes) else json.dumps(write(given)).encode()
        headers = {"Content-Type": kind, "Idempotency-Key": key or uuid.uuid4().hex}
        return read(shape, json.loads(self._send(method, path, query or {}, data, headers)))

    def _json(self, method: str, path: str, query: dict[str, object]) -> Any:  # noqa: ANN401 (JSON)
        return json.loads(self._send(method, path, query, None, {}))

    def _send(
        self, method: str, path: str, query: dict[str, object], data: bytes | None, headers: dict[str, str]
    ) -> bytes:
        """The body of an answer, after as many tries as it takes.

        Raises:
            ApiError: If the clinic refuses, or cannot be reached.
        """
        asked = {name: write(value) for name, value in query.items() if value is not None}
        address = f"{self.url}{path}" + (f"?{urllib.parse.urlencode(asked)}" if asked else "")
        sent = {
            "Authorization": f"Bearer {self._token}",
            "Accept": "application/json",
            "Accept-Language": self._language,
            **headers,
        }
        for number in range(1, self._tries + 1):
            request = urllib.request.Request(address, data, sent, method=method)  # noqa: S310 (the scheme was looked at)
            try:
                with self._opener.open(request, timeout=self._timeout) as response:
                    body: bytes = response.read(MOST_BYTES)
                    return body
            except urllib.error.HTTPError as answered:
                error, wait = _said(answered), answered.headers.get("Retry-After")
                if error.status not in (429, 502, 503, 504) or number == self._tries:
                    raise error from None
            except (urllib.error.URLError, http.client.HTTPException, OSError) as broken:
                wait = None
                if number == self._tries:
                    raise error_of(0, {"title": f"The clinic cannot be reached: {broken}"}) from broken
            _rest(number, wait)
        raise AssertionError  # the last try has raised or returned


def _said(answered: urllib.error.HTTPError) -> ApiError:
    """The error of an answer, in the clinic's words where it has any."""
    try:
        problem = json.loads(answered.read(1_000_000))
    except (ValueError, OSError):
        problem = {}
    return error_of(answered.code, problem if isinstance(problem, dict) else {})


def _rest(number: int, wait: str | None) -> None:
    """Wait as long as the clinic says; else longer with every try, and never all programs at once."""
    seconds = float(wait) if wait and wait.isdigit() else 0.2 * 2**number * (0.5 + random.random())  # noqa: S311 (no secret)
    time.sleep(min(seconds, LONGEST_WAIT_S))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
