"""What the clinic answers where it does not do what was asked, in its own words."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """The clinic refused, or could not be reached.

    Attributes:
        status: Of the answer; 0 if there was none.
        kind: What kind of problem, such as ``closed-day``; for programs.
        what: What is wrong, for people.
        place: Where in what was sent; empty where that says nothing.
        todo: What to do about it; empty where ``what`` says so.
        problem: The whole answer, with members such as ``reasons`` or ``free``.
    """

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        self.kind = str(problem.get("type", "")).rpartition(":")[2]
        self.what = str(problem.get("what") or problem.get("title") or f"status {status}")
        self.place, self.todo = str(problem.get("place", "")), str(problem.get("todo", ""))
        super().__init__(" ".join(part for part in (self.what, self.todo) if part))


class NotAllowedError(ApiError):
    """401 or 403: the token is not taken, or not for this, or its person may not."""


class NotFoundError(ApiError):
    """404: it is not there, or another clinic's."""


class ConflictError(ApiError):
    """409: somebody else was quicker. Read again, then decide."""


class RefusedError(ApiError):
    """400, 413, 415 or 422: it cannot be used as it was sent, or a rule is against it."""


class TooManyError(ApiError):
    """429: too many requests in this minute, even after waiting."""


class UnavailableError(ApiError):
    """The clinic could not be reached, or failed. A write that carries a key may be sent again with the same key."""


_BY_STATUS = {401: NotAllowedError, 403: NotAllowedError, 404: NotFoundError, 409: ConflictError, 429: TooManyError}


def error_of(status: int, problem: dict[str, Any]) -> ApiError:
    """The error of an answer."""
    if status >= 500 or status == 0:
        return UnavailableError(status, problem)
    return _BY_STATUS.get(status, RefusedError)(status, problem)
