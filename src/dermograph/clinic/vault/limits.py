"""What an upload may weigh: it is stopped while it arrives, not when it is there."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class LimitedUpload(FileUploadHandler):
    """Stops an upload that is larger than a photograph may be."""

    def __init__(self, request: object = None) -> None:
        super().__init__(request)  # type: ignore[arg-type]
        self.so_far = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 (Django's signature)
        """Count, and hand on.

        Raises:
            StopUpload: Beyond ``LARGEST_PHOTOGRAPH_MB``; the connection is reset, the form sees no file.
        """
        self.so_far += len(raw_data)
        if self.so_far > settings.LARGEST_PHOTOGRAPH_MB * 1_000_000:
            self.request.too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 (Django's signature)
        """Nothing: the handler after this one keeps the file."""
        return
