"""Where no mail is configured: nothing is sent, and the log holds neither an address nor a link."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

NAME = "dermograph.clinic.overview.no_mail.NoMail"
_LOG = logging.getLogger(__name__)


class NoMail(BaseEmailBackend):
    """Drops every message and logs one line without anything of it."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Log that mail is not configured.

        Returns:
            0, the number of messages that were sent.
        """
        if email_messages:
            _LOG.warning("No mail was sent: DERMOGRAPH_EMAIL_BACKEND is not set.")
        return 0


def mail_is_configured() -> bool:
    """Whether messages leave the server."""
    return bool(settings.EMAIL_BACKEND != NAME)
