"""The words of consents: files that come with Dermograph, installed as rows of a clinic, and never changed there."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from dermograph.clinic.intake.models import ConsentText
from dermograph.clinic.intake.purposes import PURPOSES
from dermograph.clinic.people.models import Clinic
from dermograph.core.errors import InputError, Place
from dermograph.core.text import LANGUAGES, Language, Text
from dermograph.protocols.field import Field
from dermograph.protocols.strict_yaml import parse, read_file

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Wording:
    """One file: the words for one treatment in one language.

    Attributes:
        purposes: Each ``{"id", "label", "needed", "withdrawal"}``; the last says what taking it back does.
    """

    treatment: str
    language: Language
    version: str
    valid_from: dt.date
    title: str
    body: str
    purposes: tuple[dict[str, Any], ...]

    @property
    def sha256(self) -> str:
        """Of title, body and purposes, hexadecimal."""
        return digest(self.title, self.body, list(self.purposes))


def digest(title: str, body: str, purposes: list[dict[str, Any]]) -> str:
    """SHA-256 of the words that are signed, hexadecimal."""
    said = {"title": title, "body": body, "purposes": purposes}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_intact(text: ConsentText) -> bool:
    """Whether its words are still those of its hash."""
    return text.sha256 == digest(text.title, text.body, text.purposes)


@functools.cache
def wordings() -> tuple[Wording, ...]:
    """All files, in both languages.

    Raises:
        InputError: If one cannot be read.
    """
    return tuple(
        wording for path in sorted(TEXTS.glob("*.yaml")) for wording in read_wordings(parse(read_file(path), path.name))
    )


def read_wordings(root: Field) -> list[Wording]:
    """One file in every language.

    Raises:
        InputError: At the first thing in it that is wrong.
    """
    entries = root.mapping(("schema", "treatment", "version", "valid_from", "title", "purposes", "body"))
    entries["schema"].choice(("dermograph.consent/1",))
    title, body = entries["title"].text(), entries["body"].mapping(LANGUAGES)
    purposes = [_purpose(item) for item in entries["purposes"].items()]
    if [one["id"] for one in purposes] != [name for name in PURPOSES if name in {one["id"] for one in purposes}]:
        raise entries["purposes"].error(Text("The purposes are out of order.", "Los fines están desordenados."))
    return [
        Wording(
            treatment=entries["treatment"].string(),
            language=language,
            version=entries["version"].string(),
            valid_from=entries["valid_from"].day(),
            title=title.say(language),
            body=body[language].string().strip(),
            purposes=tuple(
                {
                    "id": one["id"],
                    "label": one["label"].say(language),
                    "needed": one["needed"],
                    "withdrawal": one["withdrawal"].say(language),
                }
                for one in purposes
            ),
        )
        for language in LANGUAGES
    ]


def install_texts(clinic: Clinic) -> int:
    """Give a clinic the texts that it does not have yet.

    Returns:
        How many were added.

    Raises:
        InputError: If a text has other words than the row of the same version: words that were signed never change.
    """
    added = 0
    with transaction.atomic():
        there = {
            (text.treatment, text.language, text.version): text for text in ConsentText.objects.filter(clinic=clinic)
        }
        for one in wordings():
            before = there.get((one.treatment, one.language, one.version))
            if before is None:
                _text, is_new = ConsentText.objects.get_or_create(
                    clinic=clinic,
                    treatment=one.treatment,
                    language=one.language,
                    version=one.version,
                    defaults={
                        "title": one.title,
                        "body": one.body,
                        "purposes": list(one.purposes),
                        "sha256": one.sha256,
                        "valid_from": one.valid_from,
                    },
                )
                added += is_new
            elif before.sha256 != one.sha256:
                raise InputError(
                    Text(
                        f"The consent text {one.treatment} {one.version} has other words than before.",
                        f"El consentimiento {one.treatment} {one.version} tiene otras palabras que antes.",
                    ),
                    Place(file=f"{one.treatment}.yaml"),
                    Text("Give the new words a new version.", "Dé a las palabras nuevas otra versión."),
                )
    return added


def blocks(body: str) -> list[tuple[str, list[str]]]:
    """The body in blocks: ``heading``, ``list`` (its items) or ``paragraph``, in order."""
    found: list[tuple[str, list[str]]] = []
    for part in body.split("\n\n"):
        lines = [line.strip() for line in part.strip().splitlines() if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            found.append(("heading", [lines[0][3:]]))
            lines = lines[1:]
        if lines and lines[0].startswith("- "):
            items: list[str] = []
            for line in lines:
                if line.startswith("- "):
                    items.append(line[2:])
                else:
                    items[-1] += f" {line}"
            found.append(("list", items))
        elif lines:
            found.append(("paragraph", [" ".join(lines)]))
    return found


def _purpose(item: Field) -> dict[str, Any]:
    entries = item.mapping(("id", "needed", "label", "withdrawal"))
    return {
        "id": entries["id"].choice(PURPOSES),
        "needed": entries["needed"].boolean(),
        "label": entries["label"].text(),
        "withdrawal": entries["withdrawal"].text(),
    }
