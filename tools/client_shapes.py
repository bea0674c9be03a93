"""Writes ``src/dermograph/client/shapes`` from the OpenAPI document, so that the client cannot differ from the API.

``python tools/client_shapes.py`` writes it; ``--check`` says whether it is as it would be written.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "src" / "dermograph" / "client" / "shapes"
HEAD = '''"""What the API answers and takes, as frozen values.

Written by ``tools/client_shapes.py`` from the API's own OpenAPI document; never edited by hand.
"""
'''
FORMATS = {"uuid": "uuid.UUID", "date": "dt.date", "date-time": "dt.datetime"}
TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
WIDTH = 116


def modules(document: dict[str, Any]) -> dict[str, str]:
    """The text of each module by its file name."""
    schemas: dict[str, Any] = document["components"]["schemas"]
    named = {name: one for name, one in schemas.items() if "properties" in one and not name.startswith("Page_")}
    rooms: dict[str, list[tuple[str, Any]]] = {}
    for name, one in _in_order(named):
        rooms.setdefault(_room(name), []).append((name, one))
    found = {f"{room}.py": _module(classes) for room, classes in sorted(rooms.items())}
    lines = [
        f"from dermograph.client.shapes.{room} import {', '.join(sorted(n for n, _ in rooms[room]))}" for room in rooms
    ]
    names = ", ".join(f'"{name}"' for name in sorted(named))
    return {**found, "__init__.py": HEAD + "\n" + "\n".join(sorted(lines)) + f"\n\n__all__ = [{names}]\n"}


def _room(name: str) -> str:
    """The module that a shape stands in: as on the server, but what is sent stands together."""
    from dermograph.clinic.api import shapes, shapes_clinical, shapes_people, shapes_pictures, shapes_places  # noqa: PLC0415 (they need Django's settings)

    for module, room in (
        (shapes_people, "people"),
        (shapes_clinical, "clinical"),
        (shapes_places, "places"),
        (shapes_pictures, "pictures"),
        (shapes, "figures"),
    ):
        kind = vars(module).get(name)
        if kind is not None and kind.__module__ == module.__name__:
            return "given" if issubclass(kind, shapes.Given) else room
    msg = f"no module of shapes has {name}"
    raise LookupError(msg)


def _module(classes: list[tuple[str, Any]]) -> str:
    here = {name for name, _ in classes}
    text = "".join("\n\n" + "\n".join(_class(name, one)) + "\n" for name, one in classes)
    others: dict[str, list[str]] = {}
    for name in sorted(set(re.findall(r"#/components/schemas/(\w+)", str([one for _, one in classes]))) - here):
        others.setdefault(_room(name), []).append(name)
    wanted = [f"from dermograph.client.shapes.{one} import {', '.join(names)}" for one, names in sorted(others.items())]
    imports = [
        line
        for line, sign in (("import datetime as dt", "dt."), ("import uuid", "uuid."))
        if re.search(rf"\b{re.escape(sign)}", text)
    ]
    fields = "dataclass, field" if "field(" in text else "dataclass"
    imports.append(f"from dataclasses import {fields}")
    imports += ["from typing import Any"] if re.search(r"\bAny\b", text) else []
    return (
        HEAD
        + "\nfrom __future__ import annotations\n\n"
        + "\n".join(imports)
        + ("\n\n" + "\n".join(wanted) if wanted else "")
        + "\n"
        + text
    )


def _in_order(named: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each after those that it is made of, so that nothing is named before it is there."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[tuple[str, Any]]:
        if name in done:
            return
        done.add(name)
        for other in re.findall(r"#/components/schemas/(\w+)", str(named[name])):
            if other in named:
                yield from visit(other)
        yield name, named[name]

    for name in sorted(named):
        yield from visit(name)


def _class(name: str, schema: dict[str, Any]) -> Iterator[str]:
    fields: dict[str, Any] = schema["properties"]
    needed = set(schema.get("required", []))
    yield "@dataclass(frozen=True, slots=True, kw_only=True)"
    yield f"class {name}:"
    told = [f"{key}: {one['description']}" for key, one in fields.items() if "description" in one]
    says = _plain(schema.get("description", name))
    if told:
        yield f'    """{says}'
        yield ""
        yield "    Attributes:"
        for line in told:
            yield from _wrapped(_plain(line), "        ", "            ")
        yield '    """'
    else:
        yield f'    """{says}"""'
    yield ""
    for key, one in fields.items():
        kind = _kind(one)
        yield f"    {key}: {kind}{'' if key in needed else _default(one, kind)}"


def _default(schema: dict[str, Any], kind: str) -> str:
    value = schema.get("default")
    if value is None and "None" not in kind:
        return ""
    if isinstance(value, list):
        return " = field(default_factory=list)"
    return f" = {_quoted(value)}"


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    kind = schema.get("type")
    if kind == "null":
        return "None"
    if kind == "array":
        return f"list[{_kind(schema.get('items', {}))}]"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"dict[str, {_kind(values)}]" if isinstance(values, dict) and values else "dict[str, Any]"
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), "str")
    return TYPES.get(str(kind), "Any")


def _plain(words: str) -> str:
    return " ".join(words.replace("`", "").split())


def _wrapped(words: str, first: str, others: str) -> Iterator[str]:
    line = first
    for word in words.split(" "):
        if len(line) + len(word) + 1 > WIDTH and line.strip():
            yield line.rstrip()
            line = others
        line += word + " "
    yield line.rstrip()


def the_document() -> dict[str, Any]:
    """The document of the API as it is."""
    import django  # noqa: PLC0415 (its settings have to be named first)

    django.setup()
    from dermograph.clinic.api.document import document  # noqa: PLC0415 (the same)

    return document()


def formatted(text: str, name: str) -> str:
    """A module as the house formats it."""
    path = str(TARGET / name)
    for command in (["check", "--quiet", "--fix", "--exit-zero"], ["format"]):
        line = [sys.executable, "-m", "ruff", *command, "--stdin-filename", path, "-"]
        text = subprocess.run(line, input=text, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return text


def main() -> int:
    """Write them, or with ``--check`` look at them."""
    with tempfile.TemporaryDirectory(prefix="dermograph-shapes-") as folder:
        os.environ["DERMOGRAPH_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "dermograph.clinic.settings"
        texts = {name: formatted(text, name) for name, text in modules(the_document()).items()}
    if "--check" in sys.argv:
        there = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.py")}
        return 0 if there == texts else 1
    TARGET.mkdir(exist_ok=True)
    for name, text in texts.items():
        (TARGET / name).write_text(text, encoding="utf-8")
    print(f"wrote {len(texts)} modules to {TARGET.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
