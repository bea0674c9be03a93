"""The operations, a file a subject. Each is thin: it finds, calls the clinic's own service, and shows the row."""

from __future__ import annotations

from functools import cache


@cache
def register() -> None:
    """Let every operation register itself, once."""
    from dermograph.clinic.api.operations import (  # noqa: PLC0415 (registering is what importing does)
        assessing,
        bookings,
        comparing,
        consents,
        courses,
        days,
        outcomes,
        patients,
        photographs,
        reviews,
        sessions,
        stock,
        treatments,
    )
    from dermograph.clinic.api.site import api  # noqa: PLC0415 (the same)

    for one in (
        treatments,
        patients,
        courses,
        assessing,
        consents,
        days,
        bookings,
        sessions,
        photographs,
        comparing,
        reviews,
        stock,
        outcomes,
    ):
        api.add_router("", one.router)
