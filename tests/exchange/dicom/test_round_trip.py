"""What is written comes back equal, and what is not known comes back not known; another's file keeps what it can."""

import dataclasses
import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from dermograph.exchange.dicom.codes import NO_UNIT, OURS, UNITS, dermatology_sites
from dermograph.exchange.dicom.colour_profile import srgb_profile
from dermograph.exchange.dicom.content import QUALIFIERS
from dermograph.exchange.dicom.image import image_dataset, image_file
from dermograph.exchange.dicom.modules import file_bytes
from dermograph.exchange.dicom.pixels import rgb_of
from dermograph.exchange.dicom.read import read
from dermograph.exchange.dicom.report import report_dataset, report_file
from dermograph.exchange.dicom.report_values import ImageReference, Measure, MeasureGroup, Report, WhyMissing
from dermograph.exchange.dicom.structure import EXPLICIT, IMPLICIT
from dermograph.exchange.dicom.uids import derived_uid
from dermograph.exchange.dicom.values import (
    Area,
    Calibration,
    Code,
    Laterality,
    Lesion,
    Lossy,
    Moment,
    Person,
    Photograph,
    Pixels,
    Series,
    Study,
)
from tests.exchange.dicom import examples
from tests.exchange.dicom.judging import EXPLAINED, EXPLAINED_BARE, needed, said, unexplained

# ── Anything that a clinic may write ────────────────────────────────────────────────────────────────────────────────

_CHARS = st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\\^=")
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
REGIONS = st.sampled_from(sorted(dermatology_sites().values(), key=lambda code: code.value))


def words(most: int = 64, least: int = 0) -> st.SearchStrategy[str]:
    spaced = st.text(st.one_of(_CHARS, st.just(" ")), min_size=least, max_size=most)
    return spaced.map(str.strip).filter(lambda text: len(text) >= least)


def decimals(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers that 16 characters hold."""
    return st.floats(low, high).map(lambda value: float(f"{value:.9e}"))


UIDS = st.uuids().map(lambda one: derived_uid("test", str(one)))
PEOPLE = st.one_of(
    st.builds(
        Person,
        words(least=1),
        words(30),
        words(30),
        st.none() | DAYS,
        st.sampled_from([None, "M", "F", "O"]),
    ),
    st.builds(Person, words(least=1), is_pseudonym=st.just(True)),
)
AREAS = st.builds(Area, words(), st.none() | REGIONS, st.none() | st.sampled_from(Laterality))
LESIONS = st.builds(Lesion, words(least=1), UIDS)
LONG = st.text(st.one_of(_CHARS, st.sampled_from(" \n\\^=")), max_size=300).map(str.strip)
CALIBRATIONS = st.builds(
    Calibration,
    st.none() | decimals(1e-4, 10),
    st.none() | decimals(0, 1),
    words(),
    st.none() | decimals(0, 90),
    st.none() | decimals(0, 20),
    st.sampled_from([None, "measured", "nominal"]),
    st.none() | decimals(0, 50),
    LONG,
    LONG,
).map(lambda one: None if one == Calibration() else one)


@st.composite
def times(draw: st.DrawFn) -> tuple[Moment | None, Moment | None]:
    """When a study began and when a photograph was taken, both with a zone or both without."""
    zone = draw(st.none() | OFFSETS)
    moments = st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2199, 12, 30))  # noqa: DTZ001 (the zone is put in)
    one = st.none() | DAYS | moments.map(lambda moment: moment.replace(tzinfo=zone))
    return draw(one), draw(one)


@st.composite
def photographs(draw: st.DrawFn) -> Photograph:
    started, taken = draw(times())
    study = Study(draw(UIDS), draw(PEOPLE), draw(words(16)), started, draw(words()))
    series = Series(draw(UIDS), study, draw(st.none() | st.integers(0, 10_000)), draw(words()))
    lossy = st.none() | st.builds(Lossy, st.sampled_from(["", "ISO_10918_1"]), st.none() | decimals(1, 500))
    width, height, samples = draw(st.integers(1, 9)), draw(st.integers(1, 9)), draw(st.sampled_from([1, 3]))
    size = width * height * samples
    pixels = draw(
        st.sampled_from([examples.jpeg(), dataclasses.replace(examples.jpeg(), icc=srgb_profile())])
        | st.builds(
            Pixels,
            st.just("plain"),
            st.binary(min_size=size, max_size=size),
            st.just(width),
            st.just(height),
            st.just(samples),
            lossy,
            st.none() | st.just(srgb_profile()),
            words(200),
        )
    )
    return Photograph(
        draw(UIDS),
        series,
        pixels,
        draw(AREAS),
        draw(st.none() | LESIONS),
        draw(CALIBRATIONS),
        taken,
        draw(words()),
        draw(st.sampled_from([None, False])),
        draw(st.none() | st.integers(0, 10_000)),
    )


CONCEPTS = st.builds(Code, words(16, 1), st.just(OURS), words(64, 1))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def measures(images: list[ImageReference]) -> st.SearchStrategy[Measure]:
    named = st.lists(st.sampled_from([one.uid for one in images]), unique=True).map(tuple) if images else st.just(())
    known = st.builds(
        Measure,
        CONCEPTS,
        FLOATS,
        st.sampled_from(list(UNITS.values())),
        st.none() | FLOATS,
        st.none() | FLOATS,
        words(),
        st.none(),
        LONG,
        named,
    )
    unknown = st.builds(
        Measure,
        CONCEPTS,
        st.none(),
        st.none(),
        st.none(),
        st.none(),
        words(),
        st.sampled_from(WhyMissing),
        LONG,
        named,
    )
    return known | unknown


@st.composite
def reports(draw: st.DrawFn) -> Report:
    made_at = draw(st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2199, 12, 30), timezones=OFFSETS))  # noqa: DTZ001 (the zone is put in)
    study = Study(draw(UIDS), draw(PEOPLE), draw(words(16)), draw(st.none() | DAYS), draw(words()))
    series = Series(draw(UIDS), study, draw(st.integers(0, 10_000)), draw(words()))
    places = st.builds(ImageReference, UIDS, UIDS, st.sampled_from([study.uid, draw(UIDS)]))
    images = draw(st.lists(places, max_size=3, unique_by=lambda one: one.uid))
    group = st.builds(MeasureGroup, LESIONS, AREAS, st.lists(measures(images), min_size=1, max_size=3).map(tuple))
    groups = draw(st.lists(group, min_size=1, max_size=2))
    return Report(draw(UIDS), series, made_at, tuple(groups), tuple(images), draw(st.integers(1, 9999)))


@settings(max_examples=100)
@given(photographs())
def test_a_photograph_comes_back_equal(photograph: Photograph) -> None:
    found = read(image_file(photograph), "written")
    assert found.value == photograph
    assert found.not_understood == ()


@settings(max_examples=50)
@given(reports())
def test_a_report_comes_back_equal_to_the_last_bit_of_its_numbers(report: Report) -> None:
    found = read(report_file(report), "written")
    assert found.value == report
    assert found.not_understood == ()


@given(st.timezones(), st.datetimes(dt.datetime(1850, 1, 1), dt.datetime(2150, 1, 1)))  # noqa: DTZ001 (put in below)
@settings(max_examples=60)
def test_a_time_of_any_zone_comes_back_as_the_same_instant(zone: dt.tzinfo, moment: dt.datetime) -> None:
    taken_at = moment.replace(tzinfo=zone)
    photograph = dataclasses.replace(examples.bare(examples.plain()), taken_at=taken_at)
    back = read(image_file(photograph), "written").value
    assert isinstance(back, Photograph)
    assert isinstance(back.taken_at, dt.datetime)
    assert back.taken_at.astimezone(dt.UTC) == taken_at.astimezone(dt.UTC)


@settings(max_examples=25, phases=[Phase.explicit, Phase.generate])  # making it smaller would take minutes
@given(photographs() | reports())
def test_dciodvfy_finds_no_error_in_anything_that_is_written(value: Photograph | Report) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.dcm"
        path.write_bytes(image_file(value) if isinstance(value, Photograph) else report_file(value))
        assert unexplained(path, (*EXPLAINED, *EXPLAINED_BARE)) == []


# ── What is not known ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("why", WhyMissing, ids=lambda why: why.name.lower())
def test_a_measure_without_a_value_has_no_number_in_the_file(why: WhyMissing) -> None:
    missing = Measure(Code("x", OURS, "X"), None, None, why_missing=why, note="Because.")
    group = MeasureGroup(examples.LESION, Area(), (missing,))
    report = dataclasses.replace(examples.report(), groups=(group,))
    numbers = report_dataset(report).ContentSequence[-1].ContentSequence[0].ContentSequence[-1]
    assert len(numbers.MeasuredValueSequence) == 0
    assert numbers.NumericValueQualifierCodeSequence[0].CodeMeaning == QUALIFIERS[why].meaning
    back = read(report_file(report), "written").value
    assert isinstance(back, Report)
    assert back.groups[0].measures == (missing,)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"value": 1.0, "unit": None, "why_missing": None}, id="no unit"),
        pytest.param({"value": None, "unit": None, "why_missing": None}, id="no reason"),
        pytest.param({"value": 1.0, "unit": NO_UNIT, "why_missing": WhyMissing.FAILED}, id="both"),
        pytest.param({"value": None, "unit": None, "why_missing": WhyMissing.FAILED, "u": 0.0}, id="u of nothing"),
    ],
)
def test_a_measure_is_either_known_or_missing(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="needs either"):
        Measure(Code("x", OURS, "X"), **wrong)  # type: ignore[arg-type]  # a table of what is wrong


# ── Another's file ──────────────────────────────────────────────────────────────────────────────────────────────────


def changed(**attributes: object) -> bytes:
    """Our plain photograph with some attributes as another might write them."""
    one = image_dataset(examples.full(examples.plain()))
    for keyword, value in attributes.items():
        if value is None:
            del one[keyword]
        else:
            setattr(one, keyword, value)
    return file_bytes(one, pydicom.uid.UID(EXPLICIT))


def photograph_in(data: bytes) -> tuple[Photograph, tuple[str, ...]]:
    found = read(data, "another's")
    assert isinstance(found.value, Photograph)
    return found.value, found.not_understood


def test_what_has_no_place_in_our_values_is_listed() -> None:
    one = image_dataset(examples.full(examples.plain()))
    one.PatientName = "Invented Name^Not A Person^Middle"
    one.PatientComments = "words"
    one.EthnicGroup = ""
    one.add_new(0x00091010, "LO", "private")
    photograph, left = photograph_in(file_bytes(one, pydicom.uid.UID(EXPLICIT)))
    assert left == ("(0009,1010) private", "(0010,0010) PatientName", "(0010,4000) PatientComments")
    assert photograph.series.study.person.family_name == "Invented Name"


@pytest.mark.parametrize(
    ("attributes", "listed"),
    [
        pytest.param({"PatientBirthDate": "1990"}, "PatientBirthDate", id="year of birth"),
        pytest.param({"PatientSex": "X"}, "PatientSex", id="sex"),
        pytest.param({"ImageLaterality": "Q"}, "ImageLaterality", id="side"),
        pytest.param({"LossyImageCompression": "00"}, "LossyImageCompression", id="never lossy"),
        pytest.param({"AcquisitionDateTime": "2026"}, "AcquisitionDateTime", id="year of a photograph"),
        pytest.param({"ContentTime": "1200"}, "ContentTime", id="another time"),
        pytest.param({"ICCProfile": b"1234"}, "ICCProfile", id="profile"),
        pytest.param({"TrackingUID": None}, "TrackingID", id="half a lesion"),
    ],
)
@pytest.mark.filterwarnings("ignore:Invalid value:UserWarning")
def test_what_cannot_be_understood_is_listed_and_not_guessed(attributes: dict[str, object], listed: str) -> None:
    _, left = photograph_in(changed(**attributes))
    assert [one for one in left if listed in one]


def test_a_spacing_without_an_uncertainty_is_taken_and_one_of_two_lengths_is_not() -> None:
    photograph, _ = photograph_in(changed(AcquisitionContextSequence=[], PixelSpacing=["0.1", "0.1"]))
    assert photograph.calibration == Calibration(mm_per_px=0.1)
    photograph, left = photograph_in(changed(AcquisitionContextSequence=[], PixelSpacing=["0.1", "0.2"]))
    assert photograph.calibration is None
    assert "(0028,0030) PixelSpacing" in left


def test_planes_of_colours_become_pixels() -> None:
    planes = examples.picture().transpose(2, 0, 1).tobytes() + b"\0"
    photograph, _ = photograph_in(changed(PlanarConfiguration=1, PixelData=planes))
    assert np.array_equal(rgb_of(photograph.pixels), examples.picture())


def test_an_implicit_file_says_the_same_as_an_explicit_one() -> None:
    one = image_dataset(examples.full(examples.plain()))
    one["PixelData"].VR = "OW"
    found = photograph_in(file_bytes(one, pydicom.uid.UID(IMPLICIT)))
    assert found == photograph_in(image_file(examples.full(examples.plain())))


def test_a_photograph_that_dcmtk_made_is_read(tmp_path: Path) -> None:
    needed("img2dcm", "dcmtk")
    (tmp_path / "in.jpg").write_bytes(examples.file_of("jpg"))
    out = tmp_path / "out.dcm"
    said(
        "img2dcm", "--vl-photo", "-k", "PatientID=TEST-3", "-k", "PatientName=Invented^Person", tmp_path / "in.jpg", out
    )
    photograph, _ = photograph_in(out.read_bytes())
    assert photograph.pixels.data[-500:] == examples.file_of("jpg")[-500:]
    assert (photograph.calibration, photograph.lesion, photograph.burned_in) == (None, None, None)
    assert photograph.series.study.person == Person("TEST-3", "Invented", "Person")


def test_a_report_that_dcmtk_wrote_again_says_the_same(tmp_path: Path) -> None:
    needed("dsr2xml", "dcmtk")
    source, xml, again = (tmp_path / name for name in ("one.dcm", "one.xml", "again.dcm"))
    source.write_bytes(report_file(examples.report()))
    said("dsr2xml", source, xml)
    said("xml2dsr", xml, again)
    found = read(again.read_bytes(), "again").value
    assert isinstance(found, Report)
    assert [group.lesion for group in found.groups] == [examples.LESION]
    assert [one.value for one in found.groups[0].measures] == [pytest.approx(3.123456789012), None, -1.5]
    assert found.groups[0].area == examples.AREA


def test_content_of_a_report_that_is_not_ours_is_listed() -> None:
    one = report_dataset(examples.report())
    extra = Dataset()
    extra.RelationshipType, extra.ValueType, extra.TextValue = "CONTAINS", "TEXT", "words"
    name = Dataset()
    name.CodeValue, name.CodingSchemeDesignator, name.CodeMeaning = "121071", "DCM", "Finding"
    extra.ConceptNameCodeSequence = [name]
    one.ContentSequence[-1].ContentSequence[0].ContentSequence.append(extra)
    found = read(file_bytes(one, pydicom.uid.UID(EXPLICIT)), "another's")
    assert found.not_understood == ("content: TEXT Finding",)
    assert found.to_json()["kind"] == "report"
