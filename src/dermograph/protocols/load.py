"""From a folder of packs to protocols: all of it, or an error that names every problem."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from dermograph.core.errors import InputError, ProtocolError, shown
from dermograph.core.text import Text
from dermograph.protocols.citations import Conflict, Source, read_conflicts, read_source
from dermograph.protocols.field import Field
from dermograph.protocols.library import Library
from dermograph.protocols.model import Protocol
from dermograph.protocols.overrides import read_overrides
from dermograph.protocols.put_together import cited_sources, read_protocol
from dermograph.protocols.read_protocol import Reader
from dermograph.protocols.strict_yaml import parse, read_file
from dermograph.protocols.vocabulary import Vocabulary, read_vocabulary

PACKS = Path(__file__).parent / "packs"


def load_library(*extra: Path) -> Library:
    """All protocols: the three that come with Dermograph, and those of the folders given.

    Args:
        extra: A clinic's own pack folders, each with a ``protocol.yaml`` and, if it likes, a folder ``sources``. They
            pass the whole check, or nothing is loaded.

    Raises:
        ProtocolError: If anything is wrong in any of them; it holds every problem found.
    """
    folders = tuple(path.resolve() for path in extra)
    return _load(folders, tuple(_stamp(folder) for folder in folders))


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file of a pack does, so that a changed pack is read again."""
    paths = sorted((*folder.glob("*.yaml"), *folder.glob("sources/*.yaml")))
    stats = [(str(path), path.stat()) for path in paths if path.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@functools.lru_cache(maxsize=8)
def _load(
    extra: tuple[Path, ...],
    stamps: tuple[tuple[tuple[str, int, int], ...], ...] = (),  # noqa: ARG001 (part of the cache's key)
) -> Library:
    problems: list[InputError] = []
    texts: dict[str, str] = {}

    def document(path: Path, name: str) -> Field | None:
        try:
            texts[name] = read_file(path).replace("\r\n", "\n")
            return parse(texts[name], name)
        except InputError as error:
            problems.append(error)
            return None

    vocabulary = _vocabulary(document(PACKS / "facts.yaml", "facts.yaml"), problems)
    sources: dict[str, Source] = {}
    folders = [PACKS, *extra]
    for folder in folders:
        for path in sorted((folder / "sources").glob("*.yaml")):
            _add_source(document(path, _shown(path)), sources, problems)
    conflicts: dict[str, Conflict] = {}
    root = document(PACKS / "conflicts.yaml", "conflicts.yaml")
    try:
        conflicts = read_conflicts(root, sources) if root else {}
    except InputError as error:
        problems.append(error)
    _stop(problems)
    reader = Reader(vocabulary, sources, conflicts, problems)
    protocols: dict[str, Protocol] = {}
    for path in (*sorted(PACKS.glob("*/protocol.yaml")), *(folder / "protocol.yaml" for folder in extra)):
        if root := document(path, _shown(path)):
            _add_protocol(root, reader, protocols, texts)
    _stop(problems)
    library = Library(
        vocabulary=vocabulary,
        sources=MappingProxyType(sources),
        conflicts=MappingProxyType(conflicts),
        protocols=MappingProxyType(protocols),
    )
    if extra:
        from dermograph.protocols.check import check_library  # noqa: PLC0415 (the built-in packs are checked by CI)

        _stop(check_library(library))
    return library


def _shown(path: Path) -> str:
    """A file as errors show it: a built-in one by its place in the packs, a clinic's own by its whole path."""
    return path.relative_to(PACKS).as_posix() if path.is_relative_to(PACKS) else str(path)


def _stop(problems: Sequence[InputError]) -> None:
    if problems:
        raise ProtocolError(tuple(problems))


def _vocabulary(root: Field | None, problems: list[InputError]) -> Vocabulary:
    _stop(problems)
    if root is None:
        raise AssertionError  # a document that could not be read has already stopped us
    try:
        return read_vocabulary(root)
    except InputError as error:
        raise ProtocolError((error,)) from error


def _add_source(root: Field | None, sources: dict[str, Source], problems: list[InputError]) -> None:
    if root is None:
        return
    try:
        source = read_source(root)
        if source.key in sources:
            raise root.error(
                Text(f"The source {shown(source.key)} exists.", f"La fuente {shown(source.key)} ya existe.")
            )
        sources[source.key] = source
    except InputError as error:
        problems.append(error)


def _add_protocol(root: Field, reader: Reader, protocols: dict[str, Protocol], texts: Mapping[str, str]) -> None:
    before = len(reader.problems)
    try:
        if "extends" in root.entries():
            protocol = read_overrides(root, reader, protocols)
        else:
            protocol = read_protocol(root, reader)
        if protocol.id in protocols:
            raise root.error(
                Text(f"The protocol {shown(protocol.id)} exists.", f"El protocolo {shown(protocol.id)} ya existe."),
                Text("Give yours another id, or extend it.", "Póngale otro identificador, o amplíelo."),
            )
    except InputError as error:
        reader.problems.append(error)
        return
    if len(reader.problems) == before:
        protocols[protocol.id] = _pinned(protocol, root.file, texts, protocols)


def _pinned(protocol: Protocol, file: str, texts: Mapping[str, str], protocols: Mapping[str, Protocol]) -> Protocol:
    """The protocol with its hash: over all that decides, so that a changed comma in a register changes it too."""
    registers = [protocol.sources[key].register for key in cited_sources(protocol)]
    parts = ["facts.yaml", "conflicts.yaml", *registers, file]
    digest = hashlib.sha256()
    for name in parts:
        digest.update(hashlib.sha256(texts[name].encode()).digest())
    if protocol.base:
        digest.update(protocols[protocol.base].hash.encode())
    return dataclasses.replace(protocol, hash=f"sha256:{digest.hexdigest()}")
