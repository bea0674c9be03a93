"""Files as one ZIP while they are made: no clock in it, nothing on a disk, never a whole file in memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

from dermograph.clinic.research.exporting import File
from dermograph.clinic.research.sink import Sink

_NO_DAY: Final = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP knows: the same files are the same bytes
_OWNER: Final = 0o600


def zip_pieces(files: Iterable[File]) -> Iterator[bytes]:
    """A ZIP of files in pieces; Parquet is stored as it is, everything else deflated."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w") as whole:
        for name, pieces in files:
            info = zipfile.ZipInfo(name, _NO_DAY)
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".parquet") else zipfile.ZIP_DEFLATED
            info.external_attr = _OWNER << 16
            with whole.open(info, "w", force_zip64=True) as entry:  # how large it gets is not known before
                for piece in pieces:
                    entry.write(piece)
                    yield sink.taken()
    yield sink.taken()
