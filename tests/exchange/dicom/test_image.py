"""Photographs as VL Photographic Images: what the files hold, and what tools of others say of them."""

import dataclasses
import datetime as dt
import io
import re
import struct
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from pydicom.encaps import generate_frames

from dermograph.core.errors import InputError
from dermograph.exchange.dicom.colour_profile import srgb_profile, without_its_maker
from dermograph.exchange.dicom.image import image_dataset, image_file
from dermograph.exchange.dicom.jpeg_stream import jpeg_stream
from dermograph.exchange.dicom.pixels import pixels_of, rgb_of
from dermograph.exchange.dicom.report import report_file
from dermograph.exchange.dicom.values import Calibration, Laterality, Person, Photograph, Pixels
from dermograph.photo.image import read_photograph_bytes
from tests.exchange.dicom import examples
from tests.exchange.dicom.judging import EXPLAINED, EXPLAINED_BARE, needed, said, unexplained, verdict

PIXELS = [pytest.param(examples.jpeg(), id="jpeg"), pytest.param(examples.plain(), id="plain")]


def written(folder: Path, photograph: Photograph) -> Path:
    path = folder / "one.dcm"
    path.write_bytes(image_file(photograph))
    return path


def encoded(rgb: np.ndarray, kind: str = "jpg", *options: int) -> bytes:
    return cv2.imencode(f".{kind}", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), list(options))[1].tobytes()


def sent(data: bytes, name: str = "photo") -> Pixels:
    return pixels_of(data, read_photograph_bytes(data, name))


# ── Judges ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("pixels", PIXELS)
@pytest.mark.parametrize("side", [*Laterality, None], ids=lambda side: side.name.lower() if side else "unknown")
def test_dciodvfy_finds_nothing_wrong_with_a_photograph(
    tmp_path: Path, pixels: Pixels, side: Laterality | None
) -> None:
    photograph = examples.full(pixels)
    photograph = dataclasses.replace(photograph, area=dataclasses.replace(photograph.area, laterality=side))
    explained = EXPLAINED if side else (*EXPLAINED, EXPLAINED_BARE[0])
    assert unexplained(written(tmp_path, photograph), explained) == []


@pytest.mark.parametrize("pixels", PIXELS)
def test_dciodvfy_finds_only_empty_values_where_nothing_is_known(tmp_path: Path, pixels: Pixels) -> None:
    path = written(tmp_path, examples.bare(pixels))
    assert unexplained(path, (*EXPLAINED, *EXPLAINED_BARE)) == []
    assert not any(line.startswith("Error") for line in verdict(path))


@pytest.mark.parametrize(
    "photograph",
    [
        pytest.param(
            dataclasses.replace(
                examples.full(examples.jpeg()),
                series=dataclasses.replace(
                    examples.SERIES,
                    study=dataclasses.replace(examples.STUDY, person=Person("PSEUDO-1", is_pseudonym=True)),
                ),
            ),
            id="pseudonym",
        ),
        pytest.param(
            dataclasses.replace(examples.full(examples.plain()), taken_at=dt.date(2026, 11, 22)), id="day only"
        ),
        pytest.param(
            examples.full(dataclasses.replace(examples.plain(), derived="decoded from HEIC, turned upright")),
            id="derived",
        ),
        pytest.param(
            examples.full(Pixels("plain", examples.picture()[..., 0].tobytes(), examples.WIDTH, examples.HEIGHT, 1)),
            id="grey",
        ),
        pytest.param(examples.full(dataclasses.replace(examples.jpeg(), icc=srgb_profile())), id="profile"),
        pytest.param(dataclasses.replace(examples.full(examples.jpeg()), calibration=None), id="no card"),
    ],
)
def test_dciodvfy_finds_nothing_wrong_with_other_photographs(tmp_path: Path, photograph: Photograph) -> None:
    assert unexplained(written(tmp_path, photograph)) == []


def test_dciodvfy_finds_nothing_wrong_with_a_report(tmp_path: Path) -> None:
    path = tmp_path / "report.dcm"
    path.write_bytes(report_file(examples.report()))
    assert unexplained(path) == []


def test_dcmtk_reads_the_report_as_a_tree(tmp_path: Path) -> None:
    needed("dsrdump", "dcmtk")
    path = tmp_path / "report.dcm"
    path.write_bytes(report_file(examples.report()))
    out = said("dsrdump", path)
    assert 'NUM:(,,"Area")="3.12345678901234" (cm2,UCUM,"square centimeter")' in out
    assert 'NUM:(,,"Contrast to the skin beside it")=empty (114006,DCM,"Measurement failure")' in out
    assert 'UIDREF:(,,"Tracking Unique Identifier")' in out


@pytest.mark.parametrize("pixels", PIXELS)
def test_dcmtk_shows_the_same_picture(tmp_path: Path, pixels: Pixels) -> None:
    needed("dcmj2pnm", "dcmtk")
    path = written(tmp_path, examples.full(pixels))
    out = tmp_path / "shown.ppm"
    said("dcmj2pnm", "--write-raw-pnm", path, out)
    shown = np.asarray(Image.open(out).convert("RGB"), dtype=int)
    # Two decoders of JPEG may smooth the chroma differently.
    assert np.abs(shown - rgb_of(pixels).astype(int)).mean() <= (3.0 if pixels.encoding == "jpeg" else 0.0)
    assert shown.shape == (examples.HEIGHT, examples.WIDTH, 3)


@pytest.mark.parametrize("pixels", PIXELS)
def test_dcmtk_dumps_every_element_without_a_complaint(tmp_path: Path, pixels: Pixels) -> None:
    needed("dcmdump", "dcmtk")
    out = said("dcmdump", "--verbose", written(tmp_path, examples.full(pixels)))
    assert "PixelSpacing" in out
    assert not re.search(r"^[WE]:", out, re.MULTILINE)


# ── Pixels ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("sampling", [0x411111, 0x211111, 0x221111, 0x111111], ids=["411", "422", "420", "444"])
def test_an_upright_jpeg_goes_through_bit_for_bit(sampling: int) -> None:
    data = encoded(examples.picture(), "jpg", cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling)
    pixels = sent(data)
    one = pydicom.dcmread(io.BytesIO(image_file(examples.full(pixels))))
    assert one.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.50"
    assert next(generate_frames(one.PixelData, number_of_frames=1)).rstrip(b"\0") == pixels.data
    assert pixels.data.endswith(data[-500:])
    assert (one.PhotometricInterpretation, one.LossyImageCompression) == ("YBR_FULL_422", "01")
    assert one.LossyImageCompressionMethod == "ISO_10918_1"
    assert float(one.LossyImageCompressionRatio) == pytest.approx(examples.picture().size / len(data), rel=0.01)
    assert list(one.ImageType) == ["ORIGINAL", "PRIMARY"]


def with_exif(orientation: int, **options: object) -> bytes:
    """A JPEG that says where, when and with what it was taken."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110], exif[0x9286] = orientation, "Invented", "Phone 3", "SECRET-WORDS"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.fromarray(examples.picture()).save(out, "JPEG", exif=exif, comment=b"SECRET-NOTE", **options)
    return out.getvalue()


def test_what_the_camera_wrote_beside_the_picture_does_not_go_out() -> None:
    data = with_exif(1) + b"SECRET-TRAILER"
    file = image_file(examples.full(sent(data)))
    assert b"SECRET-WORDS" in data
    assert b"SECRET" not in file
    assert b"Exif" not in file
    assert np.array_equal(rgb_of(sent(data)), np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_jpeg_that_is_to_be_turned_goes_out_upright_as_plain_rgb_that_was_once_lossy(orientation: int) -> None:
    data = with_exif(orientation)
    photo = read_photograph_bytes(data, "turned")
    pixels = pixels_of(data, photo)
    one = image_dataset(examples.full(pixels))
    assert np.array_equal(rgb_of(pixels), photo.rgb)
    assert (one.PhotometricInterpretation, one.LossyImageCompression) == ("RGB", "01")
    assert "turned upright" in one.DerivationDescription
    assert list(one.ImageType) == ["DERIVED", "PRIMARY"]


def test_a_progressive_jpeg_goes_out_decoded() -> None:
    data = encoded(examples.picture(), "jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    pixels = sent(data)
    assert (jpeg_stream(data), pixels.encoding, pixels.derived) == (None, "plain", "decoded from JPEG")


def test_a_png_goes_out_as_it_stands_and_says_nothing_of_a_compression() -> None:
    pixels = sent(examples.file_of("png"))
    one = image_dataset(examples.full(pixels))
    assert np.array_equal(rgb_of(pixels), examples.picture())
    assert (one.LossyImageCompression, list(one.ImageType)) == ("", ["ORIGINAL", "PRIMARY"])
    assert one.ICCProfile == srgb_profile()


def test_a_profile_that_the_camera_embedded_goes_out_with_the_jpeg() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    out = io.BytesIO()
    Image.fromarray(examples.picture()).save(out, "JPEG", icc_profile=profile)
    pixels = sent(out.getvalue())
    assert pixels.icc == profile
    assert b"ICC_PROFILE" not in pixels.data


def of_a_camera() -> bytes:
    """A profile with other colours than sRGB's, in which an invented maker wrote who, what and when."""
    profile = bytearray(srgb_profile())
    profile[24:36], profile[48:56] = bytes.fromhex("07ea00030002000a00000000"), b"MAKRPH17"
    name = "sRGB built-in".encode("utf-16-be")
    assert profile.count(name) == 1
    place = profile.index(name)
    profile[place : place + len(name)] = "Phone No 4711".encode("utf-16-be")
    (red,) = struct.unpack_from(">I", profile, profile.index(b"rXYZ", 128) + 4)
    struct.pack_into(">3i", profile, red + 8, *(round(value * 2**16) for value in (0.515, 0.241, -0.001)))
    return bytes(profile)


def shown_with(profile: bytes) -> np.ndarray:
    picture, to = Image.fromarray(examples.picture()), ImageCms.createProfile("sRGB")
    found = ImageCms.profileToProfile(picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), to)
    assert found is not None
    return np.asarray(found)


def test_a_profile_without_its_maker_shows_the_same_colours_and_names_nobody() -> None:
    theirs = of_a_camera()
    ours = without_its_maker(theirs)
    assert ours is not None
    assert np.array_equal(shown_with(ours), shown_with(theirs))
    assert not np.array_equal(shown_with(ours), shown_with(srgb_profile()))
    for word in ("Phone No 4711".encode("utf-16-be"), b"MAKR", b"PH17", theirs[24:36]):
        assert word in theirs
        assert word not in ours


def test_under_a_pseudonym_a_jpeg_keeps_its_colours_and_not_its_profile() -> None:
    out = io.BytesIO()
    Image.fromarray(examples.picture()).save(out, "JPEG", icc_profile=of_a_camera())
    data = out.getvalue()
    photo = read_photograph_bytes(data, "photo")
    by_name, hidden = (pixels_of(data, photo, is_pseudonym=one) for one in (False, True))
    assert (by_name.icc, hidden.icc) == (of_a_camera(), without_its_maker(of_a_camera()))
    assert (hidden.encoding, hidden.data) == ("jpeg", by_name.data)


def test_a_profile_that_works_by_tables_goes_out_as_srgb_under_a_pseudonym() -> None:
    tables = of_a_camera().replace(b"chrm", b"D2B2", 1)
    assert without_its_maker(tables) is None
    out = io.BytesIO()
    Image.fromarray(examples.picture()).save(out, "JPEG", icc_profile=tables)
    data = out.getvalue()
    pixels = pixels_of(data, read_photograph_bytes(data, "photo"), is_pseudonym=True)
    assert (pixels.encoding, pixels.icc) == ("plain", srgb_profile())


@given(st.integers(0, len(srgb_profile()) - 1), st.integers(0, 255), st.integers(0, len(srgb_profile())))
def test_a_damaged_profile_is_left_out_or_whole(place: int, value: int, length: int) -> None:
    damaged = bytearray(of_a_camera())
    damaged[place] = value
    found = without_its_maker(bytes(damaged[:length]))
    assert found is None or without_its_maker(found) == found


@pytest.mark.parametrize(
    ("burned_in", "claimed"), [pytest.param(None, None, id="nobody looked"), pytest.param(False, "YES", id="looked")]
)
@pytest.mark.parametrize("is_dated", [False, True], ids=["no day", "day"])
def test_of_a_pseudonym_only_what_is_so_is_claimed(
    burned_in: bool | None,  # noqa: FBT001 (a table)
    claimed: str | None,
    is_dated: bool,  # noqa: FBT001 (a table)
) -> None:
    whole = examples.full(examples.jpeg())
    day = dt.date(2026, 11, 22) if is_dated else None
    study = dataclasses.replace(examples.STUDY, person=Person("P-1", is_pseudonym=True), started_at=day)
    series = dataclasses.replace(whole.series, study=study)
    one = image_dataset(dataclasses.replace(whole, series=series, taken_at=None, burned_in=burned_in))
    assert one.get("PatientIdentityRemoved") == claimed
    assert one.LongitudinalTemporalInformationModified == ("UNMODIFIED" if is_dated else "REMOVED")
    assert one.DeidentificationMethod.startswith("Pseudonym; ")


def test_a_grey_jpeg_goes_through_as_grey() -> None:
    out = io.BytesIO()
    Image.fromarray(examples.picture()[..., 0]).save(out, "JPEG")
    one = image_dataset(examples.full(sent(out.getvalue())))
    assert (one.PhotometricInterpretation, one.SamplesPerPixel) == ("MONOCHROME2", 1)
    assert "ICCProfile" not in one


def test_a_cut_jpeg_is_no_stream() -> None:
    data = examples.file_of("jpg")
    assert jpeg_stream(data) is not None
    assert not any(jpeg_stream(data[:length]) for length in range(0, len(data) - 1, 7))


def test_the_profile_of_srgb_is_the_same_each_time_and_one_of_an_input_device() -> None:
    first = srgb_profile()
    srgb_profile.cache_clear()
    assert srgb_profile() == first
    assert first[12:16] == b"scnr"
    assert ImageCms.ImageCmsProfile(io.BytesIO(first)).profile.xcolor_space.strip() == "RGB"


# ── Attributes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_photograph_gives_the_same_bytes() -> None:
    photograph = examples.full(examples.jpeg())
    assert image_file(photograph) == image_file(photograph)


def test_without_a_scale_there_is_no_spacing_and_the_reason_is_said() -> None:
    known = Calibration(no_scale="No calibration card is seen in the photograph.")
    one = image_dataset(dataclasses.replace(examples.full(examples.plain()), calibration=known))
    assert "PixelSpacing" not in one
    assert "PixelSpacingCalibrationType" not in one
    assert [item.TextValue for item in one.AcquisitionContextSequence][-1] == known.no_scale


def test_nothing_that_is_not_known_is_claimed() -> None:
    one = image_dataset(examples.bare(examples.plain()))
    for keyword in (
        *("PixelSpacing", "BurnedInAnnotation", "AcquisitionDateTime", "AcquisitionDate", "ContentDate", "TrackingID"),
        *("TimezoneOffsetFromUTC", "AnatomicRegionSequence", "ManufacturerModelName", "PatientIdentityRemoved"),
    ):
        assert keyword not in one, keyword
    for keyword in ("PatientName", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "Laterality"):
        assert one[keyword].is_empty, keyword


def test_a_time_with_a_zone_carries_its_offset_and_one_without_carries_none() -> None:
    aware, naive = examples.full(examples.plain()), examples.full(examples.plain()).taken_at
    assert isinstance(naive, dt.datetime)
    one = image_dataset(aware)
    assert (one.AcquisitionDateTime, one.TimezoneOffsetFromUTC) == ("20261122093005.000123+0100", "+0100")
    study = dataclasses.replace(examples.STUDY, started_at=dt.date(2026, 11, 22))
    series = dataclasses.replace(examples.SERIES, study=study)
    one = image_dataset(dataclasses.replace(aware, taken_at=naive.replace(tzinfo=None), series=series))
    assert one.AcquisitionDateTime == "20261122093005.000123"
    assert "TimezoneOffsetFromUTC" not in one


def test_the_study_is_told_in_the_zone_of_the_photograph() -> None:
    study = dataclasses.replace(examples.STUDY, started_at=dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC))
    series = dataclasses.replace(examples.SERIES, study=study)
    one = image_dataset(dataclasses.replace(examples.full(examples.plain()), series=series))
    assert (one.StudyDate, one.StudyTime) == ("20261123", "003000.000000")


def test_an_area_with_a_name_alone_has_a_code_of_our_scheme_that_depends_on_the_name_alone() -> None:
    def code(name: str) -> str:
        photograph = dataclasses.replace(
            examples.full(examples.plain()), area=dataclasses.replace(examples.AREA, name=name, region=None)
        )
        item = image_dataset(photograph).AnatomicRegionSequence[0]
        assert item.CodingSchemeDesignator == "99DERMO"
        return str(item.CodeValue)

    assert code("Left thigh") == code(" left THIGH ")
    assert code("Left thigh") != code("Right thigh")


# ── Refusals ────────────────────────────────────────────────────────────────────────────────────────────────────────

FULL = examples.full(examples.plain())


def of_person(person: Person) -> Photograph:
    study = dataclasses.replace(examples.STUDY, person=person)
    return dataclasses.replace(FULL, series=dataclasses.replace(examples.SERIES, study=study))


def described(words: str) -> Photograph:
    return dataclasses.replace(FULL, series=dataclasses.replace(examples.SERIES, description=words))


def test_a_text_of_64_characters_is_written() -> None:
    assert image_dataset(described("x" * 64)).SeriesDescription == "x" * 64


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("photograph", "en", "es"),
    [
        pytest.param(dataclasses.replace(FULL, burned_in=True), "shows who it is", "de quién es", id="burnt in"),
        pytest.param(described("x" * 65), "has 65 characters", "tiene 65 caracteres", id="65 characters"),
        pytest.param(described("a\\b"), "cannot hold", "no admite", id="backslash"),
        pytest.param(described("a\x1bb"), "cannot hold", "no admite", id="escape"),
        pytest.param(of_person(Person("")), "no identifier", "no tiene identificador", id="no patient"),
        pytest.param(of_person(Person("1", "A^B")), "cannot hold", "no admite", id="caret in a name"),
        pytest.param(of_person(Person("1", "Name", is_pseudonym=True)), "pseudonym", "seudónimo", id="named pseudonym"),
        pytest.param(dataclasses.replace(FULL, uid="1.02.3"), "not a DICOM UID", "no es un UID", id="UID"),
        pytest.param(dataclasses.replace(FULL, uid="2." + "1" * 63), "not a DICOM UID", "no es un UID", id="long UID"),
        pytest.param(
            dataclasses.replace(FULL, calibration=Calibration(mm_per_px=0.0)),
            "no length",
            "no tiene longitud",
            id="0 mm",
        ),
        pytest.param(
            dataclasses.replace(FULL, calibration=Calibration(mm_per_px=float("nan"))),
            "no number",
            "no es un",
            id="nan",
        ),
        pytest.param(
            dataclasses.replace(FULL, taken_at=dt.datetime(2026, 11, 22, 9)),  # noqa: DTZ001 (that is the case)
            *("one has a time zone", "una tiene zona"),
            id="half zones",
        ),
        pytest.param(
            dataclasses.replace(FULL, pixels=dataclasses.replace(examples.plain(), width=10)),
            "size",
            "tamaño",
            id="size",
        ),
        pytest.param(
            dataclasses.replace(FULL, pixels=dataclasses.replace(examples.plain(), width=65_536)),
            *("larger than DICOM", "mayor de lo que DICOM"),
            id="65,536 px",
        ),
    ],
)
def test_what_dicom_cannot_hold_is_refused_in_both_languages(
    photograph: Photograph, en: str, es: str, language: str
) -> None:
    with pytest.raises(InputError) as caught:
        image_file(photograph)
    assert (en if language == "en" else es) in caught.value.say("en" if language == "en" else "es")
