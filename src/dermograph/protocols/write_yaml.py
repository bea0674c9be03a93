"""Documents written so that the strict reader reads back what was meant."""

from __future__ import annotations

import decimal
import re

import yaml

from dermograph.protocols.field import Field, Scalar
from dermograph.protocols.strict_yaml import NOT_TEXT

_NOT_TEXT_TAG = "tag:dermograph,2026:not-text"
Plain = Scalar | list["Plain"] | dict[str, "Plain"]


def plain(field: Field) -> Plain:
    """A document as plain values, which can be changed and written again."""
    if field.is_mapping:
        return {key: plain(value) for key, value in field.entries().items()}
    if isinstance(field.node.value, list):
        return [plain(item) for item in field.items()]
    value = field.node.value
    return value if not isinstance(value, dict) else None


def written(document: Plain) -> str:
    """A document as YAML: text stands bare where the strict reader takes it for text, and in quotes elsewhere."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


class _Dumper(yaml.SafeDumper):
    """Knows only what the strict reader takes for something else than text, so that dates stay bare."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own way)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 (PyYAML asks it so)
        return True

    def bare(self, value: bool | float | None) -> yaml.ScalarNode:  # noqa: FBT001 (a value, no switch)
        """A value that is no text, as the strict reader writes it."""
        if isinstance(value, float):
            fixed = format(decimal.Decimal(repr(value)), "f")
            return self.represent_scalar(_NOT_TEXT_TAG, fixed if "." in fixed else f"{fixed}.0")
        return self.represent_scalar(_NOT_TEXT_TAG, "null" if value is None else str(value).lower())


for _first in "-+.~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ":
    _Dumper.yaml_implicit_resolvers[_first] = [(_NOT_TEXT_TAG, NOT_TEXT)]
_Dumper.yaml_implicit_resolvers[""] = [(_NOT_TEXT_TAG, re.compile(r"\Z"))]
for _type in (bool, int, float, type(None)):
    _Dumper.add_representer(_type, _Dumper.bare)
