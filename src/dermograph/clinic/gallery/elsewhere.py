"""Treatments whose photographs say something without an outlined lesion. Each app adds its own when it is ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dermograph.core.text import Text

if TYPE_CHECKING:
    from dermograph.clinic.gallery.selectors import Album
    from dermograph.clinic.people.models import Course


@dataclass(frozen=True, slots=True)
class NextAction:
    """What to do now.

    Attributes:
        says: One sentence.
        does: What stands on the button; None where there is only to wait, or the form is on the page.
        url: Where the button leads.
    """

    says: Text
    does: Text | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the photographs of a treatment are measured.

    Attributes:
        title: What its page is called on a button.
        page: The name of its address, which takes the course.
        next_action: What brings the photographs of a course forward, once one of them can be measured.
    """

    title: Text
    page: str
    next_action: Callable[[Course, Album], NextAction]


#: By the treatment.
ELSEWHERE: dict[str, Elsewhere] = {}
