"""What a web server starts."""

import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dermograph.clinic.settings")


class Utf8Request(WSGIRequest):
    """A request of which nothing is read in another charset than UTF-8, whatever its ``Content-Type`` says.

    Django reads the parameters of an address in that charset too, while the request is made and before anybody can
    refuse it: it fails for ``rot13``, and with ``utf-16`` a search asks for other names, or for everybody. An address
    is UTF-8 (RFC 3986, 2.5); what is not is refused by ``charset.OnlyUtf8``.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


application = get_wsgi_application()
application.request_class = Utf8Request
