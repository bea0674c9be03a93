"""The obvious proof of a chain, through Django's models; prints the seconds that it took."""

from __future__ import annotations

import json
import time

import django


def main() -> None:
    """Prove the chain of the clinic ``reference``."""
    django.setup()
    from dermograph.clinic.audit.record import broken_at  # noqa: PLC0415 (the setup comes first)
    from dermograph.clinic.people.models import Clinic  # noqa: PLC0415 (the same)

    clinic = Clinic.objects.get(slug="reference")
    started = time.perf_counter()
    if broken_at(clinic) is not None:
        msg = "the chain of the benchmark does not hold"
        raise RuntimeError(msg)
    print(json.dumps({"seconds": time.perf_counter() - started}))


if __name__ == "__main__":
    main()
