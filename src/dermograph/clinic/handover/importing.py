"""Files of another system: Bundles, or lines of resources (NDJSON), read in pieces and taken over one after another."""

from __future__ import annotations

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from dermograph.clinic.handover.holdings import Address
from dermograph.clinic.handover.judging import NOBODY, STANDS
from dermograph.clinic.handover.lines import TURNS, Piece, bundle_of, is_of_lines, of_file, pieces_of
from dermograph.clinic.handover.needing import address_of, needs_any, never_came, refused_needs
from dermograph.clinic.handover.subjects import said_by, whom_each
from dermograph.clinic.handover.taking import take_over_bundle
from dermograph.clinic.people.models import Clinic, Membership
from dermograph.clinic.permissions import CLINICAL
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.incoming import Result
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.outcome import Issue, RefusedError
from dermograph.exchange.fhir.read.check import issues_of

AT_ONCE: Final = 2000  # lines in one piece
LONGEST_SOURCE: Final = 500
#: So many times what was refused for want of something is taken up again, while that brings anything.
_MOST_AGAIN: Final = 10
#: The codes of what is refused for want of something else that may come yet.
_WANTING: Final = frozenset({"not-found", "processing"})
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
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
        entries: In the order in which they were taken over: of lines the patients first, then the requests, the
            responses after all others, last what waited for others.
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

    Of lines, the patients of all files come first, then what others are based on, and the responses last, so that the
    order of the files does not matter: what follows from entries comes after them. A line that is refused for want of
    another one, such as of what says whom it is about, is taken up again after all others, in the same order. What
    needs a refused line is refused with it; where that is found too late, it is told of it.

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
    of_lines = {file: is_of_lines(file) for file in files}
    job = _Job(clinic, member, source, dry_run, progress)
    job.expect([file for file in files if of_lines[file]])
    for turn in TURNS:
        for file in files:
            if of_lines[file]:
                for piece in pieces_of(file, turn, AT_ONCE):
                    job.take(file, piece)
            elif turn == TURNS[0]:
                job.take_bundle(file, bundle_of(file))
    job.take_again()
    job.tell_what_never_came()
    return job.done


@dataclass
class _Job:
    """Files that are taken over.

    Attributes:
        coming: How many lines bring what is no patient, until it is taken over or refused for good.
        expected: The same, and what was taken over, with whom that is about if a dry run found that.
        refused: What lines bring, is no patient, and is refused for good.
        waiting: The lines that are refused for want of something, with what became of each so far, by file and number.
    """

    clinic: Clinic
    member: Membership
    source: str
    dry_run: bool
    progress: Progress | None
    done: Import = field(default_factory=Import)
    coming: Counter[Address] = field(default_factory=Counter)
    expected: dict[Address, uuid.UUID | None] = field(default_factory=dict)
    refused: set[Address] = field(default_factory=set)
    waiting: dict[Path, dict[int, Taken]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        self.keys = Keys(self.source, self.clinic.pk)

    def expect(self, files: Sequence[Path]) -> None:
        """Note what the lines of some files bring: other lines name it before it comes. Patients come first anyway.

        What is wrong by itself never comes, unless another line brings the same.
        """
        for file in files:
            for turn in TURNS[1:]:
                for piece in pieces_of(file, turn, AT_ONCE):
                    for _, one in piece:
                        at = address_of(one, self.keys)
                        if at is None or at[0] == "Patient":
                            continue
                        if issues_of(one):
                            self.refused.add(at)
                        else:
                            self.coming[at] += 1
        self.expected |= dict.fromkeys(self.coming)
        self.refused -= self.coming.keys()

    def take_again(self) -> None:
        """Take up what waits, until that brings nothing more; what waits then is refused."""
        for _ in range(_MOST_AGAIN):
            waiting, self.waiting = self.waiting, defaultdict(dict)
            for turn in TURNS:
                for file, lines in waiting.items():
                    for piece in pieces_of(file, turn, AT_ONCE, only=lines):
                        self.take(file, piece)
            if sum(map(len, self.waiting.values())) in (0, sum(map(len, waiting.values()))):
                break
        for lines in self.waiting.values():
            for one in lines.values():
                self._settle(one, (one.result.kind, one.result.key) if one.result.key else None)

    def tell_what_never_came(self) -> None:
        """Say of what was taken over what it names that was refused after it."""
        for number, one in enumerate(self.done.entries if self.refused else ()):
            if told := never_came(one.result, self.refused, self.keys):
                self.done.entries[number] = replace(one, result=replace(one.result, issues=(*one.result.issues, *told)))

    def take(self, file: Path, lines: Piece) -> None:
        """Take over some lines; those that are no JSON are refused by themselves.

        With them goes what was refused before and they need, to be refused again: as in one Bundle nothing is taken
        that needs it.
        """
        good = [(number, one) for number, one in lines if not isinstance(one, Issue)]
        for number, one in lines:
            if isinstance(one, Issue):
                self.done.entries.append(Taken(file.name, number, Result(0, "", None, "refused", issues=(one,))))
        if not good:
            return
        resources = [one for _, one in good]
        entries = [{"resource": one} for one in (*resources, *refused_needs(resources, self.refused, self.keys))]
        results = self._results(file, {"resourceType": "Bundle", "type": "batch", "entry": entries})
        wanting = []
        for (number, line), result in zip(good, results[: len(good)], strict=True):
            one = Taken(file.name, number, result)
            if _is_wanting(result):
                wanting.append((one, line))
            else:  # of what is wrong by itself is known already whether another line brings it
                is_known = result.done == "refused" and issues_of(line)
                self._settle(one, None if is_known else address_of(line, self.keys))
        for one, line in wanting:
            if needs_any(self.refused, line, self.keys):  # that never comes
                self._settle(one, address_of(line, self.keys))
            else:
                self.waiting[file][one.place] = one

    def take_bundle(self, file: Path, bundle: Any) -> None:  # noqa: ANN401 (any JSON)
        """Take over a Bundle."""
        self.done.entries += [Taken(file.name, one.number, one) for one in self._results(file, bundle)]

    def _results(self, file: Path, bundle: Any) -> Sequence[Result]:  # noqa: ANN401 (any JSON)
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
            raise of_file(error, file) from error
        results = found.results
        if not found.applies:  # a transaction of which nothing is taken over
            results = tuple(one for one in results if one.done == "refused")
        if self.dry_run:
            self._remember(results)
        return results

    def _settle(self, one: Taken, at: Address | None) -> None:
        """Note what became of a line for good, and of what it brings."""
        self.done.entries.append(one)
        if at is None:
            return
        is_here = one.result.done != "refused" or any(issue.words in STANDS for issue in one.result.issues)
        if is_here:
            self.refused.discard(at)
        elif self.coming[at] == 1:  # no other line brings it
            self.refused.add(at)
            self.expected.pop(at, None)
        elif at in self.coming:
            self.coming[at] -= 1
            return
        del self.coming[at]

    def _remember(self, results: Sequence[Result]) -> None:
        """Whom each entry is about that a dry run did not write."""
        kept = [(one.kind, one.key, one.resource) for one in results]
        said = {(kind, key): said_by(resource, self.keys) for kind, key, resource in kept if key and resource}
        for at, whom in whom_each(said, self.expected.get).items():
            self.expected[at] = next(iter(whom)) if len(whom) == 1 else None

    def _telling(self, file: Path) -> Callable[[int, int], None] | None:
        tell, before = self.progress, len(self.done.entries)
        return None if tell is None else lambda done, _total: tell(file.name, before + done)


def _is_wanting(one: Result) -> bool:
    """Whether an entry is refused for want of something that may come yet, and for nothing else."""
    errors = [issue for issue in one.issues if issue.severity in {"fatal", "error"}]
    return one.done == "refused" and all(issue.code in _WANTING or issue.words == NOBODY for issue in errors)
