"""Photographs with findings, and an archive that answers as a test wants."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pydicom
from pynetdicom import AE, evt

from dermograph.clinic.gallery.models import Photograph
from dermograph.exchange.dicom.image import VL_PHOTOGRAPHIC_IMAGE
from dermograph.exchange.dicom.structure import EXPLICIT, JPEG_BASELINE

VERIFICATION: Final = "1.2.840.10008.1.1"
FINDINGS: Final[dict[str, Any]] = {
    "taken_at": "2026-03-02T10:00:00",
    "card": {
        "found": True,
        "layout": "a6",
        "version": 1,
        "serial": 7,
        "tilt_deg": {"value": 3.5, "u": 0.5},
        "mm_per_px": {"value": 0.0512, "u": 0.0002},
    },
    "colour": {"calibrated": True, "references": "nominal", "residual_delta_e00": 0.8},
    "quality": [],
}


def found_in(photograph: Photograph, **findings: Any) -> Photograph:  # noqa: ANN401 (JSON)
    """The same as if the runner had found a card in it."""
    Photograph.objects.filter(pk=photograph.pk).update(stage="done", usable=True, findings={**FINDINGS, **findings})
    photograph.refresh_from_db()
    return photograph


def read(data: bytes) -> pydicom.Dataset:
    """A DICOM file."""
    return pydicom.dcmread(io.BytesIO(data))


@contextmanager
def archive(status: int | list[int] = 0x0000) -> Iterator[tuple[str, list[pydicom.Dataset]]]:
    """An archive on loopback that gives one status, or one after the other: its address, and what it was sent."""
    entity, taken = AE(ae_title="JUDGE"), []
    entity.add_supported_context(VERIFICATION)
    entity.add_supported_context(VL_PHOTOGRAPHIC_IMAGE, [EXPLICIT, JPEG_BASELINE])

    def take(event: evt.Event) -> int:
        taken.append(event.dataset)
        return status.pop(0) if isinstance(status, list) else status

    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, take)])
    assert server is not None
    try:
        yield f"aurora=dicom://JUDGE@127.0.0.1:{server.server_address[1]}", taken
    finally:
        server.shutdown()
        server.server_close()
