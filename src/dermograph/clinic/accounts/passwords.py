"""The rules of a password, in plain words: long enough, not a common one, and more than one's own name."""

from __future__ import annotations

import re
import unicodedata

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.people.models import User
from dermograph.core.text import Text

SHORTEST, SHORTEST_PART = 10, 3
RULES = (
    Text("At least 10 characters; a few words in a row are good.", "Al menos 10 caracteres; unas palabras sirven."),
    Text("None of the common passwords.", "Ninguna de las contraseñas habituales."),
    Text(
        "At least 10 characters without your own name and address.",
        "Al menos 10 caracteres sin contar su nombre ni su correo.",
    ),
)


class LongEnough(password_validation.MinimumLengthValidator):
    """At least so many characters."""

    def get_error_message(self) -> str:
        """What people read."""
        text = Text("Too short: at least {n} characters.", "Demasiado corta: al menos {n} caracteres.")
        return text.format(n=self.min_length).say(current_language())

    def get_help_text(self) -> str:
        """The rule."""
        return RULES[0].say(current_language())


class NotCommon(password_validation.CommonPasswordValidator):
    """None of the twenty thousand that are tried first."""

    def get_error_message(self) -> str:
        """What people read."""
        return Text(
            "This is one of the passwords that are tried first. Choose another.",
            "Es una de las contraseñas que se prueban primero. Elija otra.",
        ).say(current_language())

    def get_help_text(self) -> str:
        """The rule."""
        return RULES[1].say(current_language())


class NotOnlyOneself:
    """What is left without one's own name and address is still long enough."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Check a password.

        Raises:
            ValidationError: If too little is left.
        """
        if user is None:
            return
        left = _bare(password)
        own = _bare(f"{user.name} {user.email}")
        parts = {part for part in re.split(r"[\W_]+", own) if len(part) >= SHORTEST_PART}
        for part in sorted(parts, key=len, reverse=True):
            left = left.replace(part, "")
        if len(left) < min(SHORTEST, len(_bare(password))):
            text = Text(
                "Too much of it is your own name or address.", "Se parece demasiado a su propio nombre o correo."
            )
            raise ValidationError(text.say(current_language()), code="password_too_similar")

    def get_help_text(self) -> str:
        """The rule."""
        return RULES[2].say(current_language())


def _bare(text: str) -> str:
    """Lower case, without accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
