"""What is no photograph or report that can be used is refused in words; no bytes lead to anything else."""

import struct
import time
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES
from dermograph.exchange.dicom import structure
from dermograph.exchange.dicom.content import content_of
from dermograph.exchange.dicom.image import image_dataset, image_file
from dermograph.exchange.dicom.modules import file_bytes
from dermograph.exchange.dicom.read import read
from dermograph.exchange.dicom.received import Received
from dermograph.exchange.dicom.report import report_dataset, report_file
from dermograph.exchange.dicom.structure import DEEPEST_SEQUENCE, EXPLICIT, JPEG_BASELINE, check_structure
from tests.exchange.dicom import examples

pytestmark = pytest.mark.filterwarnings("ignore:Invalid value:UserWarning", "ignore:The value length:UserWarning")


@cache
def jpeg() -> bytes:
    return image_file(examples.full(examples.jpeg()))


@cache
def plain() -> bytes:
    return image_file(examples.full(examples.plain()))


@cache
def report() -> bytes:
    return report_file(examples.report())


def image(**attributes: object) -> bytes:
    """Our plain photograph with other attributes."""
    one = image_dataset(examples.full(examples.plain()))
    for keyword, value in attributes.items():
        setattr(one, keyword, value)
    return file_bytes(one, UID(EXPLICIT))


def without(*keywords: str) -> bytes:
    one = image_dataset(examples.full(examples.plain()))
    for keyword in keywords:
        delattr(one, keyword)
    return file_bytes(one, UID(EXPLICIT))


def renamed(element: int) -> bytes:
    """Our plain photograph with an attribute of group 8 under the next tag."""
    old, new = (b"\x08\x00" + bytes((one,)) + b"\x00UI" for one in (element, element + 1))
    return plain().replace(old, new, 1)


def in_syntax(uid: str) -> bytes:
    """The same file under another transfer syntax."""
    old, new = (one.encode() + b"\0" * (len(one) % 2) for one in (EXPLICIT, uid))
    data = plain()
    at = data.index(old)
    length = struct.unpack("<H", data[at - 2 : at])[0]
    return data[: at - 2] + struct.pack("<H", len(new)) + new + data[at + length :]


def of_stream(stream: bytes) -> bytes:
    """Our JPEG photograph with another stream."""
    one = image_dataset(examples.full(examples.jpeg()))
    one.PixelData = encapsulate([stream])
    one["PixelData"].is_undefined_length = True
    return file_bytes(one, UID(JPEG_BASELINE))


def told(**attributes: object) -> bytes:
    """Our report with other attributes."""
    one = report_dataset(examples.report())
    for keyword, value in attributes.items():
        setattr(one, keyword, value)
    return file_bytes(one, UID(EXPLICIT))


def nested(depth: int) -> bytes:
    """A file with sequences in sequences, of undefined length."""
    start = b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    end = b"\xfe\xff\x0d\xe0\x00\x00\x00\x00\xfe\xff\xdd\xe0\x00\x00\x00\x00"
    data = plain()
    at = data.index(b"\x08\x00\x16\x00UI", 140)
    return data[:at] + start * depth + end * depth + data[at:]


def of_no_lesion() -> bytes:
    one = report_dataset(examples.report())
    group = one.ContentSequence[-1].ContentSequence[0]
    group.ContentSequence = group.ContentSequence[2:]
    return file_bytes(one, UID(EXPLICIT))


CASES = [
    pytest.param(lambda: b"", "not a DICOM file", "No es un archivo DICOM", id="empty"),
    pytest.param(lambda: b"x" * 400, "not a DICOM file", "No es un archivo DICOM", id="noise"),
    pytest.param(lambda: examples.file_of("jpg"), "not a DICOM file", "No es un archivo DICOM", id="a JPEG"),
    pytest.param(lambda: plain()[:140], "cut short", "incompleto", id="head alone"),
    pytest.param(lambda: image(SOPClassUID="1.2.840.10008.5.1.4.1.1.2"), "CT Image Storage", "CT Image", id="CT"),
    pytest.param(lambda: renamed(0x16), "neither a photograph", "ni una fotografía", id="no class"),
    pytest.param(lambda: image(NumberOfFrames=2), "several pictures", "varias imágenes", id="2 frames"),
    pytest.param(lambda: in_syntax("1.2.840.10008.1.2.4.90"), "JPEG 2000", "JPEG 2000", id="JPEG 2000"),
    pytest.param(lambda: in_syntax("1.2.840.10008.1.2.1.99"), "Deflated", "Deflated", id="deflated"),
    pytest.param(lambda: in_syntax("1.2.840.10008.1.2.2"), "Big Endian", "Big Endian", id="big endian"),
    pytest.param(lambda: in_syntax("1.2.840.10008.1.2.5"), "RLE", "RLE", id="RLE"),
    pytest.param(lambda: in_syntax("1.2.3"), "1.2.3", "1.2.3", id="unknown syntax"),
    pytest.param(lambda: image(BurnedInAnnotation="YES"), "shows who it is", "muestra de quién", id="burnt-in names"),
    pytest.param(lambda: image(Rows=65_535, Columns=65_535), "65535 x 65535", "65535 x 65535", id="huge"),
    pytest.param(lambda: image(Rows=0), "x 0 pixels", "x 0 píxeles", id="0 rows"),
    pytest.param(lambda: image(Rows=examples.HEIGHT + 1), "have the size", "tamaño que indica", id="a row more"),
    pytest.param(lambda: image(Rows=examples.HEIGHT - 1), "have the size", "tamaño que indica", id="a row less"),
    pytest.param(lambda: without("PixelData"), "have the size", "tamaño que indica", id="no pixels"),
    pytest.param(lambda: image(BitsAllocated=16, BitsStored=12), "not read", "No se leen", id="16 bits"),
    pytest.param(lambda: image(PixelRepresentation=1), "not read", "No se leen", id="signed"),
    pytest.param(lambda: image(PhotometricInterpretation="PALETTE COLOR"), "not read", "No se leen", id="palette"),
    pytest.param(lambda: image(PhotometricInterpretation="YBR_FULL"), "not read", "No se leen", id="plain YBR"),
    pytest.param(lambda: image(SamplesPerPixel=4), "not read", "No se leen", id="4 samples"),
    pytest.param(lambda: renamed(0x18), "UID is missing", "Falta un UID", id="no UID"),
    pytest.param(lambda: image(StudyInstanceUID="1..2"), "not a DICOM UID", "no es un UID", id="bad UID"),
    pytest.param(lambda: of_stream(b"\xff\xd8\xff\xd9"), "JPEG picture", "imagen JPEG", id="empty JPEG"),
    pytest.param(lambda: of_stream(examples.file_of("png")), "JPEG picture", "imagen JPEG", id="PNG as JPEG"),
    pytest.param(lambda: of_stream(examples.file_of("jpg")[:-99]), "JPEG picture", "imagen JPEG", id="cut JPEG"),
    pytest.param(lambda: jpeg()[:-9], "cut short", "incompleto", id="cut"),
    pytest.param(lambda: plain()[:-500], "cut short", "incompleto", id="cut pixels"),
    pytest.param(lambda: nested(DEEPEST_SEQUENCE + 1), "nested", "anidado", id="too deep"),
    pytest.param(lambda: nested(5_000), "nested", "anidado", id="far too deep"),
    pytest.param(lambda: told(ConceptNameCodeSequence=[]), "TID 1500", "de medidas", id="other report"),
    pytest.param(lambda: told(ContentSequence=[]), "no measure", "no contiene medidas", id="report of nothing"),
    pytest.param(of_no_lesion, "no measure", "no contiene medidas", id="report of no lesion"),
    pytest.param(
        lambda: told(ObservationDateTime="2026", TimezoneOffsetFromUTC=None), "no time zone", "zona", id="no zone"
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("make", "en", "es"), CASES)
def test_what_cannot_be_used_is_refused_in_both_languages(
    make: Callable[[], bytes], en: str, es: str, language: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(make(), "their.dcm")
    said = caught.value.say("es" if language == "es" else "en")
    assert (es if language == "es" else en) in said
    assert said.startswith("their.dcm")
    assert said.isprintable()


def test_what_the_cases_are_made_of_is_read() -> None:
    for data in (jpeg(), plain(), report(), image(), told(), in_syntax(EXPLICIT), of_stream(examples.file_of("jpg"))):
        assert isinstance(read(data, "one"), Received)


@pytest.mark.parametrize("depth", [1, DEEPEST_SEQUENCE - 1])
def test_sequences_as_deep_as_they_may_be_are_read(depth: int) -> None:
    assert isinstance(read(nested(depth), "one"), Received)


def test_a_file_of_too_many_elements_is_refused_at_once() -> None:
    many = b"".join(b"\x09\x00" + struct.pack("<H", at) + b"LO\x00\x00" for at in range(0x1000, 0x1100)) * 500
    data = plain()
    at = data.index(b"\x10\x00\x10\x00PN")
    started = time.perf_counter()
    with pytest.raises(InputError, match="divided"):
        read(data[:at] + many + data[at:], "one")
    assert time.perf_counter() - started < 10


def test_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structure, "LARGEST_FILE_MB", 0)
    with pytest.raises(InputError, match="larger than 0 MB"):
        check_structure(plain(), "one")


def test_a_bomb_of_deflated_data_is_never_inflated() -> None:
    packed = zlib.compress(b"\0" * 50_000_000)
    head = in_syntax("1.2.840.10008.1.2.1.99")[:400]
    with pytest.raises(InputError, match="Deflated"):
        read(head + packed, "bomb")


@pytest.mark.parametrize("make", [jpeg, plain, report], ids=["jpeg", "plain", "report"])
def test_a_file_cut_anywhere_is_refused(make: Callable[[], bytes]) -> None:
    data = make()
    head = data.index(b"\x08\x00\x05\x00")
    # Where the data of a report end before its last elements, what is left may be whole: all but its content is kept.
    last = data.index(b"\x40\x00\x30\xa7") if make is report else len(data)
    for length in {*range(0, min(last, head + 1500), 13), *range(head, last, max(1, last // 150))}:
        with pytest.raises(InputError):
            read(data[:length], "cut")


def check_read_or_refused(data: bytes) -> None:
    """Anything but a value or a sentence is a fault."""
    try:
        found: Received | str = read(data, "odd")
    except InputError as error:
        found = "".join(error.say(language) for language in LANGUAGES)
    assert isinstance(found, Received) or found.isprintable()


CHANGES = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), min_size=1, max_size=8
)


@settings(max_examples=250)
@given(st.sampled_from(["jpeg", "plain", "report"]), CHANGES)
def test_no_changed_bytes_lead_to_anything_but_a_value_or_a_sentence(
    kind: str, changes: list[tuple[float, bytes]]
) -> None:
    data = bytearray({"jpeg": jpeg, "plain": plain, "report": report}[kind]())
    start = data.index(b"\x08\x00\x05\x00")
    room = min(len(data), start + 6000) - start
    for place, new in changes:
        at = start + int(place * room)
        data[at : at + len(new)] = new
    check_read_or_refused(bytes(data))


@settings(max_examples=100)
@given(st.sampled_from(["jpeg", "report"]), st.floats(0, 1), st.integers(0, 40), st.binary(max_size=40))
def test_no_bytes_put_in_or_taken_out_lead_to_anything_else(kind: str, place: float, gone: int, new: bytes) -> None:
    data = jpeg() if kind == "jpeg" else report()
    at = int(place * len(data))
    check_read_or_refused(data[:at] + new + data[at + gone :])


_TAGS = [
    element.tag for element in image_dataset(examples.full(examples.plain())) if element.VR not in ("SQ", "OB", "UI")
]


@settings(max_examples=120)
@given(st.lists(st.tuples(st.sampled_from(_TAGS), st.binary(max_size=20)), min_size=1, max_size=5))
def test_no_value_of_an_attribute_leads_to_anything_else(values: list[tuple[int, bytes]]) -> None:
    one = image_dataset(examples.full(examples.plain()))
    data = bytearray(file_bytes(one, UID(EXPLICIT)))
    for tag, value in values:
        at = data.find(struct.pack("<HH", int(tag) >> 16, int(tag) & 0xFFFF), 300)
        if at >= 0:
            length = struct.unpack("<H", data[at + 6 : at + 8])[0]
            data[at + 8 : at + 8 + length] = value.ljust(length)[:length]
    check_read_or_refused(bytes(data))


def test_content_without_anything_in_it_is_read_as_nothing() -> None:
    assert content_of(Dataset()).value is None
