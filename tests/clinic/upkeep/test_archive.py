"""The encrypted stream and what opens it: whatever is done to an archive, nothing wrong comes out of it."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.clinic.upkeep import sealed_stream, unlocking
from dermograph.clinic.upkeep.sealed_stream import Damaged, OpeningReader, SealingWriter, read_head
from dermograph.clinic.upkeep.unlocking import PrivateKey, PublicKey, make_pair, passphrase, read_private, read_public
from dermograph.core.errors import InputError

KEY = bytes(range(32))
SMALL = 64


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed_stream, "CHUNK", SMALL)
    monkeypatch.setattr(unlocking, "_N", 1 << 8)


def sealed(data: bytes, pieces: int = 37) -> bytes:
    target = io.BytesIO()
    writer = SealingWriter(target, {"format": 1}, KEY)
    for start in range(0, len(data), pieces):
        writer.write(data[start : start + pieces])
    assert writer.tell() == len(data)
    writer.close()
    return target.getvalue()


def opened(archive: bytes, key: bytes = KEY) -> bytes:
    source = io.BytesIO(archive)
    start, _header = read_head(source, "x")
    return OpeningReader(source, start, key, "x").read()


@pytest.mark.parametrize("size", [0, 1, SMALL - 1, SMALL, SMALL + 1, 2 * SMALL, 5 * SMALL + 7])
def test_what_was_sealed_comes_back(size: int) -> None:
    data = os.urandom(size)
    assert opened(sealed(data)) == data
    assert data[:SMALL] not in sealed(data) or size < 4


@given(st.binary(max_size=700), st.integers(1, 200), st.lists(st.integers(1, 300), max_size=20))
def test_it_comes_back_however_it_is_written_and_read(data: bytes, pieces: int, reads: list[int]) -> None:
    archive = sealed(data, pieces)
    source = io.BytesIO(archive)
    start, _header = read_head(source, "x")
    reader = OpeningReader(source, start, KEY, "x")
    got = b"".join(reader.read(size) for size in reads)
    assert got + reader.read() == data


def test_every_single_byte_counts() -> None:
    data = os.urandom(3 * SMALL + 10)
    archive = sealed(data)
    for place in range(len(archive)):
        altered = bytearray(archive)
        altered[place] ^= 1
        with pytest.raises(Damaged):
            opened(bytes(altered))


def test_every_cut_is_noticed() -> None:
    archive = sealed(os.urandom(3 * SMALL))
    for length in range(len(archive)):
        with pytest.raises(Damaged):
            opened(archive[:length])


@pytest.mark.parametrize("more", [b"\0", b"x" * 80, b"y" * 200])
def test_what_is_added_is_noticed(more: bytes) -> None:
    with pytest.raises(Damaged):
        opened(sealed(b"a" * 200) + more)


def test_chunks_that_are_moved_doubled_or_left_out_are_noticed() -> None:
    archive = sealed(os.urandom(4 * SMALL))
    start = len(archive) - 4 * (SMALL + 16)
    head = archive[:start]
    chunks = [archive[start + n * (SMALL + 16) : start + (n + 1) * (SMALL + 16)] for n in range(4)]
    for order in ((1, 0, 2, 3), (0, 1, 1, 2, 3), (0, 2, 3), (0, 1, 3), (3,), (0, 1, 2), (0, 1, 2, 3, 3), ()):
        with pytest.raises(Damaged):
            opened(head + b"".join(chunks[one] for one in order))
    assert opened(head + b"".join(chunks))


def test_a_chunk_of_another_archive_with_the_same_key_is_noticed() -> None:
    one, other = sealed(b"a" * 3 * SMALL), io.BytesIO()
    writer = SealingWriter(other, {"format": 2}, KEY)
    writer.write(b"a" * 3 * SMALL)
    writer.close()
    with pytest.raises(Damaged):
        opened(one[: -(SMALL + 16)] + other.getvalue()[-(SMALL + 16) :])


@pytest.mark.parametrize(
    "data", [b"", b"x", b"DERMOBK1", b"DERMOBK1\xff\xff\xff\xff", b"DERMOBK1\0\0\0\2[]", b"PK\3\4"]
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(Damaged):
        opened(data)


def test_a_passphrase_opens_what_it_locked_and_no_other() -> None:
    lock = passphrase("correct horse battery")
    header = json.loads(json.dumps({"lock": lock.lock(KEY)}))
    assert lock.unlock(header, "x") == KEY
    with pytest.raises(InputError, match="not the one of this backup"):
        passphrase("correct horse batterz").unlock(header, "x")
    with pytest.raises(InputError, match="opens with a passphrase"):
        PrivateKey(KEY).unlock(header, "x")


def test_a_short_passphrase_locks_nothing() -> None:
    assert passphrase("x" * unlocking.SHORTEST).words
    with pytest.raises(InputError, match="fewer than 12"):
        passphrase("x" * (unlocking.SHORTEST - 1))


def test_a_public_key_locks_and_only_its_private_one_opens(tmp_path: Path) -> None:
    public = make_pair(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    header = {"lock": read_public(public).lock(KEY)}
    assert read_private(tmp_path / "key").unlock(header, "x") == KEY
    make_pair(tmp_path / "other")
    with pytest.raises(InputError, match="not the one of this backup"):
        read_private(tmp_path / "other").unlock(header, "x")
    with pytest.raises(InputError, match="opens with a key file"):
        passphrase("x" * 20).unlock(header, "x")
    with pytest.raises(InputError, match="does not exist yet"):
        make_pair(tmp_path / "key")
    with pytest.raises(InputError, match="no public key"):
        read_public(tmp_path / "key")
    with pytest.raises(InputError, match="no private key"):
        read_private(public)
    assert isinstance(read_public(public), PublicKey)


@pytest.mark.parametrize(
    "change",
    [
        {"n": 1 << 30},
        {"n": 3},
        {"n": 0},
        {"n": "256"},
        {"n": True},
        {"r": 10**9},
        {"p": -1},
        {"salt": "é"},
        {"salt": None},
        {"key": "AAAA"},
        {"key": ""},
        {"by": "magic"},
    ],
)
def test_a_header_that_was_made_up_is_refused_at_once(change: dict[str, object]) -> None:
    lock = passphrase("correct horse battery")
    header = {"lock": lock.lock(KEY) | change}
    with pytest.raises(InputError):
        lock.unlock(header, "x")
    wrong: list[dict[str, object]] = [{}, {"lock": None}, {"lock": []}]
    for broken in wrong:
        with pytest.raises(Damaged):
            lock.unlock(broken, "x")
