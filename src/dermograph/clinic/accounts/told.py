"""What a person is told by mail about their account, where mail is configured."""

from __future__ import annotations

import logging

from django.core.mail import send_mail

from dermograph.clinic.overview.no_mail import mail_is_configured
from dermograph.clinic.people.models import User
from dermograph.core.text import Text

LOG = logging.getLogger("dermograph.clinic")
NOT_YOU = Text(
    "If it was not you, tell the administrator of the clinic at once.",
    "Si no fue usted, avise enseguida a la administración de la clínica.",
)


def tell_factor_added(user: User) -> None:
    """Somebody who has the password has set up another way in: the owner should know."""
    said = Text("A second factor was added to your account.", "Se ha añadido un segundo factor a su cuenta.")
    _tell(user, said, NOT_YOU)


def tell_factor_removed(user: User) -> None:
    """A way in was taken away."""
    said = Text("A second factor was removed from your account.", "Se ha quitado un segundo factor de su cuenta.")
    _tell(user, said, NOT_YOU)


def tell_factors_reset(user: User, by: str) -> None:
    """An administrator has removed everything.

    Args:
        user: Who is told.
        by: The administrator's name.
    """
    said = Text(
        "The second factors of your account were removed by {name}.",
        "{name} ha quitado los segundos factores de su cuenta.",
    ).format(name=by)
    todo = Text(
        "You were signed out everywhere. After your next sign-in you set up a new one yourself.",
        "Se han cerrado todas sus sesiones. Al entrar de nuevo configurará uno por su cuenta.",
    )
    _tell(user, said, todo, NOT_YOU)


def _tell(user: User, *said: Text) -> None:
    """Send it in the person's language; a mail server that fails does not undo what was done."""
    if not mail_is_configured():
        return
    language = "en" if user.language == "en" else "es"
    subject = Text("Your Dermograph account", "Su cuenta de Dermograph")
    body = "\n\n".join(text.en if language == "en" else text.es for text in said)
    try:
        send_mail(subject.en if language == "en" else subject.es, f"{body}\n", None, [user.email])
    except OSError:
        LOG.exception("a message about an account could not be sent")
