"""Sending to a real archive and reading back: pixels come back as they went, and errors come in words."""

import dataclasses
import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE, evt

from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES, Language
from dermograph.exchange.dicom import archive, web, web_request
from dermograph.exchange.dicom.archive import Archive, ArchiveError
from dermograph.exchange.dicom.association import ArchiveAwayError
from dermograph.exchange.dicom.image import VL_PHOTOGRAPHIC_IMAGE, image_file
from dermograph.exchange.dicom.read import read
from dermograph.exchange.dicom.report import ENHANCED_SR, report_file
from dermograph.exchange.dicom.structure import EXPLICIT, JPEG_BASELINE
from dermograph.exchange.dicom.uids import derived_uid
from dermograph.exchange.dicom.values import Photograph
from dermograph.exchange.dicom.web import WebArchive
from tests.exchange.dicom import examples
from tests.exchange.dicom.judging import WEB_PLUGIN, Orthanc

pytestmark = pytest.mark.xdist_group("orthanc")

Values = dict[str, object]


def sent(study: str) -> dict[str, bytes]:
    """A JPEG, a plain picture and a report in a study of their own, by UID."""
    of_study = dataclasses.replace(examples.STUDY, uid=derived_uid("study", study))

    def named(one: Photograph) -> Photograph:
        series = dataclasses.replace(one.series, uid=derived_uid("series", study), study=of_study)
        return dataclasses.replace(one, uid=derived_uid(one.uid, study), series=series)

    photographs = [named(examples.full(pixels)) for pixels in (examples.jpeg(), examples.plain())]
    found = {one.uid: image_file(one) for one in photographs}
    series = dataclasses.replace(examples.report().series, uid=derived_uid("sr", study), study=of_study)
    measures = dataclasses.replace(examples.report(), uid=derived_uid("report", study), series=series)
    return found | {measures.uid: report_file(measures)}


def by_uid(files: tuple[bytes, ...]) -> Values:
    """What came back, read."""
    return {found.value.uid: found.value for found in (read(data, "returned") for data in files)}


def test_an_archive_that_knows_us_answers(running: Orthanc) -> None:
    archive.echo(running.dimse)
    with pytest.raises(ArchiveError, match="does not accept us"):
        archive.echo(dataclasses.replace(running.dimse, title="ANOTHER"))


def test_what_is_stored_by_c_store_comes_back_by_c_get_equal_in_every_value_and_pixel(running: Orthanc) -> None:
    files = sent("dimse")
    stored = archive.store(running.dimse, tuple(files.values()))
    assert [one.uid for one in stored] == list(files)
    assert not any(one.warning for one in stored)
    returned = archive.fetch(running.dimse, derived_uid("study", "dimse"))
    assert by_uid(returned) == by_uid(tuple(files.values()))


@pytest.mark.skipif(not WEB_PLUGIN.exists(), reason="Debian orthanc-dicomweb is not installed")
def test_what_is_stored_by_stow_comes_back_by_wado_equal_in_every_value_and_pixel(running: Orthanc) -> None:
    files = sent("web")
    stored = web.store(running.web, tuple(files.values()))
    assert {one.uid for one in stored} == set(files)
    returned = web.fetch(running.web, derived_uid("study", "web"))
    assert by_uid(returned) == by_uid(tuple(files.values()))


def test_the_archive_keeps_the_pixel_bytes_as_they_were_sent(running: Orthanc) -> None:
    files = sent("bytes")
    archive.store(running.dimse, tuple(files.values()))
    for uid, data in files.items():
        value = read(data, "sent").value
        if not isinstance(value, Photograph):
            continue
        listed = json.loads(running.get("/instances?expand"))
        place = next(one["ID"] for one in listed if one["MainDicomTags"]["SOPInstanceUID"] == uid)
        part = "1" if value.pixels.encoding == "jpeg" else "0"
        assert running.get(f"/instances/{place}/content/7fe0-0010/{part}").startswith(value.pixels.data)


def test_an_archive_without_the_study_sends_nothing(running: Orthanc) -> None:
    assert archive.fetch(running.dimse, "2.25.404") == ()
    assert web.fetch(running.web, "2.25.404") == ()


def test_nothing_to_send_asks_nothing() -> None:
    nowhere = Archive("127.0.0.1", 9, timeout_s=1)
    assert archive.store(nowhere, ()) == ()
    assert web.store(WebArchive("http://127.0.0.1:9"), ()) == ()


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_archive_that_is_not_there_is_told_in_both_languages(language: str) -> None:
    expected = {"en": "cannot be reached", "es": "No se puede contactar"}[language]
    port = closed_port()
    for ask in (
        lambda: archive.echo(Archive("127.0.0.1", port, timeout_s=2)),
        lambda: web.fetch(WebArchive(f"http://127.0.0.1:{port}/dicom-web", timeout_s=2), "2.25.1"),
    ):
        with pytest.raises(ArchiveError) as caught:
            ask()
        assert expected in caught.value.say("es" if language == "es" else "en")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        pytest.param(Archive("127.0.0.1", 0), "port", id="port 0"),
        pytest.param(Archive("127.0.0.1", 65_536), "port", id="port 65536"),
        pytest.param(Archive("127.0.0.1", 104, title=""), "title", id="no title"),
        pytest.param(Archive("127.0.0.1", 104, title="X" * 17), "title", id="long title"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_before_anything_is_sent(wrong: Archive, field: str) -> None:
    with pytest.raises(InputError) as caught:
        archive.echo(wrong)
    assert caught.value.place.field == field


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "file:///etc/passwd", "127.0.0.1", "http://", "http://["])
def test_only_web_addresses_are_asked(url: str) -> None:
    with pytest.raises(InputError, match="is not a web address"):
        web.fetch(WebArchive(url), "2.25.1")


def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> tuple[HTTPServer, str]:
    """A server on loopback that gives one kind of answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        pytest.param(401, b"", "answered 401", id="401"),
        pytest.param(302, b"", "answered 302", id="redirect"),
        pytest.param(500, b"", "answered 500", id="500"),
        pytest.param(200, b"<html>", "not DICOMweb", id="a page"),
        pytest.param(200, b"[" * 100_000, "not DICOMweb", id="deep JSON"),
        pytest.param(200, b'{"00081199": 5}', r"took 0 of 1", id="odd JSON"),
        pytest.param(
            409, b'{"00081198": {"Value": [{"00081197": {"Value": [43264]}}]}}', "took 0 of 1 .*A900", id="409"
        ),
    ],
)
def test_a_web_archive_that_does_not_take_an_object_is_told_in_words(status: int, body: bytes, expected: str) -> None:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(status)
        asked.send_header("Location", "http://127.0.0.1:1/elsewhere")
        asked.end_headers()
        asked.wfile.write(body)

    server, url = answering(answer)
    try:
        with pytest.raises(ArchiveError, match=expected):
            web.store(WebArchive(url, timeout_s=5), (image_file(examples.full(examples.jpeg())),))
    finally:
        server.shutdown()
        server.server_close()


def taken(*uids: str, warning: str = "45063") -> bytes:
    """An answer of STOW-RS that says what was taken."""
    items = [{"00081155": {"Value": [uid]}, "00081196": {"Value": [warning]}} for uid in uids]
    return json.dumps({"00081199": {"Value": items}}).encode()


OWN = examples.full(examples.jpeg())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(taken(OWN.uid), "B007", id="ours"),
        pytest.param(taken("2.25.1", OWN.uid, OWN.uid), "B007", id="ours among others"),
        pytest.param(taken(OWN.uid, warning="9" * 5_000), "9…", id="long code"),
        pytest.param(taken(OWN.uid, warning="٣"), "٣", id="other digits"),
        pytest.param(taken("2.25.1"), None, id="another"),
        pytest.param(taken(OWN.uid + "1"), None, id="longer"),
        pytest.param(taken(), None, id="none"),
    ],
)
def test_an_archive_is_believed_only_about_what_was_sent(body: bytes, expected: str | None) -> None:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.end_headers()
        asked.wfile.write(body)

    server, url = answering(answer)
    to = WebArchive(url, timeout_s=5)
    try:
        if expected is None:
            with pytest.raises(ArchiveError, match="took 0 of 1"):
                web.store(to, (image_file(OWN),))
            return
        (stored,) = web.store(to, (image_file(OWN),))
    finally:
        server.shutdown()
        server.server_close()
    assert stored.uid == OWN.uid
    assert expected in stored.warning
    assert len(stored.warning) < 200


@pytest.mark.parametrize(("size", "is_taken"), [(99, True), (100, True), (101, False)])
def test_an_answer_is_taken_up_to_its_bound(size: int, is_taken: bool) -> None:  # noqa: FBT001 (a table)
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.end_headers()
        asked.wfile.write(bytes(size))

    server, url = answering(answer)
    try:
        if is_taken:
            assert len(web_request.asked(WebArchive(url, timeout_s=5), "x", {}, most=100)[0]) == size
        else:
            with pytest.raises(ArchiveError, match="larger than is taken"):
                web_request.asked(WebArchive(url, timeout_s=5), "x", {}, most=100)
    finally:
        server.shutdown()
        server.server_close()


def objects_of(sizes: list[int]) -> Callable[[BaseHTTPRequestHandler], None]:
    """An archive with a study of so many objects, each an answer of so many bytes."""

    def answer(asked: BaseHTTPRequestHandler) -> None:
        number = asked.path.rpartition("/instances/2.25.")[2]
        listed = [
            {"0020000E": {"Value": ["2.25.9"]}, "00080018": {"Value": [f"2.25.{one}"]}} for one in range(len(sizes))
        ]
        is_list = asked.path.endswith("/instances")
        asked.send_response(200)
        asked.send_header("Content-Type", "application/dicom")
        asked.end_headers()
        asked.wfile.write(json.dumps(listed).encode() if is_list else bytes(sizes[int(number)]))

    return answer


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param([100, 100, 50], None, id="at the study's bound"),
        pytest.param([100, 100, 51], ("more than 2000 MB", "más de 2000 MB"), id="above the study's bound"),
        pytest.param([100], None, id="at the object's bound"),
        pytest.param([101], ("larger than is taken", "mayor de lo que se admite"), id="above the object's bound"),
    ],
)
def test_a_study_has_a_bound_of_its_own_beside_that_of_an_object(
    sizes: list[int], expected: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "_LARGEST", 100)
    monkeypatch.setattr(web, "LARGEST_STUDY_MB", 250 / 2**20)
    server, url = answering(objects_of(sizes))
    to = WebArchive(url, timeout_s=5)
    try:
        if expected is None:
            assert [len(one) for one in web.fetch(to, "2.25.1")] == sizes
            return
        with pytest.raises(ArchiveError) as caught:
            web.fetch(to, "2.25.1")
    finally:
        server.shutdown()
        server.server_close()
    assert all(words in caught.value.say(language) for words, language in zip(expected, LANGUAGES, strict=True))


def test_a_study_of_sixty_photographs_of_a_camera_is_within_its_bound() -> None:
    assert archive.LARGEST_STUDY_MB > 60 * 8


@pytest.mark.parametrize(
    ("begins", "piece"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"[", id="body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: ", b"x", id="header"),
        pytest.param(b"", b"HTTP/1.1 100 Continue\r\n\r\n", id="go on"),
    ],
)
def test_an_answer_that_never_ends_is_given_up(begins: bytes, piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_request, "_MOST_TIMEOUTS", 0.2)
    stop = threading.Event()

    def trickle(asked: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            asked.wfile.write(begins)
            while not stop.wait(0.02):
                asked.wfile.write(piece)

    server, url = answering(trickle)
    began = time.monotonic()
    try:
        with pytest.raises(ArchiveAwayError):
            web.store(WebArchive(url, timeout_s=1), (image_file(OWN),))
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
    assert time.monotonic() - began < 5


def test_a_peer_that_speaks_no_dicom_is_told_in_words() -> None:
    server, _ = answering(lambda asked: asked.send_error(400))
    try:
        with pytest.raises(ArchiveError):
            archive.echo(Archive("127.0.0.1", server.server_port, timeout_s=2))
    finally:
        server.shutdown()
        server.server_close()


def test_a_file_that_is_not_whole_is_not_sent() -> None:
    data = image_file(examples.full(examples.jpeg()))[:-20]
    with pytest.raises(InputError, match="cut short"):
        archive.store(Archive("127.0.0.1", 9), (data,))
    with pytest.raises(InputError, match="cut short"):
        web.store(WebArchive("http://127.0.0.1:9"), (data,))


# ── What an archive may answer ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def answering_archive(status: int, *classes: str) -> Iterator[Archive]:
    """An archive on loopback that takes some classes and gives every object one status."""
    entity = AE(ae_title="JUDGE")
    for sop_class in classes:
        entity.add_supported_context(sop_class, [EXPLICIT, JPEG_BASELINE])
    handlers: list[evt.EventHandlerType] = [(evt.EVT_C_STORE, lambda _: status)]
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    assert server is not None
    try:
        yield Archive("127.0.0.1", server.server_address[1], "JUDGE", timeout_s=5)
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("status", "en", "es"),
    [
        pytest.param(0xA700, "has no room", "no tiene espacio", id="A700"),
        pytest.param(0x0122, "does not take this kind", "no admite este tipo", id="0122"),
        pytest.param(0xC123, "does not understand", "no lo entiende", id="C123"),
        pytest.param(0x0124, "status 0124", "estado 0124", id="0124"),
    ],
)
def test_a_refusal_is_told_by_its_meaning_in_both_languages(status: int, en: str, es: str, language: Language) -> None:
    with answering_archive(status, VL_PHOTOGRAPHIC_IMAGE) as judge, pytest.raises(ArchiveError) as caught:
        archive.store(judge, (image_file(examples.full(examples.plain())),))
    said = caught.value.say(language)
    assert (en if language == "en" else es) in said
    assert ("after 0 objects" if language == "en" else "tras 0 objetos") in said


def test_a_warning_is_passed_on() -> None:
    with answering_archive(0xB007, VL_PHOTOGRAPHIC_IMAGE) as judge:
        (stored,) = archive.store(judge, (image_file(examples.full(examples.plain())),))
    assert stored.warning == "B007"


def test_a_class_that_an_archive_does_not_take_is_named_before_anything_is_sent() -> None:
    files = (image_file(examples.full(examples.plain())), report_file(examples.report()))
    with answering_archive(0x0000, VL_PHOTOGRAPHIC_IMAGE) as judge, pytest.raises(ArchiveError, match="Enhanced SR"):
        archive.store(judge, files)


def test_an_archive_that_takes_nothing_of_what_is_offered_is_not_said_to_be_away() -> None:
    with answering_archive(0x0000, ENHANCED_SR) as judge, pytest.raises(ArchiveError) as caught:
        archive.store(judge, (image_file(examples.full(examples.plain())),))
    assert "does not take" in caught.value.say("en")
    assert not isinstance(caught.value, ArchiveAwayError)


@pytest.mark.parametrize(("status", "kind"), [(0xA700, ArchiveAwayError), (0xC123, ArchiveError)])
def test_what_may_go_well_later_is_told_apart(status: int, kind: type[ArchiveError]) -> None:
    with answering_archive(status, VL_PHOTOGRAPHIC_IMAGE) as judge, pytest.raises(ArchiveError) as caught:
        archive.store(judge, (image_file(examples.full(examples.plain())),))
    assert type(caught.value) is kind


# ── What is fetched at most by C-GET ────────────────────────────────────────────────────────────────────────────────


@contextmanager
def study_of(files: list[bytes]) -> Iterator[Archive]:
    """An archive on loopback with one study of some objects, which it sends by C-GET."""
    entity = AE(ae_title="JUDGE")
    for sop_class in ("1.2.840.10008.5.1.4.1.2.2.1", "1.2.840.10008.5.1.4.1.2.2.3"):  # Study Root, FIND and GET
        entity.add_supported_context(sop_class)
    entity.add_supported_context(VL_PHOTOGRAPHIC_IMAGE, [EXPLICIT, JPEG_BASELINE], scu_role=True, scp_role=True)
    objects = [pydicom.dcmread(io.BytesIO(one)) for one in files]

    def found(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        yield 0xFF00, event.identifier

    def sent_back(_: evt.Event) -> Iterator[Any]:
        yield len(objects)
        for one in objects:
            yield 0xFF00, one

    handlers: list[evt.EventHandlerType] = [(evt.EVT_C_FIND, found), (evt.EVT_C_GET, sent_back)]
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    assert server is not None
    try:
        yield Archive("127.0.0.1", server.server_address[1], "JUDGE", timeout_s=5)
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("bound", "most", "expected"),
    [
        ("MOST_OBJECTS", 3, None),
        ("MOST_OBJECTS", 2, ("more than 2000 objects", "más de 2000 objetos")),
        ("_LARGEST", 1.0, None),
        (
            "_LARGEST",
            0.99,
            ("An object of the study has more than 400 MB", "Un objeto del estudio ocupa más de 400 MB"),
        ),
        ("LARGEST_STUDY_MB", 3.0, None),
        ("LARGEST_STUDY_MB", 2.99, ("The study has more than 2000 MB", "El estudio ocupa más de 2000 MB")),
    ],
    ids=["objects-at", "objects-above", "object-at", "object-above", "study-at", "study-above"],
)
def test_of_a_study_that_is_too_large_nothing_is_given_and_the_bound_is_named(
    bound: str, most: float, expected: tuple[str, str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [image_file(examples.full(examples.plain()))] * 3
    with study_of(files) as judge:
        size = len(archive.fetch(judge, "2.25.1")[0])
        in_bytes = {"_LARGEST": size, "LARGEST_STUDY_MB": size / 2**20}.get(bound, 1)
        monkeypatch.setattr(archive, bound, most * in_bytes)
        if expected is None:
            assert len(archive.fetch(judge, "2.25.1")) == 3
            return
        with pytest.raises(ArchiveError) as caught:
            archive.fetch(judge, "2.25.1")
    assert all(words in caught.value.say(language) for words, language in zip(expected, LANGUAGES, strict=True))
    assert "one by one" in caught.value.say("en")
    assert not isinstance(caught.value, ArchiveAwayError), "it is the same the next time"
