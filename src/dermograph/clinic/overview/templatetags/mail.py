"""Whether mail leaves the server, for pages that promise it: ``{% mail_is_configured as sends %}``."""

from __future__ import annotations

from django import template

from dermograph.clinic.overview.no_mail import mail_is_configured

register = template.Library()
register.simple_tag(mail_is_configured)
