"""Files that are not read: each is refused in words that say what to do, in both languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from dermograph.core.errors import InputError
from dermograph.photo.decode.refuse import LARGEST_MP, SMALLEST_SIDE_PX, check_size
from dermograph.photo.image import read_photograph, read_photograph_bytes
from tests.photo.image.samples import HEIGHT, WIDTH, image, jpeg_claiming, png_claiming, saved, scene, valid


def _refusal(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_photograph_bytes(data, "photo.jpg")
    error = caught.value
    assert error.place.file == "photo.jpg"
    for language in ("en", "es"):
        assert error.what.say(language).endswith(".")
        assert error.todo.say(language).endswith(".")
    assert error.what.en != error.what.es
    return error.what.en


def _two_frames(kind: str) -> bytes:
    other = Image.fromarray(scene()[::-1].copy())
    return saved(image(), kind, save_all=True, append_images=[other])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("kind", ["jpeg", "jpeg_progressive", "png", "tiff", "tiff_16", "png_16", "webp", "heic"])
def test_a_truncated_file_is_refused(kind: str, share: float) -> None:
    data = valid()[kind]
    cut = min(int(len(data) * share), len(data) - 40)  # the end mark of a PNG alone may be missing
    assert _refusal(data[:cut])


@pytest.mark.parametrize("kind", ["png", "tiff", "webp"])
def test_a_truncated_file_is_refused_whatever_a_library_asked_pillow_for(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert _refusal(valid()[kind][: len(valid()[kind]) // 2])


@pytest.mark.parametrize("options", [{}, {"progressive": True}])
def test_a_truncated_jpeg_that_was_closed_again_is_refused(options: dict[str, bool]) -> None:
    data = saved(image(), "JPEG", quality=90, **options)
    assert "damaged" in _refusal(data[: int(len(data) * 0.6)] + b"\xff\xd9")


def test_a_jpeg_cut_before_its_picture_but_behind_its_thumbnail_is_refused() -> None:
    thumbnail = saved(image().resize((16, 12)), "JPEG")
    data = saved(image(), "JPEG", exif=b"Exif\0\0" + thumbnail)
    assert "damaged" in _refusal(data[: len(thumbnail) + 800])


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (bytes(5000), "not a photograph"),
        (b"hello, this is no photograph", "not a photograph"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"%PDF-1.7\n", "PDF"),
        (saved(image("P"), "GIF"), "GIF"),
        (saved(image(), "BMP"), "BMP"),
        (b"\0\0\0\x20ftypmp42" + bytes(300), "video"),
        (b"\0\0\0\x20ftypavif" + bytes(300), "AVIF"),
        (b"\0\0\0\x18ftyphevc" + bytes(300), "film"),
        (b"II*\0\x10\0\0\0CR\x02\0" + bytes(300), "raw"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
    ],
)
def test_what_is_no_photograph_is_refused_by_its_name(data: bytes, word: str) -> None:
    assert word in _refusal(data)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_colours_for_printing_are_refused(kind: str) -> None:
    assert "CMYK" in _refusal(saved(image("CMYK"), kind))


@pytest.mark.parametrize("mode", ["LAB", "F", "I"])
def test_other_kinds_of_numbers_are_refused(mode: str) -> None:
    picture = image(mode) if mode == "LAB" else image("L").convert(mode)
    assert _refusal(saved(picture, "TIFF"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_an_animation_is_refused(kind: str) -> None:
    assert "2 pictures" in _refusal(_two_frames(kind))


def test_a_raw_file_is_refused_and_not_its_thumbnail_read() -> None:
    assert "raw" in _refusal(saved(image(), "TIFF", tiffinfo={254: 1}))


@pytest.mark.parametrize("size", [(1, 1), (SMALLEST_SIDE_PX - 1, 500), (500, SMALLEST_SIDE_PX - 1)])
def test_a_tiny_picture_is_refused(size: tuple[int, int]) -> None:
    assert "only" in _refusal(saved(Image.new("RGB", size, (200, 150, 120)), "PNG"))


def test_the_smallest_side_is_read() -> None:
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 255, (SMALLEST_SIDE_PX, 80, 3), dtype=np.uint8))
    assert read_photograph_bytes(saved(picture, "PNG"), "x").height == SMALLEST_SIDE_PX


@pytest.mark.parametrize("size", [(30_000, 30_000), (13_000, 10_000)])
def test_too_many_pixels_are_refused_from_the_header(size: tuple[int, int]) -> None:
    assert f"{LARGEST_MP} million" in _refusal(png_claiming(*size))
    assert f"{LARGEST_MP} million" in _refusal(jpeg_claiming(*size))


def test_more_pixels_than_a_file_can_hold_are_refused() -> None:
    assert "damaged" in _refusal(png_claiming(10_000, 10_000))


@pytest.mark.parametrize(("megapixels", "is_read"), [(LARGEST_MP, True), (LARGEST_MP + 1, False)])
def test_the_largest_size_is_the_last_that_is_read(megapixels: int, *, is_read: bool) -> None:
    try:
        check_size("x", 1000, 1000 * megapixels, 10**9)
    except InputError:
        assert not is_read
    else:
        assert is_read


def test_a_zero_size_in_the_header_is_refused() -> None:
    assert _refusal(png_claiming(0, HEIGHT))
    assert _refusal(jpeg_claiming(WIDTH, 0))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder"):
        read_photograph(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_photograph(tmp_path / "photo.jpg")


def test_a_device_that_never_ends_is_not_read() -> None:
    with pytest.raises(InputError, match="not an ordinary file"):
        read_photograph(Path("/dev/zero"))


def test_a_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        read_photograph(Path("a\0b.jpg"))
