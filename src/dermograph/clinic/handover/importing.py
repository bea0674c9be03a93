"""Files of another system: Bundles, or lines of resources (NDJSON), read in pieces and taken over one after another."""

from __future__ import annotations

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from dermograph.clinic.handover.holdings import Address
from dermograph.clinic.handover.judging import NOBODY
from dermograph.clinic.handover.subjects import said_by, whom_each
from dermograph.clinic.handover.taking import take_over_bundle
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.permissions import CLINICAL
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.incoming import Result
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.outcome import Issue, RefusedError
from dermograph.exchange.fhir.read.json_text import MOST_BYTES, json_of, too_large
from dermograph.exchange.fhir.read.reading import MOST_RESOURCE_BYTES

AT_ONCE: Final = 2000  # lines in one piece
LONGEST_SOURCE: Final = 500
#: Of which types the lines come before or after all others: ``_TURNS`` names the others by nothing.
_NAMED: Final = {
    kind: re.compile(rb'"resourceType"\s*:\s*"%b"' % kind.encode()) for kind in ("Patient", "QuestionnaireResponse")
}
_TURNS: Final = ("Patient", "", "QuestionnaireResponse")
#: So many times what was refused for want of something is taken up again, while that brings anything.
_MOST_AGAIN: Final = 10
#: The codes of what is refused for want of something else that may come yet.
_WANTING: Final = frozenset({"not-found", "processing"})
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_NO_OBJECT: Final = Issue("structure", Text("A resource is a JSON object.", "Un recurso es un objeto JSON."))
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one entry of a file.

    Attributes:
        file: Its name.
        place: The number of the entry, from 0, or of the line, from 1.
        result: What became of it.
    """

    file: str
    place: int
    result: Result


@dataclass
class Import:
    """What became of all files.

    Attributes:
        entries: In the order in which they were taken over: of lines the patients first, then the responses, last what
            waited for others.
    """

    entries: list[Taken] = field(default_factory=list)

    def count(self, done: str) -> int:
        """How many were created, changed, unchanged or refused."""
        return sum(one.result.done == done for one in self.entries)


def who_takes_over(slug: str, email: str) -> tuple[Clinic, Membership]:
    """The clinic, and who of it answers for what is taken over.

    Raises:
        InputError: If there is no such clinic, or nobody of that address who may read what is clinical there.
    """
    clinic = Clinic.objects.filter(slug=slug).first()
    if clinic is None:
        raise InputError(
            Text(f"There is no clinic {shown(slug)}.", f"No hay una clínica {shown(slug)}."),
            Place(field="--clinic"),
            nearest(slug, Clinic.objects.values_list("slug", flat=True)),
        )
    address = email.replace("\0", "").strip().lower()
    people = clinic.memberships.filter(user__email=address, active=True, user__is_active=True)
    member = people.select_related("user", "clinic").first()
    if member is None:
        raise InputError(
            Text(f"Nobody of this clinic is {shown(email)}.", f"Nadie de esta clínica es {shown(email)}."),
            Place(field="--as"),
            Text("Give the address as in Settings, Staff.", "Indique el correo como en Ajustes, Personal."),
        )
    if member.role not in CLINICAL:
        raise InputError(
            Text(
                "Only a practitioner or the medical lead answers for clinical records.",
                "Solo un profesional o la dirección médica responde de historias clínicas.",
            ),
            Place(field="--as"),
        )
    return clinic, member


def checked_source(source: str) -> str:
    """The URI of the system that a file comes from, without a slash at its end.

    Raises:
        InputError: If it is no absolute URI.
    """
    if not _URI.fullmatch(source) or len(source) > LONGEST_SOURCE:
        raise InputError(
            Text(f"{shown(source)} is no absolute URI.", f"{shown(source)} no es un URI absoluto."),
            Place(field="--source"),
            Text("Write the base address of the system, such as https://hospital.example/fhir.", "Escriba la base."),
        )
    return source.rstrip("/")


def take_over_files(
    clinic: Clinic,
    member: Membership,
    files: Sequence[Path],
    *,
    source: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Import:
    """Take files over. What was interrupted is finished by the same files again.

    Of lines, the patients of all files come first and the responses last, so that the order of the files does not
    matter: what follows from entries comes after them. A line that is refused for want of another one, such as of what
    says whom it is about, is taken up again after all others.

    Args:
        clinic: Into whose records.
        member: Who answers for it.
        files: A Bundle each, or NDJSON.
        source: The URI of the system that they come from.
        dry_run: Only say what would become of them.
        progress: Told the file and how many entries of it are done.

    Raises:
        RefusedError: If a file is neither; what was taken over before stays, as its report would say.
        OSError: If a file cannot be read.
    """
    of_lines = {file: _is_of_lines(file) for file in files}
    job = _Job(clinic, member, source, dry_run, progress)
    job.expect([file for file in files if of_lines[file]])
    for turn in _TURNS:
        for file in files:
            if of_lines[file]:
                for piece in _pieces(file, turn):
                    job.take(file, "batch", piece)
            elif turn == _TURNS[0]:
                job.take_bundle(file, _bundle(file))
    job.take_again()
    return job.done


@dataclass
class _Job:
    """Files that are taken over.

    Attributes:
        expected: What lines bring and is no patient, or a dry run found, with whom that is about if it found that.
        waiting: The lines that are refused for want of something, with what became of each so far, by file and number.
    """

    clinic: Clinic
    member: Membership
    source: str
    dry_run: bool
    progress: Progress | None
    done: Import = field(default_factory=Import)
    expected: dict[Address, uuid.UUID | None] = field(default_factory=dict)
    waiting: dict[Path, dict[int, Taken]] = field(default_factory=lambda: defaultdict(dict))

    def expect(self, files: Sequence[Path]) -> None:
        """Note what the lines of some files bring: other lines name it before it comes. Patients come first anyway."""
        keys = Keys(self.source, self.clinic.pk)
        for file in files:
            for turn in _TURNS[1:]:
                for piece in _pieces(file, turn):
                    named = [one for _, one in piece if isinstance(one, dict) and isinstance(one.get("id"), str)]
                    kinds = [(one.get("resourceType"), one) for one in named]
                    self.expected |= {
                        (kind, keys.of_resource(one)): None for kind, one in kinds if isinstance(kind, str)
                    }

    def take_again(self) -> None:
        """Take up what waits, until that brings nothing more; what waits then is refused."""
        for _ in range(_MOST_AGAIN):
            waiting, self.waiting = self.waiting, defaultdict(dict)
            for file, lines in waiting.items():
                for piece in _pieces(file, only=lines):
                    self.take(file, "batch", piece)
            if sum(map(len, self.waiting.values())) in (0, sum(map(len, waiting.values()))):
                break
        self.done.entries += [one for lines in self.waiting.values() for one in lines.values()]

    def take(self, file: Path, kind: str, lines: list[tuple[int, Any]]) -> None:
        """Take over some lines; those that are no JSON are refused by themselves."""
        good = [(number, one) for number, one in lines if not isinstance(one, Issue)]
        for number, one in lines:
            if isinstance(one, Issue):
                self.done.entries.append(Taken(file.name, number, Result(0, "", None, "refused", issues=(one,))))
        if good:
            bundle = {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for _, one in good]}
            self._take(file, bundle, [number for number, _ in good], is_line=True)

    def take_bundle(self, file: Path, bundle: Any) -> None:  # noqa: ANN401 (any JSON)
        """Take over a Bundle."""
        entries = bundle.get("entry", []) if isinstance(bundle, dict) else []
        places = list(range(len(entries) if isinstance(entries, list) else 0))
        self._take(file, bundle, places, is_line=False)

    def _take(self, file: Path, bundle: Any, places: list[int], *, is_line: bool) -> None:  # noqa: ANN401 (any JSON)
        try:
            found = take_over_bundle(
                self.clinic,
                self.member,
                bundle,
                source=self.source,
                dry_run=self.dry_run,
                expected=self.expected,
                progress=self._telling(file),
            )
        except RefusedError as error:
            raise _of_file(error, file) from error
        results = found.results
        if not found.applies:  # a transaction of which nothing is taken over
            results = tuple(one for one in results if one.done == "refused")
        for one in results:
            taken = Taken(file.name, places[one.number], one)
            if is_line and _is_wanting(one):
                self.waiting[file][taken.place] = taken
            else:
                self.done.entries.append(taken)
                self._put_down(one)
        if self.dry_run:
            self._remember(results)

    def _put_down(self, one: Result) -> None:
        """What is refused does not come any more."""
        if one.done == "refused" and one.key is not None and self.expected.get((one.kind, one.key)) is None:
            self.expected.pop((one.kind, one.key), None)

    def _remember(self, results: Sequence[Result]) -> None:
        """Whom each entry is about that a dry run did not write."""
        keys = Keys(self.source, self.clinic.pk)
        kept = [(one.kind, one.key, one.resource) for one in results]
        said = {(kind, key): said_by(resource, keys) for kind, key, resource in kept if key and resource}
        for at, whom in whom_each(said, self.expected.get).items():
            self.expected[at] = next(iter(whom)) if len(whom) == 1 else None

    def _telling(self, file: Path) -> Callable[[int, int], None] | None:
        tell, before = self.progress, len(self.done.entries)
        return None if tell is None else lambda done, _total: tell(file.name, before + done)


def _is_of_lines(file: Path) -> bool:
    """Whether a file holds a resource a line; a Bundle in one line is a Bundle."""
    with file.open("rb") as stream:
        if file.suffix.lower() in {".ndjson", ".jsonl"}:
            return True
        first = next((line for line in _lines(stream) if line.strip()), b"")
        rest = next((line for line in _lines(stream) if line.strip()), b"")
    if not rest:
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _bundle(file: Path) -> Any:  # noqa: ANN401 (any JSON)
    if file.stat().st_size > MOST_BYTES:
        raise _of_file(RefusedError(too_large(MOST_BYTES)), file)
    try:
        return json_of(file.read_bytes())
    except RefusedError as error:
        raise _of_file(error, file) from error


def _is_wanting(one: Result) -> bool:
    """Whether an entry is refused for want of something that may come yet, and for nothing else."""
    errors = [issue for issue in one.issues if issue.severity in {"fatal", "error"}]
    return one.done == "refused" and all(issue.code in _WANTING or issue.words == NOBODY for issue in errors)


def _pieces(file: Path, turn: str = "", only: Collection[int] | None = None) -> Iterator[list[tuple[int, Any]]]:
    """Some lines of a file, some at once: those whose turn it is, or with some numbers.

    What cannot be read is told with all others.
    """
    piece: list[tuple[int, Any]] = []
    with file.open("rb") as stream:
        for number, line in enumerate(_lines(stream), start=1):
            if (
                not line.strip()
                or (turn and not _NAMED[turn].search(line))
                or (only is not None and number not in only)
            ):
                continue
            one = _resource(line)
            kind = one.get("resourceType") if isinstance(one, dict) else ""
            if only is None and (kind if kind in _NAMED else "") != turn:
                continue
            piece.append((number, one))
            if len(piece) == AT_ONCE:
                yield piece
                piece = []
    if piece:
        yield piece


def _lines(stream: Any) -> Iterator[bytes]:  # noqa: ANN401 (a binary file)
    """The lines of a file; of one that is too long only its beginning, so that it is refused and not held."""
    while line := stream.readline(MOST_RESOURCE_BYTES + 2):
        whole = line
        while not whole.endswith(b"\n") and len(whole) > MOST_RESOURCE_BYTES:
            whole = stream.readline(MOST_RESOURCE_BYTES + 2)
            if not whole:
                break
        yield line


def _resource(line: bytes) -> Any:  # noqa: ANN401 (any JSON, or an Issue)
    try:
        one = json_of(line.strip(), most_bytes=MOST_RESOURCE_BYTES)
    except RefusedError as error:
        return error.issues[0]
    return one if isinstance(one, dict) else _NO_OBJECT


def _of_file(error: RefusedError, file: Path) -> RefusedError:
    """The same error with the name of the file."""
    named = RefusedError(*error.issues)
    named.place = Place(str(file), field=error.place.field)
    return named
