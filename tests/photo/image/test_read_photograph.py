"""Reading photographs: every kind that is read, turned upright, in sRGB, with 8 bits."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from dermograph.photo.image import Photograph, read_photograph, read_photograph_bytes
from tests.photo.image.samples import HEIGHT, WIDTH, deep, deep_tiff, heic, image, saved, scene, valid

ORIENTATIONS = range(1, 9)
FINEST: dict[str, dict[str, Any]] = {"WEBP": {"lossless": True}, "JPEG": {"quality": 98, "subsampling": 0}}


def _read(data: bytes) -> Photograph:
    return read_photograph_bytes(data, "x.jpg")


def _difference(photo: Photograph) -> float:
    return float(np.abs(photo.rgb.astype(int) - scene()).mean())


def _turned(orientation: int) -> np.ndarray:
    picture = image()
    picture.getexif()[274] = orientation
    return np.asarray(ImageOps.exif_transpose(picture))


def _profile(name: str) -> bytes:
    """A profile with the primaries' columns of sRGB exchanged, so that it surely differs; or sRGB itself."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    if name == "sRGB":
        return bytes(data)
    entries = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(data[128:132], "big"), 12)}
    red, green = entries[b"rXYZ"], entries[b"gXYZ"]
    data[red + 4 : red + 12], data[green + 4 : green + 12] = data[green + 4 : green + 12], data[red + 4 : red + 12]
    return bytes(data)


@pytest.mark.parametrize("kind", ["png", "tiff", "tiff_lzw", "webp_lossless", "png_16", "tiff_16"])
def test_a_file_without_loss_gives_its_very_pixels(kind: str) -> None:
    data = valid()[kind]
    photo = _read(data)
    want = _turned(6) if kind in ("png", "tiff_lzw") else scene()
    assert np.array_equal(photo.rgb, want)


@pytest.mark.parametrize("data", [saved(image(), "JPEG", quality=92), saved(image(), "WEBP", quality=92), heic()])
def test_a_file_with_loss_gives_nearly_its_pixels(data: bytes) -> None:
    photo = _read(data)
    assert (photo.width, photo.height) == (WIDTH, HEIGHT)
    assert _difference(photo) < 4


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_an_orientation_in_the_exif_is_honoured_once(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    options = FINEST.get(kind, {})
    photo = _read(saved(image(), kind, exif=exif, **options))
    want = _turned(orientation)
    assert photo.rgb.shape == want.shape
    assert np.abs(photo.rgb.astype(int) - want).mean() < 2


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_tiff_of_16_bits_is_turned_once(orientation: int) -> None:
    assert np.array_equal(_read(deep_tiff(orientation)).rgb, _turned(orientation))


def test_a_heic_is_turned_by_its_own_mark_and_not_again_by_its_exif() -> None:
    photo = _read(valid()["heic"])
    assert (photo.height, photo.width) == (WIDTH, HEIGHT)
    assert np.abs(photo.rgb.astype(int) - _turned(6)).mean() < 4


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_16_bits_are_rounded_to_8_and_said(kind: str) -> None:
    photo = _read(deep(kind))
    assert _difference(photo) == 0
    assert [finding.check for finding in photo.findings] == ["bit_depth"]
    assert photo.findings[0].passed


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_grey_of_16_bits_is_grey(kind: str) -> None:
    photo = _read(deep(kind, grey=True))
    assert not photo.has_colour
    assert np.array_equal(photo.rgb[..., 1], scene()[..., 0])


@pytest.mark.parametrize("data", [saved(image("L"), "JPEG"), saved(image("L").convert("RGB"), "JPEG")])
def test_a_grey_picture_has_no_colour_even_in_three_channels(data: bytes) -> None:
    assert not _read(data).has_colour


def test_a_colour_photograph_has_colour() -> None:
    assert _read(valid()["jpeg"]).has_colour


def test_a_palette_is_read_and_said() -> None:
    photo = _read(saved(image().quantize(200), "PNG"))
    assert _difference(photo) < 5
    assert [finding.check for finding in photo.findings] == ["palette"]


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_an_opaque_alpha_channel_changes_nothing(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = _read(saved(image("RGBA"), kind, **options))
    assert np.array_equal(photo.rgb, scene())
    assert photo.findings == ()


def test_what_is_transparent_is_black_and_said() -> None:
    picture = image("RGBA")
    picture.paste((200, 200, 200, 0), (0, 0, 30, 20))
    photo = _read(saved(picture, "PNG"))
    assert (photo.rgb[:20, :30] == 0).all()
    assert [finding.check for finding in photo.findings] == ["transparency"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_an_embedded_profile_is_converted_to_srgb(kind: str) -> None:
    options = FINEST.get(kind, {})
    profile = _profile("other")
    photo = _read(saved(image(), kind, icc_profile=profile, **options))
    want = ImageCms.profileToProfile(
        image(),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )
    assert np.abs(photo.rgb.astype(int) - np.asarray(want)).mean() < 2
    assert _difference(photo) > 5
    assert photo.findings[0].passed


def test_a_profile_that_is_srgb_leaves_the_pixels_as_they_are() -> None:
    photo = _read(saved(image(), "PNG", icc_profile=_profile("sRGB")))
    assert np.array_equal(photo.rgb, scene())
    assert photo.findings == ()


@pytest.mark.parametrize(
    "profile", [b"nonsense" * 40, _profile("sRGB")[:200], bytes(500)], ids=["words", "cut off", "zeros"]
)  # a profile tells the second in which it was made
def test_a_broken_profile_is_said_and_the_photograph_read(profile: bytes) -> None:
    photo = _read(saved(image(), "PNG", icc_profile=profile))
    assert np.array_equal(photo.rgb, scene())
    assert [(finding.check, finding.passed) for finding in photo.findings] == [("colour_profile", False)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024:05:06 07:08:09", dt.datetime(2024, 5, 6, 7, 8, 9)),  # noqa: DTZ001 - a camera's clock has no zone
        ("2024-05-06T07:08:09", dt.datetime(2024, 5, 6, 7, 8, 9)),  # noqa: DTZ001 - the same
        ("2024:05:06 07:08", dt.datetime(2024, 5, 6, 7, 8)),  # noqa: DTZ001 - the same
        ("2024:05:06", dt.datetime(2024, 5, 6)),  # noqa: DTZ001 - the same
        ("2024:05:06 07:08:09\0\0", dt.datetime(2024, 5, 6, 7, 8, 9)),  # noqa: DTZ001 - the same
        ("0000:00:00 00:00:00", None),
        ("2024:13:40 99:99:99", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
    ],
)
def test_the_time_is_read_however_it_is_written(written: str, read: dt.datetime | None) -> None:
    exif = Image.Exif()
    exif[306] = written
    assert _read(saved(image(), "JPEG", exif=exif)).taken_at == read


def test_when_it_was_taken_counts_before_when_it_was_saved() -> None:
    exif = Image.Exif()
    exif[306] = "2025:01:01 00:00:00"
    exif.get_ifd(0x8769)[36867] = "2024:05:06 07:08:09"
    assert _read(saved(image(), "JPEG", exif=exif)).taken_at == dt.datetime(2024, 5, 6, 7, 8, 9)  # noqa: DTZ001 (a camera writes no zone)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [("Maker\0", "Maker X1", "Maker X1"), ("Maker", "X1", "Maker X1"), ("", "X1", "X1"), ("", "", None)],
)
def test_the_camera_names_its_maker_once(make: str, model: str, camera: str | None) -> None:
    exif = Image.Exif()
    exif[271], exif[272] = make, model
    assert _read(saved(image(), "JPEG", exif=exif)).camera == camera


def test_a_broken_exif_says_nothing() -> None:
    photo = _read(saved(image(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\xff\xff" + bytes(range(60))))
    assert photo.taken_at is None
    assert _difference(photo) < 5


def test_a_phones_jpeg_with_a_second_picture_is_its_first(tmp_path: Path) -> None:
    other = Image.fromarray(np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    path = tmp_path / "phone.jpg"
    path.write_bytes(saved(image(), "MPO", save_all=True, append_images=[other]))
    assert _difference(read_photograph(path)) < 5


def test_a_wrong_ending_of_the_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(valid()["webp_lossless"])
    assert np.array_equal(read_photograph(path).rgb, scene())


def test_the_file_is_named_hashed_and_left_as_it_is(tmp_path: Path) -> None:
    data = valid()["jpeg"]
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)
    photo = read_photograph(path)
    assert (photo.name, photo.sha256) == ("photo.jpg", hashlib.sha256(data).hexdigest())
    assert path.read_bytes() == data


def test_bytes_behind_the_picture_do_not_matter() -> None:
    assert _difference(_read(saved(image(), "JPEG", quality=92) + b"appended by a phone" * 50)) < 4


@pytest.mark.slow
def test_a_large_photograph_takes_little_more_memory_than_its_pixels() -> None:
    rng = np.random.default_rng(0)
    large = np.kron(rng.integers(60, 200, (300, 400, 3), dtype=np.uint8), np.ones((10, 10, 1), np.uint8))
    data = saved(Image.fromarray(large), "JPEG", quality=90)
    photo = _read(data)
    assert photo.rgb.shape == (3000, 4000, 3)
    assert photo.rgb.flags.c_contiguous
