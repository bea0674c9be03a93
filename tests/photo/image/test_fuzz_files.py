"""Broken files: each gives a photograph or an error in words, and nothing else."""

from __future__ import annotations

import random
import resource
import struct
import sys
import zlib
from collections.abc import Callable

import pytest

from dermograph.core.errors import InputError
from dermograph.photo.image import Photograph, read_photograph_bytes
from tests.photo.image.samples import jpeg_claiming, png_chunk, png_claiming, valid

FOR_EACH_KIND = 180  # 13 kinds: 2,340 files
_SIZES = (0, 1, 63, 64, 255, 256, 4000, 30_000, 32_767, 65_535, 2**31 - 1, 2**32 - 1)
Break = Callable[[bytes, random.Random], bytes]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def _cut_inside(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randrange(1, 200) :]


def _flip_bits(data: bytes, rng: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
    return bytes(broken)


def _break_head(data: bytes, rng: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(rng.choice((1, 2, 5))):
        broken[rng.randrange(min(len(broken), 400))] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
    return bytes(broken)


def _forge_number(data: bytes, rng: random.Random) -> bytes:
    broken = bytearray(data)
    value = rng.choice(_SIZES)
    form = rng.choice((">I", "<I", ">H", "<H"))
    at = rng.randrange(4, min(len(broken), 600) - 4)
    struct.pack_into(form, broken, at, value & (0xFFFFFFFF if form[1] == "I" else 0xFFFF))
    return bytes(broken)


def _swap_parts(data: bytes, rng: random.Random) -> bytes:
    if data.startswith(b"\x89PNG"):
        return _swap_chunks(data, rng)
    one, two, three = sorted(rng.randrange(len(data)) for _ in range(3))
    return data[:one] + data[two:three] + data[one:two] + data[three:]


def _swap_chunks(data: bytes, rng: random.Random) -> bytes:
    """Chunks of a PNG in another order, or with other bytes under a right checksum."""
    chunks, at = [], 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    if rng.random() < 0.5:
        rng.shuffle(chunks)
    place = rng.randrange(len(chunks))
    kind, body = chunks[place]
    if body:
        chunks[place] = (kind, _flip_bits(body, rng))
    return data[:8] + b"".join(png_chunk(name, content) for name, content in chunks)


def _add_noise(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.randrange(1, 300)) + data[at:]


def _repeat(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data))] + data


BREAKS: tuple[Break, ...] = (
    _cut,
    _cut_inside,
    _flip_bits,
    _break_head,
    _forge_number,
    _swap_parts,
    _add_noise,
    _repeat,
)


def _outcome(data: bytes) -> str:
    """What reading gives: ``read`` or ``refused``; anything else it raises is not caught."""
    try:
        photo = read_photograph_bytes(data, "broken")
    except InputError as error:
        return "refused" if error.what.en and error.what.es else "refused without words"
    assert isinstance(photo, Photograph)
    assert photo.rgb.ndim == 3
    return "read"


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(valid()))
def test_a_broken_file_gives_a_photograph_or_an_error_in_words(kind: str) -> None:
    rng = random.Random(zlib.crc32(kind.encode()))
    outcomes = [_outcome(rng.choice(BREAKS)(valid()[kind], rng)) for _ in range(FOR_EACH_KIND)]
    assert set(outcomes) == {"read", "refused"}


def test_there_are_at_least_2000_broken_files() -> None:
    assert FOR_EACH_KIND * len(valid()) >= 2000


@pytest.mark.parametrize("kind", sorted(valid()))
def test_a_file_cut_anywhere_gives_no_other_error(kind: str) -> None:
    data = valid()[kind]
    cuts = [int(len(data) * share / 12) for share in range(12)]
    assert {_outcome(data[:cut]) for cut in cuts} <= {"read", "refused"}


@pytest.mark.parametrize("size", [(30_000, 30_000), (12_000, 9_999), (65_500, 1_800)])
def test_a_forged_size_is_refused_without_the_memory_it_claims(size: tuple[int, int]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert _outcome(png_claiming(*size)) == "refused"
    assert _outcome(jpeg_claiming(*size)) == "refused"
    unit = 1 if sys.platform == "darwin" else 1024
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit < 30e6
