"""Uploads are stopped while they arrive, and never lie on the disk in plain under a name."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from dermograph.clinic.vault import limits
from dermograph.clinic.vault.limits import LimitedUpload


class Endless:
    """A body that is sent while it is made up: so much of it is asked for, and no more is there."""

    def __init__(self, head: bytes, size: int, tail: bytes) -> None:
        self.head, self.left, self.tail = head, size, tail
        self.given = 0

    def read(self, size: int | None = None) -> bytes:
        if self.head:
            head, self.head = self.head, b""
            return head
        if self.left:
            now = min(self.left, max(size or 0, 1 << 16))
            self.left -= now
            self.given += now
            return bytes(now)
        tail, self.tail = self.tail, b""
        return tail


def parsed(request: HttpRequest, size: int) -> tuple[Any, Any, Endless]:
    head = (
        b'--B\r\nContent-Disposition: form-data; name="note"\r\n\r\nkept\r\n'
        b'--B\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    tail = b"\r\n--B--\r\n"
    body = Endless(head, size, tail)
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=B", "CONTENT_LENGTH": str(len(head) + size + len(tail))}
    post, files = MultiPartParser(meta, cast("Any", body), [LimitedUpload(request)]).parse()
    return post, files, body


def test_an_upload_of_two_hundred_megabytes_is_refused_while_it_streams(settings: Settings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.LARGEST_PHOTOGRAPH_MB = 60
    request = RequestFactory().post("/")
    post, files, body = parsed(request, 200_000_000)
    assert request.too_large is True  # type: ignore[attr-defined]  # what the handler or the middleware puts there
    assert not files
    assert post["note"] == "kept"
    assert body.given == 200_000_000  # read to its end, so that the browser hears the answer
    assert list(tmp_path.iterdir()) == []


def test_a_small_upload_lies_in_a_file_without_a_name(settings: Settings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    _, files, _ = parsed(RequestFactory().post("/"), 3_000_000)
    file = files["files"]
    assert file.size == 3_000_000
    assert file.read() == bytes(3_000_000)
    assert list(tmp_path.iterdir()) == []
    file.close()


def test_several_files_together_are_limited_too(settings: Settings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.LARGEST_PHOTOGRAPH_MB = 1
    request = RequestFactory().post("/")
    handler = LimitedUpload(request)
    for _ in range(limits.AT_ONCE):
        with pytest.raises(Exception):  # noqa: B017, PT011 (how Django is told that no other handler is needed)
            handler.new_file("files", "a.jpg", "image/jpeg", None)
        handler.receive_data_chunk(bytes(1_000_000), 0)
        handler.file_complete(1_000_000).close()
    with pytest.raises(Exception):  # noqa: B017, PT011 (whatever the handler raises)
        handler.new_file("files", "a.jpg", "image/jpeg", None)
    with pytest.raises(StopUpload):
        handler.receive_data_chunk(b"x", 0)


def test_a_disk_that_is_full_during_the_upload_is_told_and_not_a_crash(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path

    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    request = RequestFactory().post("/")
    _, files, _ = parsed(request, 100_000)
    assert request.disk_full is True  # type: ignore[attr-defined]  # what the handler or the middleware puts there
    assert not files


def test_files_of_somebody_without_a_place_in_a_clinic_are_not_even_read(settings: Settings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    request = RequestFactory().post("/")
    request.membership = None  # type: ignore[attr-defined]  # what the handler or the middleware puts there
    post, files, _ = parsed(request, 5_000_000)
    assert not files
    assert post["note"] == "kept"
