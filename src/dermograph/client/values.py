"""JSON into frozen values and back, by the types that their classes name."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import types
import typing
import uuid
from typing import Any, TypeVar, Union, cast

Value = TypeVar("Value")


def read(kind: type[Value], data: Any) -> Value:  # noqa: ANN401 (JSON)
    """A value of a class of ``shapes``.

    What a newer server says besides is passed over: a client goes on working.

    Raises:
        ValueError: If something that the class names is missing or of another kind.
    """
    if not isinstance(data, dict):
        msg = f"no {kind.__name__} in the answer"
        raise ValueError(msg)  # noqa: TRY004 (what came over the wire, not what a program handed over)
    hints = _hints(cast("Any", kind))
    given = {name: _read(hint, data[name]) for name, hint in hints.items() if name in data}
    try:
        return kind(**given)
    except TypeError as error:
        msg = f"no whole {kind.__name__} in the answer: {error}"
        raise ValueError(msg) from None


def write(value: Any) -> Any:  # noqa: ANN401 (of ``shapes``, into JSON)
    """A value as JSON; what is None is left out, which the API takes as the same."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
        return {name: write(one) for name, one in fields.items() if one is not None}
    if isinstance(value, list | tuple):
        return [write(one) for one in value]
    if isinstance(value, dict):
        return {name: write(one) for name, one in value.items()}
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            msg = "an instant needs its time zone"
            raise ValueError(msg)
        return value.isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, uuid.UUID) else value


@functools.cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401 (a class)
    return typing.get_type_hints(kind)


def _read(hint: Any, data: Any) -> Any:  # noqa: ANN401 (a type and JSON)
    origin = typing.get_origin(hint)
    if hint is Any or origin is dict:
        return data
    if origin in (Union, types.UnionType):
        kinds = [one for one in typing.get_args(hint) if one is not type(None)]
        if data is None or len(kinds) != 1:
            return data
        return _read(kinds[0], data)
    if origin is list:
        (inner,) = typing.get_args(hint)
        return [_read(inner, one) for one in data]
    if dataclasses.is_dataclass(hint):
        return read(hint, data)  # type: ignore[arg-type]  # is_dataclass is also true of a value, which a hint is not
    if hint is uuid.UUID:
        return uuid.UUID(data)
    if hint is dt.datetime:
        return dt.datetime.fromisoformat(data)
    if hint is dt.date:
        return dt.date.fromisoformat(data)
    return float(data) if hint is float and isinstance(data, int) else data
