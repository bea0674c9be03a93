"""The entries of a Bundle: each by itself, against the others, and against what is held."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.bundle_requests import wrong_address, wrong_request
from dermograph.exchange.fhir.elements import Element, naming, structure
from dermograph.exchange.fhir.incoming import Done, Lookup, Result, is_in_error
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference, settled
from dermograph.exchange.fhir.map.table import tag_of
from dermograph.exchange.fhir.map.tables import from_resource
from dermograph.exchange.fhir.outcome import Issue

#: What the server sets by itself: no difference between two versions of a resource.
_SERVER_META: Final = ("versionId", "lastUpdated", "source")
#: The tag of answers that another Dermograph put together, on which its entries rest.
_RESPONSE: Final = "response"
#: Where whom it is about stands; without that person nothing can be taken over.
_SUBJECTS: Final = ("subject", "patient", "for")


@dataclass(slots=True)
class _Draft:
    number: int
    kind: str = ""
    key: uuid.UUID | None = None
    resource: Element | None = None
    address: str = ""
    needs: set[str] = field(default_factory=set)
    corrects: set[str] = field(default_factory=set)
    kept_for: set[str] = field(default_factory=set)
    told: list[Issue] = field(default_factory=list)
    refused: bool = False
    twin: bool = False

    def refuse(self, code: str, en: str, es: str, at: str = "") -> None:
        self.refused = True
        self.tell(code, en, es, at, error=True)

    def tell(self, code: str, en: str, es: str, at: str = "", *, error: bool = False) -> None:
        place = f"Bundle.entry[{self.number}]{at}"
        self.told.append(Issue(code, Text(en, es), place, "error" if error else "warning"))


class Entries:
    """The entries of one Bundle, each against the others and what is held."""

    def __init__(self, lookup: Lookup, clinic: uuid.UUID, keys: Keys) -> None:
        self.lookup, self.clinic, self.keys = lookup, clinic, keys
        self.addresses: dict[str, str] = {}
        self.present: dict[str, _Draft] = {}
        self.called: dict[str, _Draft] = {}

    def results(self, entries: Sequence[Element], wrong: Sequence[tuple[Issue, ...]]) -> tuple[Result, ...]:
        """What becomes of each.

        Args:
            entries: Of a Bundle whose envelope was checked.
            wrong: What is wrong with the resource of each by itself.
        """
        drafts = [
            self._draft(number, entry, issues)
            for number, (entry, issues) in enumerate(zip(entries, wrong, strict=True))
        ]
        self._tell_twins(drafts)
        for draft in drafts:
            self._follow(draft)
        self._refuse_errors(drafts)
        self._refuse_what_rests_on_refused(drafts)
        return tuple(self._result(draft) for draft in drafts)

    def _draft(self, number: int, entry: Element, issues: Sequence[Issue]) -> _Draft:
        """An entry, checked by itself."""
        draft = _Draft(number)
        request, resource, url = entry.get("request", {}), entry.get("resource"), str(entry.get("fullUrl", ""))
        if resource is None and not request:
            draft.refuse("required", "The entry has no resource.", "La entrada no tiene recurso.", ".resource")
        elif issues:
            draft.refused = True
            draft.told += [_placed(issue, number) for issue in issues]
            self._name_refused(draft, resource, entry.get("fullUrl"))
        elif found := wrong_request(request, resource or {}) or wrong_address(url, resource or {}):
            draft.refused = True
            draft.told.append(_placed(found, number, ""))
            self._name_refused(draft, resource, None if wrong_address(url, resource or {}) else url)
        elif resource is not None:
            self._name(draft, resource, url)
        else:
            draft.refuse("required", "The entry has no resource.", "La entrada no tiene recurso.", ".resource")
        return draft

    def _name(self, draft: _Draft, resource: Element, full_url: str) -> None:
        draft.kind = str(resource["resourceType"])
        if "id" in resource:
            draft.key, draft.resource = self.keys.of_resource(resource), resource
        else:
            is_urn = full_url.startswith("urn:uuid:")
            draft.key = self.keys.of_reference(full_url) if is_urn else self.keys.of_resource(resource)
            draft.resource = {**resource, "id": str(draft.key)}
        self._address(draft, str(draft.resource["id"]), full_url)

    def _name_refused(self, draft: _Draft, resource: object, full_url: object) -> None:
        """What is refused has a name too, as far as it says so: others may need it."""
        if not isinstance(resource, dict):
            return
        kind, logical = resource.get("resourceType"), resource.get("id")
        draft.kind = kind if isinstance(kind, str) else ""
        if draft.kind and (isinstance(logical, str) or full_url):
            self._address(draft, str(logical or full_url), str(full_url or ""))

    def _address(self, draft: _Draft, logical: str, full_url: str) -> None:
        draft.address = f"{draft.kind}/{settled(logical)}"
        if full_url:
            self._call(draft, full_url)
        if self.keys.source:
            self.addresses[f"{self.keys.source}/{draft.address}"] = draft.address

    def _call(self, draft: _Draft, full_url: str) -> None:
        """Give an entry its fullUrl; of two with the same nobody can say which is meant by it."""
        first = self.called.setdefault(full_url, draft)
        self.addresses.setdefault(full_url, first.address)
        if first.address == draft.address:
            return
        for one, other in ((first, draft), (draft, first)):
            one.refuse(
                "duplicate",
                f"Entry {other.number} has the same fullUrl: nobody can say which of them is meant by it.",
                f"La entrada {other.number} tiene la misma fullUrl: no se sabe a cuál se refiere.",
                ".fullUrl",
            )

    def _refuse_errors(self, drafts: Sequence[_Draft]) -> None:
        """Refuse what was entered in error and never held here, but for what an entry corrects and what hangs on it."""
        wrong = [one for one in drafts if one.resource and not one.refused and is_in_error(one.resource)]
        kept = {name for draft in drafts for name in draft.corrects} & {draft.address for draft in wrong}
        for draft in wrong:
            if draft.kind == "Media" or tag_of(draft.resource or {}) == _RESPONSE:
                continue  # of a photograph it says that it was taken out, of answers that they were: both are kept
            held = self.lookup.held(draft.kind, draft.key) if draft.key else None
            if held is not None and held.clinic == self.clinic:
                continue  # what was received and stands here has to learn that it does not hold
            draft.kept_for = kept & {draft.address, *(draft.needs - draft.corrects)}
            if not draft.kept_for:
                draft.refuse(
                    "business-rule",
                    "The sender says that it was entered in error. It is not taken over.",
                    "El emisor dice que se introdujo por error. No se incorpora.",
                    ".resource",
                )

    def _tell_twins(self, drafts: list[_Draft]) -> None:
        """Two entries with one id: alike, the second changes nothing; different, nobody can say which holds."""
        for draft in drafts:
            if not draft.address:
                continue
            first = self.present.setdefault(draft.address, draft)
            if first is draft:
                continue
            draft.twin = True
            if says_the_same(first.resource, draft.resource):
                draft.tell("duplicate", f"The same as entry {first.number}.", f"Igual que la entrada {first.number}.")
                continue
            for one, other in ((first, draft), (draft, first)):
                one.refuse(
                    "duplicate",
                    f"Entry {other.number} has the same id and says something else.",
                    f"La entrada {other.number} tiene el mismo id y dice otra cosa.",
                )

    def _follow(self, draft: _Draft) -> None:
        """Give references the form in which they are kept, and tell those that lead nowhere."""
        if draft.resource is None or draft.refused:
            return
        draft.resource = _readdressed(draft.resource, self.addresses)
        if draft.twin:
            draft.needs.add(draft.address)
        held = self.lookup.held(draft.kind, draft.key) if draft.key else None
        if held is not None and held.clinic != self.clinic:
            draft.refuse(
                "forbidden",
                "This id cannot be used here. Send it with another one.",
                "Este id no puede usarse aquí. Envíelo con otro.",
            )
            return
        for path, one in _references(draft.resource, ""):
            if one["reference"].startswith("#"):
                continue
            plain = one["reference"].partition("/_history/")[0]
            if self.keys.source:
                plain = plain.removeprefix(f"{self.keys.source}/")
            kind, slash, logical = plain.rpartition("/")
            written = f"{kind}{slash}{settled(logical)}"
            if written in self.present:
                draft.needs.add(written)
                if written != draft.address and _is_correction(draft.resource, path):
                    draft.corrects.add(written)
                continue
            self._outside(draft, path, one)
        self._tell_namesakes(draft)

    def _outside(self, draft: _Draft, path: str, one: Element) -> None:
        kind = kind_of_reference(one)
        held = self.lookup.held(kind, self.keys.of_reference(one["reference"]))
        at = f".resource.{path}"
        if held is not None and held.clinic != self.clinic and not held.is_barred:
            held = None  # whether another clinic has it is nobody's to know
        if held is not None and held.is_barred:
            draft.refuse(
                "forbidden",
                f"Nothing is done with {shown(one['reference'])} here.",
                f"Aquí no se hace nada con {shown(one['reference'])}.",
                at,
            )
        elif held is None and (path in _SUBJECTS or kind == "Patient"):
            draft.refuse(
                "not-found",
                f"Nobody here is {shown(one['reference'])}. Send the patient with it.",
                f"Aquí no consta {shown(one['reference'])}. Envíe también al paciente.",
                at,
            )
        elif held is None:
            draft.tell(
                "not-found",
                f"{shown(one['reference'])} is neither here nor in the Bundle.",
                f"{shown(one['reference'])} no está aquí ni en el Bundle.",
                at,
            )

    def _tell_namesakes(self, draft: _Draft) -> None:
        """Tell who else has an identifier of a patient; of record numbers each clinic has its own."""
        resource = draft.resource or {}
        if draft.kind != "Patient":
            return
        for one in resource.get("identifier", ()):
            if "system" not in one or "value" not in one:
                continue
            if self.keys.source and one["system"] == naming("record-number"):
                continue
            other = self.lookup.named(draft.kind, one["system"], one["value"])
            if other is not None and other != draft.key:
                draft.tell(
                    "duplicate",
                    f"Another patient here, {other}, has the identifier {shown(one['value'])}.",
                    f"Otro paciente de aquí, {other}, tiene el identificador {shown(one['value'])}.",
                    ".resource.identifier",
                )

    def _refuse_what_rests_on_refused(self, drafts: list[_Draft]) -> None:
        """Refuse what refers to a refused entry or is taken for a refused correction alone, until nothing more does."""
        needed_by, kept_for = _by_name(drafts, "needs"), _by_name(drafts, "kept_for")
        corrected_by, corrects = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for draft in drafts:
            corrects[draft.address] |= draft.corrects
            for name in draft.corrects:
                corrected_by[name].add(draft.address)
        refused = deque(dict.fromkeys(draft.address for draft in drafts if draft.refused and draft.address))
        while refused:  # each address once: whoever rests on it is refused by then
            name = refused.popleft()
            for draft in needed_by.pop(name, ()):
                if draft.refused:
                    continue
                draft.refuse(
                    "processing",
                    f"It needs {shown(name)}, which is refused.",
                    f"Necesita {shown(name)}, que se rechaza.",
                )
                refused.append(draft.address)
            for wrong in corrects.pop(name, ()):
                corrected_by[wrong].discard(name)
                for draft in kept_for.pop(wrong, ()) if not corrected_by[wrong] else ():
                    draft.kept_for.discard(wrong)
                    if not draft.kept_for and not draft.refused:
                        draft.refuse(
                            "business-rule",
                            "It was entered in error, and the correction that goes with it is refused.",
                            "Se introdujo por error y la corrección que lo acompaña se rechaza.",
                            ".resource",
                        )
                        refused.append(draft.address)

    def _result(self, draft: _Draft) -> Result:
        """What becomes of it."""
        plain = Result(draft.number, draft.kind, draft.key, "refused", issues=tuple(draft.told))
        if draft.refused or draft.resource is None or draft.key is None:
            return plain
        held = self.lookup.held(draft.kind, draft.key)
        done: Done = "created" if held is None else "changed"
        if draft.twin or (held is not None and says_the_same(held.resource, draft.resource)):
            done = "unchanged"
        part = from_resource(draft.resource, self.keys.source, self.clinic)
        return replace(plain, done=done, resource=draft.resource, part=part, issues=tuple(draft.told))


def _by_name(drafts: Sequence[_Draft], what: Literal["needs", "kept_for"]) -> dict[str, list[_Draft]]:
    """The entries, by the addresses that stand in one of their sets."""
    found: dict[str, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        for name in getattr(draft, what):
            found[name].append(draft)
    return found


def _placed(issue: Issue, number: int, part: str = ".resource") -> Issue:
    _, dot, rest = issue.expression.partition(".")
    return replace(issue, expression=f"Bundle.entry[{number}]{part}{dot}{rest}")


def says_the_same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Whether two resources are the same but for what a server sets, and for types that references name anyway."""
    first, second = _settled(one), _settled(other)
    return first == second or _without_types(first) == _without_types(second)


def _without_types(node: Any) -> Any:  # noqa: ANN401 (any JSON)
    if isinstance(node, dict):
        made = {name: _without_types(value) for name, value in node.items()}
        if made.get("type") == str(node.get("reference", "")).partition("/")[0]:
            del made["type"]
        return made
    return [_without_types(item) for item in node] if isinstance(node, list) else node


def _settled(resource: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A resource without what a server sets by itself."""
    if resource is None or "meta" not in resource:
        return resource
    meta = {name: value for name, value in resource["meta"].items() if name not in _SERVER_META}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    return {**rest, "meta": meta} if meta else rest


def _readdressed(node: Any, addresses: Mapping[str, str]) -> Any:  # noqa: ANN401 (any JSON)
    """The same with references to entries by their type and id."""
    if isinstance(node, dict):
        made = {name: _readdressed(value, addresses) for name, value in node.items()}
        written = node.get("reference")
        if isinstance(written, str) and written in addresses:
            made["reference"] = addresses[written]
        return made
    if isinstance(node, list):
        return [_readdressed(item, addresses) for item in node]
    return node


def _is_correction(resource: Element, path: str) -> bool:
    """Whether a reference at a path says which entry the resource corrects."""
    place = re.match(r"extension\[(\d+)\]\.", path)
    return place is not None and resource["extension"][int(place[1])].get("url") == structure("supersedes")


def _references(node: Any, path: str) -> Iterator[tuple[str, Element]]:  # noqa: ANN401 (any JSON)
    """Every literal reference of a resource, of those inside of it too, with the path to it."""
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield path, node
        for name, value in node.items():
            yield from _references(value, f"{path}.{name}" if path else name)
    elif isinstance(node, list):
        for number, item in enumerate(node):
            yield from _references(item, f"{path}[{number}]")
