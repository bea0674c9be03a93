"""What a web server starts."""

import gc
import os
from typing import Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.urls import reverse
from django.utils.http import parse_header_parameters

#: Young objects, younger collections, middle ones: after so many, the next older objects are gone through too.
_COLLECT_AFTER: Final = (700, 10, 100)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dermograph.clinic.settings")


class Utf8Request(WSGIRequest):
    """A request of which nothing is read in another charset than UTF-8, whatever its ``Content-Type`` says.

    Django reads the parameters of an address in that charset too, while the request is made and before anybody can
    refuse it: it fails for ``rot13``, and with ``utf-16`` a search asks for other names, or for everybody. An address
    is UTF-8 (RFC 3986, 2.5); what is not is refused by ``charset.OnlyUtf8``, and so is what cannot be read at all.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:  # a parameter that is said to be encoded (RFC 2231) and is not
            self.content_type, self.content_params = "", {"charset": "?"}


def settle() -> None:
    """Load what every request needs, and have the collector of cycles pass over it from now on.

    A full collection stops all requests of the process. What the site itself consists of is never garbage and takes
    most of that time, about a fifth of a second; without it, one takes some hundredths.
    """
    reverse("healthy")  # all addresses are loaded for it, and with them all pages
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


application = get_wsgi_application()
application.request_class = Utf8Request
settle()
