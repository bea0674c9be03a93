"""What a course line consists of."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse

from dermograph.core.text import Text

State = Literal["done", "now", "ahead", "blocked"]
NOTHING = Text("", "")
STATES: Mapping[State, Text] = {
    "done": Text("done", "hecho"),
    "now": Text("now", "ahora"),
    "ahead": Text("ahead", "por venir"),
    "blocked": Text("blocked", "bloqueado"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a course.

    Attributes:
        key: assessment, consent, baseline, session, healing, review or outcome.
        day: When it was done, or when it can be; None if that is not known.
        page: The name of the page where it is done, which decides who may open it; empty for none yet.
        url: Its address; empty for none yet.
        note: What is worth knowing, short; empty for nothing.
        detail: The same in full where the note leaves something out.
        number: Of the session that it belongs to; 0 for none.
        is_present: Whether the course stands here.
        verdict: Of the assessment, for its icon; empty elsewhere.
    """

    key: str
    label: Text
    state: State
    day: dt.date | None = None
    page: str = ""
    url: str = ""
    note: Text = NOTHING
    detail: Text = NOTHING
    number: int = 0
    is_present: bool = False
    verdict: str = ""

    @property
    def state_words(self) -> Text:
        """Its state in words."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Action:
    """The next right thing to do.

    Attributes:
        url: Its address.
        why: Why it is next, in one sentence.
        page: The name of the page where it is done, which decides who may open it.
    """

    label: Text
    url: str
    why: Text
    page: str


def address(page: str, pk: uuid.UUID) -> str:
    """The address of a page about one record."""
    return reverse(page, args=[pk])
