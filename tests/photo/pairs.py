"""Synthetic photographs that several tests compare, made once."""

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from dermograph.photo.phantom.pairs import Pair, pair
from dermograph.photo.phantom.shots import PhantomPhoto


def write_photo(path: Path, photo: PhantomPhoto, quality: int = 96) -> Path:
    """Write a synthetic photograph as the kind of file that its name says."""
    picture = cv2.cvtColor(photo.photograph.rgb, cv2.COLOR_RGB2BGR)
    assert cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return path


@pytest.fixture(scope="session")
def small_pair() -> Callable[..., Pair]:
    """Pairs of 1,600 × 1,200 px at 8 px/mm, each made once in a process."""
    made: dict[tuple[object, ...], Pair] = {}

    def get(seed: int, *, faded: float = 0.5, **options: object) -> Pair:
        key = (seed, faded, *sorted(options.items(), key=lambda one: one[0]))
        if key not in made:
            given = {"severity": "mild", "conditions": "protocol", "lesion": "hyperpigmentation", **options}
            severity = given.pop("severity")
            made[key] = pair(seed, severity, width=1600, height=1200, px_per_mm=8.0, faded=faded, **given)  # type: ignore[arg-type]  # a test names what it wants
        return made[key]

    return get


@pytest.fixture(scope="session")
def written(
    small_pair: Callable[..., Pair], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[Path, Path, Path, Pair]]:
    """The same pairs as files: baseline, follow-up, outline, and the truth."""
    made: dict[tuple[object, ...], tuple[Path, Path, Path, Pair]] = {}

    def get(seed: int, **options: object) -> tuple[Path, Path, Path, Pair]:
        key = (seed, *sorted(options.items(), key=lambda one: one[0]))
        if key not in made:
            folder = tmp_path_factory.mktemp("pair")
            found = small_pair(seed, **options)
            outline = folder / "outline.json"
            outline.write_text(json.dumps(found.before.truth.lesion.to_json()), encoding="utf-8")
            made[key] = (
                write_photo(folder / "before.jpg", found.before),
                write_photo(folder / "after.jpg", found.after),
                outline,
                found,
            )
        return made[key]

    return get
