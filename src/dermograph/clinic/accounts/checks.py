"""What of the settings makes accounts weaker, for ``check``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(deploy=True)
def second_factor(**_: Any) -> list[checks.CheckMessage]:  # noqa: ANN401 (Django's)
    """A warning where staff may work without a second factor; a demonstration of made-up people needs none."""
    if settings.SECOND_FACTOR != "optional":
        return []
    return [
        checks.Warning(
            "Staff may work without a second factor.",
            hint="Start without DERMOGRAPH_SECOND_FACTOR=optional.",
            id="dermograph.W001",
        )
    ]
