"""A picture as it leaves: without metadata, and if wanted with words burnt into it."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageFont

from dermograph.photo.image import read_photograph_bytes
from dermograph.photo.preview import preview

_QUALITY = 88
_LINES_A_PICTURE = 32  # the height of the words is this part of the picture's
_SMALLEST_WORDS = 11  # px
_ROOM = 0.96  # of the width, for the words
_FAINT, _BAND, _WHITE = (255, 255, 255, 46), (20, 23, 26, 190), (255, 255, 255, 255)
_TILT = 24  # degrees


def without_metadata(data: bytes, name: str) -> bytes:
    """A photograph in its own size as a JPEG with nothing in it but the picture.

    Raises:
        InputError: If it is no photograph.
    """
    photograph = read_photograph_bytes(data, name)
    return preview(photograph, max(photograph.width, photograph.height))


def marked(jpeg: bytes, words: str) -> bytes:
    """A JPEG of the vault made anew, with words across it and along its foot; without words only made anew.

    Args:
        jpeg: A preview.
        words: Such as to whom it was shown, and when; empty for none.
    """
    with Image.open(io.BytesIO(jpeg)) as opened:
        picture = opened.convert("RGB")
    if words:
        picture = _burnt(picture, words)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _burnt(picture: Image.Image, words: str) -> Image.Image:
    size = max(_SMALLEST_WORDS, min(picture.size) // _LINES_A_PICTURE)
    font = _fitting(words, size, picture.width)
    layer = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    layer.alpha_composite(_across(picture.size, words, font))
    draw = ImageDraw.Draw(layer)
    height = round(font.size * 1.8)
    draw.rectangle((0, picture.height - height, picture.width, picture.height), fill=_BAND)
    draw.text((picture.width / 2, picture.height - height / 2), words, font=font, fill=_WHITE, anchor="mm")
    return Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB")


def _across(size: tuple[int, int], words: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """The words again and again, faint and tilted: whoever cuts the foot off leaves them in."""
    side = round((size[0] ** 2 + size[1] ** 2) ** 0.5)
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for y in range(0, side, round(font.size * 6)):
        draw.text((side / 2, y), f"{words}     {words}", font=font, fill=_FAINT, anchor="mm")
    turned = layer.rotate(_TILT)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return turned.crop((left, top, left + size[0], top + size[1]))


def _fitting(words: str, size: int, width: int) -> ImageFont.FreeTypeFont:
    """The font in the largest size up to the given one in which the words fit into the width."""
    while True:
        font = ImageFont.load_default(size)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise TypeError("Pillow was built without FreeType")
        if size <= _SMALLEST_WORDS or font.getlength(words) <= _ROOM * width:
            return font
        size -= 1
