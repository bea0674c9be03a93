"""What an upload may weigh: it is stopped while it arrives, not when it is there."""

from __future__ import annotations

import errno
import tempfile
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers, StopUpload

#: Photographs of the largest size that one form may hold; what is more is sent in further forms.
AT_ONCE = 6
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class LimitedUpload(FileUploadHandler):
    """Keeps an upload in a file without a name, so that not even a power cut leaves a photograph behind in plain.

    A view reads from the request why files are missing: ``too_large`` if one is larger than a photograph may be or all
    of them are more than fits into one form, ``disk_full`` if they could not be kept.
    """

    def __init__(self, request: Any = None) -> None:  # noqa: ANN401 (Django's signature)
        super().__init__(request)
        self.of_all = 0
        self.of_this = 0
        self._kept: IO[bytes] | None = None

    def new_file(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's signature)
        """Begin a file.

        Raises:
            StopUpload: If whoever sends it neither works in a clinic nor is its patient, or the disk is full.
            StopFutureHandlers: Always else: nobody after this one keeps it.
        """
        super().new_file(*args, **options)  # type: ignore[no-untyped-call, unused-ignore]  # typed in some releases of the stubs only
        if getattr(self.request, "membership", self) is None and getattr(self.request, "patient", None) is None:
            raise StopUpload(connection_reset=False)
        self.of_this = 0
        try:
            self._kept = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 (outlives this)
        except OSError as error:
            self._give_up(error)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 (Django's signature)
        """Count, and keep.

        Raises:
            StopUpload: Beyond ``LARGEST_PHOTOGRAPH_MB``, or if the disk is full; the form then sees no file.
        """
        self.of_all += len(raw_data)
        self.of_this += len(raw_data)
        most = settings.LARGEST_PHOTOGRAPH_MB * 1_000_000
        if self.of_this > most or self.of_all > AT_ONCE * most:
            self.request.too_large = True  # type: ignore[union-attr]  # an upload has a request
            self._close()
            raise StopUpload(connection_reset=False)
        try:
            assert self._kept is not None  # noqa: S101 (new_file comes first)
            self._kept.write(raw_data)
        except OSError as error:
            self._give_up(error)

    def file_complete(self, file_size: int) -> UploadedFile[bytes]:
        """The file, at its beginning."""
        assert self._kept is not None  # noqa: S101 (new_file comes first)
        self._kept.seek(0)
        kept, self._kept = self._kept, None
        return UploadedFile(
            file=kept,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        """Let go of what was kept."""
        self._close()

    def _give_up(self, error: OSError) -> None:
        self._close()
        if error.errno not in _FULL:
            raise error
        self.request.disk_full = True  # type: ignore[union-attr]  # an upload has a request
        raise StopUpload(connection_reset=False) from error

    def _close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None
