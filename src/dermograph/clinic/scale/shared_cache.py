"""Django's cache in the database: counts of attempts and used codes that hold over all processes and machines.

Unlike Django's own, it keeps JSON and no pickles, so that whoever writes to the database runs nothing here, and it
counts without losing a step where two count at once.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone


class SharedCache(BaseCache):
    """See the module. Values are what JSON knows; a tuple comes back as a list."""

    def __init__(self, _table: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401 (JSON)
        """The value; the default if there is none or its time is over."""
        found = _rows().filter(_valid(), pk=self._key(key, version)).values_list("value", flat=True).first()
        return default if found is None else json.loads(found)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:  # noqa: ANN401 (JSON, and Django's marker)
        """Keep a value; one of the same key gives way."""
        row = _new(self._key(key, version), value, self._until(timeout))
        _rows().bulk_create([row], update_conflicts=True, unique_fields=["key"], update_fields=["value", "expires_at"])

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:  # noqa: ANN401 (as above)
        """Keep a value if there is none; of several at once one succeeds.

        Returns:
            Whether it was kept.
        """
        row = _new(self._key(key, version), value, self._until(timeout))
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            over = _rows().filter(pk=row.pk, expires_at__lte=timezone.now())
            return bool(over.update(value=row.value, expires_at=row.expires_at))
        return True

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:  # noqa: ANN401 (Django's marker)
        """Give a value more time; whether it was there."""
        found = _rows().filter(_valid(), pk=self._key(key, version))
        return bool(found.update(expires_at=self._until(timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; whether it was there."""
        return bool(_rows().filter(pk=self._key(key, version)).delete()[0])

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count on.

        Raises:
            ValueError: If there is no such value.
        """
        with transaction.atomic():
            row = _rows().select_for_update().filter(_valid(), pk=self._key(key, version)).first()
            if row is None:
                msg = f"{key} is not there"
                raise ValueError(msg)
            new: int = json.loads(row.value) + delta
            _rows().filter(pk=row.pk).update(value=json.dumps(new))
        return new

    def clear(self) -> None:
        """Forget everything."""
        _rows().all().delete()

    def _key(self, key: str, version: int | None) -> str:
        return str(self.make_and_validate_key(key, version=version))

    def _until(self, timeout: Any) -> dt.datetime | None:  # noqa: ANN401 (Django's marker)
        stamp = self.get_backend_timeout(timeout)
        return None if stamp is None else dt.datetime.fromtimestamp(stamp, dt.UTC)


def forget_what_is_over(now: dt.datetime) -> int:
    """Remove the entries whose time is over; how many."""
    return int(_rows().filter(expires_at__lte=now).delete()[0])


def _valid() -> Q:
    return Q(expires_at=None) | Q(expires_at__gt=timezone.now())


def _new(key: str, value: Any, until: dt.datetime | None) -> Any:  # noqa: ANN401 (JSON, a row)
    from dermograph.clinic.scale.models import Shared  # noqa: PLC0415 (the settings name this module before the models)

    return Shared(key=key, value=json.dumps(value), expires_at=until)


def _rows() -> Any:  # noqa: ANN401 (a manager)
    from dermograph.clinic.scale.models import Shared  # noqa: PLC0415 (as above)

    return Shared.objects
