"""From a photograph with a card to a DICOM file: the spacing held against known millimetres, measures, the command."""

import argparse
import dataclasses
import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from dermograph.cli import export_dicom
from dermograph.cli.parser import Parser
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text
from dermograph.exchange.dicom import archive
from dermograph.exchange.dicom.codes import MEASURES, OURS
from dermograph.exchange.dicom.from_file import Subject, photograph_from
from dermograph.exchange.dicom.from_photo import calibration_from, groups_from
from dermograph.exchange.dicom.image import image_dataset, image_file
from dermograph.exchange.dicom.pixels import rgb_of
from dermograph.exchange.dicom.read import read
from dermograph.exchange.dicom.report_values import Report, WhyMissing
from dermograph.exchange.dicom.values import Area, Laterality, Person, Photograph
from dermograph.photo.card.calibration import calibrate
from dermograph.photo.card.reading import CardReading, read_card
from dermograph.photo.compare import compare
from dermograph.photo.image import Photograph as Picture
from dermograph.photo.image import read_photograph_bytes
from dermograph.photo.phantom.files import jpeg
from dermograph.photo.phantom.pairs import Pair
from dermograph.photo.phantom.scene import scene
from dermograph.photo.phantom.shots import PhantomPhoto, shoot
from tests.exchange.dicom.judging import EXPLAINED, EXPLAINED_BARE, Orthanc, unexplained
from tests.photo.pairs import small_pair, written

__all__ = ["small_pair", "written"]  # fixtures, for the tests below

SEED = 12_700
SUBJECT = Subject(Person("TEST-9"), Area("Forearm", None, Laterality.RIGHT), "Mark 1")


@pytest.fixture(scope="module")
def taken() -> PhantomPhoto:
    return shoot(scene(SEED, width=1400, height=1050, px_per_mm=9, card="small"), seed=SEED)


@pytest.fixture(scope="module")
def without_card() -> PhantomPhoto:
    return shoot(scene(SEED, width=800, height=600, px_per_mm=10.0, card=None), seed=SEED)


def sent(photo: PhantomPhoto) -> Photograph:
    data = jpeg(photo)
    return photograph_from(data, read_photograph_bytes(data, "phantom.jpg"), SUBJECT, 1)


# ── Millimetres ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_spacing_is_that_of_the_plane_of_the_card(taken: PhantomPhoto) -> None:
    photograph = sent(taken)
    corners = taken.truth.card_corners_px
    assert corners is not None
    true = float(taken.truth.mm_per_px_at(corners.mean(axis=0)))
    one = pydicom.dcmread(io.BytesIO(image_file(photograph)))
    row, column = (float(value) for value in one.PixelSpacing)
    assert row == column
    known = photograph.calibration
    assert known is not None
    assert known.u_mm_per_px is not None
    assert row == pytest.approx(true, rel=0.005)
    assert abs(row - true) < 3 * known.u_mm_per_px
    assert one.PixelSpacingCalibrationType == "FIDUCIAL"


def test_two_points_a_known_way_apart_measure_that_way_with_the_spacing(taken: PhantomPhoto) -> None:
    one = image_dataset(sent(taken))
    card = taken.truth.card
    assert card is not None
    middle = np.array([card.layout.width_mm, card.layout.height_mm]) / 2
    step = np.array([10, 0])  # mm
    ends = taken.truth.card_xy([middle - step, middle + step])
    assert np.linalg.norm(ends[1] - ends[0]) * float(one.PixelSpacing[1]) == pytest.approx(20.0, rel=0.02)


def test_a_photograph_without_a_card_has_no_spacing_and_says_why(without_card: PhantomPhoto, tmp_path: Path) -> None:
    photograph = sent(without_card)
    one = image_dataset(photograph)
    assert "PixelSpacing" not in one
    assert photograph.calibration is not None
    assert "card" in photograph.calibration.no_scale
    assert photograph.calibration.no_colour
    path = tmp_path / "one.dcm"
    path.write_bytes(image_file(photograph))
    assert unexplained(path, (*EXPLAINED, *EXPLAINED_BARE)) == []


def test_a_card_of_unknown_size_gives_colours_and_no_spacing(taken: PhantomPhoto) -> None:
    card = read_card(taken.photograph)
    assert isinstance(card, CardReading)
    known = calibration_from(dataclasses.replace(card, scale=None), calibrate(taken.photograph, card))
    assert (known.mm_per_px, known.u_mm_per_px) == (None, None)
    assert (known.no_scale, known.colours) == ("The size of this card is not known.", "nominal")
    one = image_dataset(dataclasses.replace(sent(taken), calibration=known))
    assert "PixelSpacing" not in one


def test_the_pixels_that_go_out_are_those_of_the_file(taken: PhantomPhoto) -> None:
    data = jpeg(taken)
    back = read(image_file(sent(taken)), "one").value
    assert isinstance(back, Photograph)
    went = sent(taken)
    assert dataclasses.replace(back, calibration=went.calibration) == went
    assert np.array_equal(rgb_of(back.pixels), rgb_of(dataclasses.replace(back.pixels, data=data)))


def test_a_calibration_comes_back_to_the_digits_that_a_decimal_string_holds(taken: PhantomPhoto) -> None:
    went = sent(taken)
    back = read(image_file(went), "one").value
    assert isinstance(back, Photograph)
    assert back.calibration is not None
    assert went.calibration is not None
    for name, value in dataclasses.asdict(went.calibration).items():
        expected = pytest.approx(value, rel=1e-10) if isinstance(value, float) else value
        assert getattr(back.calibration, name) == expected


def test_uids_follow_from_file_and_person_alone(taken: PhantomPhoto) -> None:
    data = jpeg(taken)
    picture = read_photograph_bytes(data, "a.jpg")
    same = photograph_from(data, dataclasses.replace(picture, name="b.jpg"), SUBJECT, 1)
    other = photograph_from(data, picture, dataclasses.replace(SUBJECT, person=Person("TEST-10")), 1)
    assert same.uid == sent(taken).uid
    assert len({same.uid, other.uid}) == len({same.series.uid, other.series.uid}) == 2
    assert same.lesion is not None
    assert other.lesion is not None
    assert same.lesion.tracking_uid != other.lesion.tracking_uid


# ── Measures ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_measure_of_a_comparison_stands_in_the_report_with_its_error_or_its_reason(
    small_pair: Callable[..., Pair],
) -> None:
    pair = small_pair(SEED)
    found = compare(pair.before.photograph, pair.after.photograph, pair.before.truth.lesion)
    lesion = SUBJECT.lesion
    assert lesion is not None
    groups = groups_from(found, lesion, SUBJECT.area, "2.25.1", "2.25.2")
    assert [len(group.measures) for group in groups] == [len(found.measures)] * 3
    for index, one in enumerate(found.measures):
        before, after, change = (group.measures[index] for group in groups)
        for sent_value, quantity in ((before, one.before), (after, one.after)):
            assert sent_value.value == (quantity.value if quantity else None)
            assert sent_value.u == (quantity.u if quantity else None)
        if one.change is None:
            assert change.value is None
            assert change.note
            assert change.why_missing is WhyMissing.FAILED
        else:
            assert (change.value, change.u, change.mdc95) == (
                *(one.change.value.value, one.change.value.u, one.change.mdc95),
            )
        expected = MEASURES.get(one.kind.name)
        assert before.concept == expected if expected else before.concept.scheme == OURS


def test_pictures_that_cannot_be_compared_give_reasons_and_no_number(without_card: PhantomPhoto) -> None:
    picture: Picture = without_card.photograph
    found = compare(picture, picture, without_card.truth.lesion)
    lesion = SUBJECT.lesion
    assert lesion is not None
    groups = groups_from(found, lesion, SUBJECT.area, "2.25.1", "2.25.2")
    sizes = [one for group in groups for one in group.measures if one.concept.value in {"42798000", "d.area"}]
    assert len(sizes) == 3
    assert all(one.value is None and one.note for one in sizes)


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def run(*arguments: str | Path, language: Language = "en") -> int:
    parser = Parser(prog="export", language=language)
    export_dicom.arguments(parser.add_subparsers(dest="action"), language)
    chosen: argparse.Namespace = parser.parse_args([str(one) for one in ("dicom", *arguments)])
    return export_dicom.run(chosen)


@pytest.fixture(scope="module")
def photo(taken: PhantomPhoto, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "mark.jpg"
    path.write_bytes(jpeg(taken))
    return path


def test_the_command_writes_a_file_that_is_right(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--out", tmp_path / "out", "--patient-id", "TEST-9", "--laterality", "right", "--area", "Forearm")
    code = run(photo, *options, "--region", "Skin of anterior surface of forearm", "--no-names-seen", "--json")
    said = json.loads(capsys.readouterr().out)
    path = tmp_path / "out" / "mark.dcm"
    assert (code, said["photographs"][0]["file"]) == (0, str(path))
    assert unexplained(path, (*EXPLAINED, *EXPLAINED_BARE)) == []
    one = pydicom.dcmread(path)
    assert (one.PatientID, one.Laterality, one.BurnedInAnnotation) == ("TEST-9", "R", "NO")
    assert one.AnatomicRegionSequence[0].CodeValue == "70559009"
    assert float(one.PixelSpacing[0]) == pytest.approx(said["photographs"][0]["mm_per_px"])
    assert one.PatientName == ""


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_command_says_what_is_not_known(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: Language
) -> None:
    assert run(photo, "--out", tmp_path, "--patient-id", "P", "--pseudonym", "--lang", language, language=language) == 0
    out = capsys.readouterr().out
    assert ("side not known" if language == "en" else "lado desconocido") in out
    assert "mm/px" in out
    assert ("not claimed" if language == "en" else "no se declara") in " ".join(out.split())
    assert ("your own words" if language == "en" else "sus propias palabras") in " ".join(out.split())
    assert "PatientIdentityRemoved" not in pydicom.dcmread(tmp_path / "001.dcm")


def of_camera(data: bytes) -> bytes:
    """The same JPEG with what a camera writes beside it, on 2 March 2026."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Invented", "Invented Phone 3"
    exif.get_ifd(0x8769)[0x9003] = "2026:03:02 10:00:00"
    written_there = exif.tobytes()
    return data[:2] + b"\xff\xe1" + (len(written_there) + 2).to_bytes(2, "big") + written_there + data[2:]


@pytest.mark.parametrize("is_pseudonym", [False, True], ids=["by name", "pseudonym"])
def test_under_a_pseudonym_no_day_camera_card_or_word_of_ones_own_leaves(
    photo: Path,
    tmp_path: Path,
    is_pseudonym: bool,  # noqa: FBT001 (a table)
) -> None:
    mine = tmp_path / "Nobody-Ferrer.jpg"
    mine.write_bytes(of_camera(photo.read_bytes()))
    words = ("--area", "Invented tattoo", "--lesion", "Invented scar")
    options = ("--patient-id", "P-1", *words, "--time-zone", "Europe/Madrid", "--no-names-seen")
    run(mine, "--out", tmp_path / "out", *options, *(["--pseudonym"] if is_pseudonym else []))
    (path,) = (tmp_path / "out").iterdir()
    data = path.read_bytes()
    assert path.name == ("001.dcm" if is_pseudonym else "Nobody-Ferrer.dcm")
    for word in (b"20260302", b"Invented Phone", b"Invented tattoo", b"Invented scar", b"TimezoneOffset"):
        assert (word in data) is (not is_pseudonym and word != b"TimezoneOffset")
    one = pydicom.dcmread(path)
    assert ("TimezoneOffsetFromUTC" in one) is not is_pseudonym
    assert one.get("PatientIdentityRemoved") == ("YES" if is_pseudonym else None)
    assert one.get("LongitudinalTemporalInformationModified") == ("REMOVED" if is_pseudonym else None)
    assert one.TrackingID == (f"Lesion {one.TrackingUID[-6:]}" if is_pseudonym else "Invented scar")
    value = read(data, "one").value
    assert isinstance(value, Photograph)
    assert value.calibration is not None
    assert value.calibration.mm_per_px is not None
    assert len(value.calibration.card.split()) == (1 if is_pseudonym else 2)


def test_no_uid_of_a_pseudonym_follows_from_the_day(photo: Path) -> None:
    plain = photo.read_bytes()
    subject = dataclasses.replace(SUBJECT, person=Person("P-1", is_pseudonym=True))
    picture = read_photograph_bytes(plain, "one.jpg")
    days = [dataclasses.replace(picture, taken_at=dt.datetime(2026, 3, day, 10)) for day in (2, 3)]  # noqa: DTZ001 (a camera's clock)
    one, other = (photograph_from(plain, dated, subject, 1) for dated in days)
    assert one == other
    assert one.series.study.started_at is None


@pytest.mark.parametrize("is_pseudonym", [False, True], ids=["by name", "pseudonym"])
def test_nothing_is_overwritten(photo: Path, tmp_path: Path, is_pseudonym: bool) -> None:  # noqa: FBT001 (a table)
    there = tmp_path / ("001.dcm" if is_pseudonym else "mark.dcm")
    there.write_bytes(b"mine")
    with pytest.raises(InputError, match="is there already"):
        run(photo, "--out", tmp_path, "--patient-id", "P", *(["--pseudonym"] if is_pseudonym else []))
    assert there.read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [there]


def test_a_photograph_that_is_called_like_the_report_is_refused(photo: Path, tmp_path: Path) -> None:
    report = tmp_path / "Report.jpg"
    report.write_bytes(photo.read_bytes())
    options = ("--patient-id", "P", "--lesion", "Mark 1", "--outline", tmp_path / "outline.json")
    with pytest.raises(InputError, match="called like the report"):
        run(photo, report, "--out", tmp_path / "out", *options)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_the_command_writes_the_measures_of_two_photographs(
    written: Callable[..., tuple[Path, Path, Path, Pair]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after, outline, _ = written(SEED)
    options = ("--out", tmp_path, "--patient-id", "TEST-9", "--lesion", "Mark 1", "--time-zone", "Europe/Madrid")
    assert run(before, after, *options, "--outline", outline) == 0
    assert "report.dcm" in capsys.readouterr().out.replace("\n", "")  # a long folder is broken into lines
    assert unexplained(tmp_path / "report.dcm", (*EXPLAINED, *EXPLAINED_BARE)) == []
    found = read((tmp_path / "report.dcm").read_bytes(), "report").value
    assert isinstance(found, Report)
    assert {one.uid for one in found.images} == {
        str(pydicom.dcmread(tmp_path / name).SOPInstanceUID) for name in ("before.dcm", "after.dcm")
    }
    assert found.groups[0].lesion.tracking_id == "Mark 1"
    hidden = tmp_path / "hidden"
    run(before, after, "--out", hidden, *options[2:], "--pseudonym", "--outline", outline)
    assert sorted(one.name for one in hidden.iterdir()) == ["001.dcm", "002.dcm", "report.dcm"]
    report = pydicom.dcmread(hidden / "report.dcm")
    assert (report.ContentTime, report.TimezoneOffsetFromUTC) == ("000000.000000", "+0000")
    assert (report.PatientIdentityRemoved, report.StudyDate) == ("YES", "")
    assert b"Mark 1" not in (hidden / "report.dcm").read_bytes()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param(("--patient-id", "x" * 65), "has 65 characters", id="long id"),
        pytest.param(("--patient-id", ""), "no identifier", id="no id"),
        pytest.param(("--patient-id", "1", "--region", "moon"), "CID 4029", id="region"),
        pytest.param(("--patient-id", "1", "--laterality", "up"), "Unknown value", id="side"),
        pytest.param(("--patient-id", "1", "--time-zone", "Mars/Base"), "no time zone", id="zone"),
        pytest.param(("--patient-id", "1", "--time-zone", "../etc"), "no time zone", id="path as zone"),
        pytest.param(("--patient-id", "1", "--sex", "X"), "Unknown value", id="sex"),
        pytest.param(("--patient-id", "1", "--outline", "x.json"), "two photographs", id="one photograph"),
        pytest.param(("--patient-id", "1", "--pseudonym", "--family-name", "N"), "pseudonym", id="named pseudonym"),
        pytest.param((), "no identifier", id="no person"),
        pytest.param(("--patient-id", "1", "--clinic", "aurora"), "Give photographs, or", id="file and record"),
        pytest.param(("--patient-id", "1", "--send", "http://h.example/dw"), "in the clear", id="http"),
        pytest.param(("--patient-id", "1", "--send", "dicom://A@10.0.0.7:104"), "in the clear", id="dicom elsewhere"),
        pytest.param(("--patient-id", "1", "--send", "dicom://A@h.example"), "in the clear", id="dicom by name"),
        pytest.param(("--patient-id", "1", "--send", "dicom-clear://127.0.0.1:9"), "not the address", id="no title"),
        pytest.param(("--patient-id", "1", "--send", "dicom-clear://A@127.0.0.1:9"), "be reached", id="opted in"),
        pytest.param(("--patient-id", "1", "--send", "127.0.0.1:104"), "not the address", id="no address"),
        pytest.param(("--patient-id", "1", "--send", "dicom://A@127.0.0.1:9"), "cannot be reached", id="nobody there"),
    ],
)
def test_the_command_refuses_what_it_cannot_use_and_writes_nothing(
    photo: Path, tmp_path: Path, options: tuple[str, ...], expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        run(photo, "--out", tmp_path, *options)
    assert list(tmp_path.iterdir()) == []


def test_the_files_are_their_owners_alone(photo: Path, tmp_path: Path) -> None:
    run(photo, "--out", tmp_path / "out", "--patient-id", "P")
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "out" / "mark.dcm").stat().st_mode & 0o777 == 0o600


@pytest.mark.xdist_group("orthanc")
@pytest.mark.parametrize("way", ["dimse", "web"])
def test_the_command_sends_what_it_writes(photo: Path, tmp_path: Path, running: Orthanc, way: str) -> None:
    there = running.dimse
    address = f"dicom://{there.title}@{there.host}:{there.port}" if way == "dimse" else running.web.url
    run(photo, "--out", tmp_path, "--patient-id", f"SENT-{way}", "--send", address)
    one = read((tmp_path / "mark.dcm").read_bytes(), "written").value
    (back,) = archive.fetch(there, one.series.study.uid)
    assert read(back, "back").value == one


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "1 file sent to ORTHANC."), ("es", "1 archivo enviado a ORTHANC.")],
)
def test_the_command_says_how_many_files_it_sent_and_where(
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: Language,
    said: str,
) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(export_dicom, "sender", lambda _chosen: ("ORTHANC", sent.append))
    run(photo, "--out", tmp_path, "--patient-id", "1", "--lang", language, language=language)
    assert said in capsys.readouterr().out
    assert sent == [(tmp_path / "mark.dcm").read_bytes()]
    run(photo, "--out", tmp_path / "more", "--patient-id", "1", "--json")
    assert json.loads(capsys.readouterr().out)["sent_to"] == "ORTHANC"


def test_a_sending_that_ends_early_says_how_far_it_came(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sent: list[bytes] = []

    def send(data: bytes) -> None:
        if sent:
            raise InputError(Text("It is full.", "Está lleno."))
        sent.append(data)

    monkeypatch.setattr(export_dicom, "sender", lambda _chosen: ("ORTHANC", send))
    again = tmp_path / "again.jpg"
    again.write_bytes(photo.read_bytes())
    with pytest.raises(InputError, match="It is full"):
        run(photo, again, "--out", tmp_path / "out", "--patient-id", "1")
    assert "Only 1 of 2 files were sent." in capsys.readouterr().err
    assert sent == [(tmp_path / "out" / "mark.dcm").read_bytes()]
    assert (tmp_path / "out" / "again.dcm").exists()


def test_a_region_that_is_none_is_told_with_its_option_and_an_example(photo: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        run(photo, "--out", tmp_path, "--patient-id", "1", "--region", "qqqqqq")
    assert told.value.place.field == "--region"
    assert "Skin of abdomen" in told.value.todo.es


def test_a_key_file_that_is_not_there_is_told_as_that(photo: Path, tmp_path: Path) -> None:
    address = ("--send", "https://h.example/dw", "--key-file", tmp_path / "none")
    with pytest.raises(InputError, match="There is no such file"):
        run(photo, "--out", tmp_path / "out", "--patient-id", "1", *address)


def test_the_command_refuses_two_photographs_of_one_name(photo: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one name"):
        run(photo, photo, "--out", tmp_path, "--patient-id", "1")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_to_install(photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_dicom, "_NEEDED", "no_such_package")
    with pytest.raises(InputError, match="DICOM is not installed"):
        run(photo, "--out", tmp_path, "--patient-id", "1")
