"""One row of a form: its control with its label, help, unit and errors tied to it."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, CheckboxInput, ClearableFileInput, Field, RadioSelect, Select, Textarea, Widget
from django.forms.widgets import CheckboxSelectMultiple, DateInput, NumberInput, TimeInput

from dermograph.core.text import Language, Text

IF_KNOWN = Text("if known", "si se sabe")
OPTIONAL = Text("optional", "opcional")
MISSING = Text("This is still missing.", "Falta este dato.")


def field_parts(bound: BoundField, unit: str, language: Language) -> dict[str, Any]:
    """What a row shows.

    Args:
        bound: A bound field of a Django form.
        unit: Shown inside the field, at its right.
        language: Of the page.
    """
    widget = bound.field.widget
    identity = bound.id_for_label or bound.auto_id or bound.html_name
    described = [f"{identity}_unit"] * bool(unit)
    described += [f"{identity}_help"] * bool(bound.help_text) + [f"{identity}_error"] * bool(bound.errors)
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    choices = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    parts: dict[str, Any] = {
        "field": bound,
        "errors": errors_of(bound, language),
        "id": identity,
        "unit": unit,
        "hidden": bound.is_hidden,
        "described": " ".join(described),
        "optional": "" if bound.field.required or choices else _may_be_empty(widget).say(language),
        "checkbox": isinstance(widget, CheckboxInput),
        "short": isinstance(widget, (NumberInput, DateInput, TimeInput)),
        "wide": isinstance(widget, (Textarea, ClearableFileInput)) and not isinstance(widget, Select),
    }
    if choices:
        identity = bound.auto_id or bound.html_name
        parts["id"], parts["options"] = identity, list(bound)
        parts["described"] = " ".join(part.replace(bound.id_for_label or identity, identity) for part in described)
    else:
        parts["control"] = bound.as_widget(attrs=attrs)
    return parts


def _may_be_empty(widget: Widget) -> Text:
    """Why a field may stay empty: nobody knows every figure, and nobody has to write, choose or add something."""
    return OPTIONAL if isinstance(widget, (Textarea, ClearableFileInput, Select, CheckboxInput)) else IF_KNOWN


def errors_of(bound: BoundField, language: Language) -> list[str]:
    """The messages of a row; where Django only says that a field is required, ours says what to do."""
    found = []
    for error in bound.errors.as_data():
        default = bound.field.error_messages.get("required")
        if error.code == "required" and default == Field.default_error_messages["required"]:
            found.append(MISSING.say(language))
        else:
            found += [str(message) for message in error.messages]
    return found
