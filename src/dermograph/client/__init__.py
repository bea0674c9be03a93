"""A client of the clinic's API, on the standard library alone.

>>> from dermograph.client import Client
>>> clinic = Client("https://clinic.example", "dmg_…")
>>> clinic.url
'https://clinic.example/api/v1'
"""

from dermograph.client.asking import Client as _Asking
from dermograph.client.calls_agenda import AgendaCalls
from dermograph.client.calls_clinical import ClinicalCalls
from dermograph.client.calls_people import PeopleCalls
from dermograph.client.calls_pictures import PictureCalls
from dermograph.client.errors import (
    ApiError,
    ConflictError,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    TooManyError,
    UnavailableError,
)

__all__ = [
    "ApiError",
    "Client",
    "ConflictError",
    "NotAllowedError",
    "NotFoundError",
    "RefusedError",
    "TooManyError",
    "UnavailableError",
]


class Client(PeopleCalls, ClinicalCalls, AgendaCalls, PictureCalls, _Asking):
    """A clinic, as a program sees it with one token.

    Lists are generators that ask for the next page by themselves. Writes carry an idempotency key, so that one that is
    sent again after a broken connection is done once. Names of methods are those of the API's operations.
    """
