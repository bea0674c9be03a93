"""An embedded colour profile: found out whether it is sRGB, and applied if it is not."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from dermograph.core.text import Text
from dermograph.photo.finding import Finding

_ROWS = 256  # rows converted at a time, so that no second picture stands in memory
_STEPS = 9  # colours along each axis at which a profile is held against sRGB
#: Largest change, of 255, by a profile that counts as sRGB: the tables of its many editions differ by one.
SAME_AS_SRGB = 1

_BROKEN = Finding(
    "colour_profile",
    passed=False,
    says=Text(
        "The embedded colour profile cannot be used; the colours are taken as sRGB.",
        "El perfil de color incrustado no se puede usar; los colores se toman como sRGB.",
    ),
    todo=Text("Export the photograph as sRGB.", "Exporte la fotografía en sRGB."),
)
_APPLIED = Finding(
    "colour_profile",
    passed=True,
    says=Text(
        "The embedded colour profile was converted to sRGB.", "El perfil de color incrustado se convirtió a sRGB."
    ),
)


def apply_profile(rgb: NDArray[np.uint8], icc: bytes | None) -> tuple[Finding, ...]:
    """Convert pixels to sRGB in place.

    Args:
        rgb: ``(h, w, 3)``, encoded as the profile says; sRGB afterwards.
        icc: The profile; None or empty if the file has none, which means sRGB.

    Returns:
        What was done, or why it could not be.
    """
    if not icc:
        return ()
    try:
        to_srgb = _transform(icc)
        if _is_srgb(to_srgb):
            return ()
        for top in range(0, len(rgb), _ROWS):
            _convert(rgb[top : top + _ROWS], to_srgb)
    except Exception:  # noqa: BLE001 - ImageCms raises whatever the bytes lead to; a broken profile is a finding
        return (_BROKEN,)
    return (_APPLIED,)


def _transform(icc: bytes) -> ImageCms.ImageCmsTransform:
    """From the profile to sRGB, relative colorimetric: what both can hold stays as it is. A grey one acts on grey."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    space = profile.profile.xcolor_space.strip()
    mode = {"RGB": "RGB", "GRAY": "L"}[space]
    return ImageCms.buildTransform(
        profile, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC
    )


def _is_srgb(to_srgb: ImageCms.ImageCmsTransform) -> bool:
    """Whether the transform leaves a grid of colours as they are; by its name no profile can be told."""
    axis = np.rint(np.linspace(0, 255, _STEPS)).astype(np.uint8)
    grid = np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(1, -1, 3)
    if to_srgb.input_mode == "L":
        grid = np.repeat(axis, 3).reshape(1, -1, 3)
    before = grid.astype(np.int16)
    _convert(grid, to_srgb)
    return int(np.abs(grid - before).max()) <= SAME_AS_SRGB


def _convert(rows: NDArray[np.uint8], to_srgb: ImageCms.ImageCmsTransform) -> None:
    """Convert some rows in place."""
    source = rows[..., 0] if to_srgb.input_mode == "L" else rows
    rows[:] = np.asarray(to_srgb.apply(Image.fromarray(np.ascontiguousarray(source))))
