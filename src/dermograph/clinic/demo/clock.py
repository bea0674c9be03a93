"""A clock that can be set: what the services write gets the moment of the story, not that of the seeding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.apps import apps
from django.db.models import Field
from django.utils import timezone

_REAL = timezone.now


class Clock:
    """What ``timezone.now`` says while ``running``.

    Attributes:
        now: The moment of the story, aware.
    """

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def _told(self) -> dt.datetime:
        return self.now

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let everything of Django's that asks for the time ask this clock."""
        stamped = [field for field in _fields() if field.default is _REAL]
        with mock.patch.object(timezone, "now", self._told):
            for field in stamped:
                _set_default(field, self._told)
            try:
                yield
            finally:
                for field in stamped:
                    _set_default(field, _REAL)


def _fields() -> Iterator[Field[Any, Any]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():  # noqa: SLF001 (Django's name for it)
            if isinstance(field, Field):
                yield field


def _set_default(field: Field[Any, Any], default: Any) -> None:  # noqa: ANN401 (a callable, as Django takes it)
    """The default of a column; Django keeps what it made of the former one."""
    field.default = default
    field.__dict__.pop("_get_default", None)
