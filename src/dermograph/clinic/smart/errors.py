"""Refusals as OAuth 2.0 words them (RFC 6749, 4.1.2.1 and 5.2); they are for programs, in ASCII."""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.core.errors import InputError
from dermograph.core.text import Text


class OAuthError(Exception):
    """A program is refused.

    Attributes:
        code: A word of the standard, such as ``invalid_grant``.
        says: What is wrong, for who wrote the program.
        status: Of the answer.
        headers: Of the answer.
    """

    def __init__(self, code: str, says: str, status: int = 400, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code}: {says}")
        self.code, self.says, self.status, self.headers = code, says, status, dict(headers or {})


class SendBackError(OAuthError):
    """The person is sent back to the program, which is told why.

    Attributes:
        redirect: Where to: an address that the clinic registered.
        state: What the program wants to hear again.
    """

    def __init__(self, code: str, says: str, redirect: str, state: str) -> None:
        super().__init__(code, says)
        self.redirect, self.state = redirect, state


class StopHereError(InputError):
    """The person is not sent back: it is not certain whose address that is."""

    def __init__(self, what: Text) -> None:
        todo = Text(
            "Go back to the program and tell its makers; nothing was handed over.",
            "Vuelva al programa y avise a quien lo hace; no se ha entregado nada.",
        )
        super().__init__(what, todo=todo)


def no_client(says: str = "the client is not known, or did not prove who it is") -> OAuthError:
    """That a program could not show who it is; the same words whatever was wrong."""
    return OAuthError("invalid_client", says, 401, {"WWW-Authenticate": 'Basic realm="clinic"'})
