"""The few pieces of HTML that every generated page is made of. All text is escaped here, once."""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Mapping, Sequence

from dermograph.care.explain import BASES, FATES, ICONS
from dermograph.care.verdict import Verdict
from dermograph.core.text import Language, Text
from dermograph.protocols.citations import Cite, Claim, Conflict, Source

DISPUTES = {
    "contradiction": Text("Where sources disagree", "Donde las fuentes discrepan"),
    "gap": Text("Where the sources leave a gap", "Donde las fuentes dejan un vacío"),
    "ambiguity": Text("Where it can be read in two ways", "Donde caben dos lecturas"),
}
TREATMENT = Text("What the protocols do", "Qué hacen los protocolos")


def escaped(text: object) -> str:
    """Text as HTML, on one line."""
    return " ".join(html.escape(str(text), quote=True).split())


def code(text: object) -> str:
    """Something as it is written in a file."""
    return f"<code>{escaped(text)}</code>"


def link(address: str, text: str) -> str:
    """A link; the text is HTML already."""
    return f'<a href="{escaped(address)}">{text}</a>'


def element(tag: str, content: str, kind: str = "", anchor: str = "") -> str:
    """An element around HTML."""
    attributes = (f' id="{escaped(anchor)}"' if anchor else "") + (f' class="{kind}"' if kind else "")
    return f"<{tag}{attributes}>{content}</{tag}>"


def items(contents: Iterable[str], kind: str = "") -> str:
    """A list; nothing for no items."""
    listed = "".join(element("li", content) for content in contents)
    return element("ul", listed, kind) if listed else ""


def pairs(contents: Iterable[tuple[str, str]]) -> str:
    """Terms and what belongs to them; pairs without content are left out."""
    listed = "".join(f"<div><dt>{escaped(term)}</dt><dd>{content}</dd></div>" for term, content in contents if content)
    return element("dl", listed) if listed else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "", anchors: Sequence[str] = ()) -> str:
    """A table; cells are HTML. The first cell of a row names it."""
    columns = "".join(f'<th scope="col">{escaped(title)}</th>' for title in head)
    lines = []
    for index, (first, *rest) in enumerate(rows):
        anchor = f' id="{escaped(anchors[index])}"' if anchors else ""
        cells = f'<th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest)
        lines.append(f"<tr{anchor}>{cells}</tr>")
    attributes = f' class="{kind}"' if kind else ""
    return f"<table{attributes}><thead><tr>{columns}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def verdict(value: Verdict, words: str) -> str:
    """A verdict as icon, word and colour, always all three."""
    return f'<span class="verdict {value.value}"><span aria-hidden="true">{ICONS[value]}</span> {escaped(words)}</span>'


def claim_anchor(source: str, claim: str) -> str:
    """Where a claim stands on the page of sources."""
    return f"{source}--{claim}"


def citations(cites: Iterable[Cite], sources: Mapping[str, Source], language: Language) -> str:
    """Places in sources: each source once, with its basis, and each exact place of it as a link to the claim."""
    listed = []
    for key, group in itertools.groupby(cites, key=lambda cite: cite.source):
        places = list(group)
        links = "; ".join(link(f"sources.html#{claim_anchor(key, cite.claim)}", escaped(cite.at)) for cite in places)
        basis = escaped(BASES[places[0].basis].say(language))
        listed.append(f'{escaped(sources[key].title.say(language))} <span class="basis">{basis}</span><br>{links}')
    return items(listed, "cites")


def side(cite: Cite, claim: Claim, source: Source | None, language: Language) -> str:
    """One side of a disagreement: what it says, where, and what became of it."""
    title = source.title.say(language) if source else cite.source
    place = link(f"sources.html#{claim_anchor(cite.source, cite.claim)}", escaped(cite.at))
    marks = f'<span class="basis">{escaped(BASES[cite.basis].say(language))}</span> {fate(claim, language)}'
    return element("p", escaped(claim.says.say(language))) + element("p", f"{escaped(title)}, {place} {marks}", "at")


def fate(claim: Claim, language: Language) -> str:
    """What became of a claim."""
    return f'<span class="fate {claim.fate}">{escaped(FATES[claim.fate].say(language))}</span>'


def sides(conflict: Conflict, sources: Mapping[str, Source], language: Language) -> str:
    """All sides of a disagreement."""
    return items((side(cite, claim, sources.get(cite.source), language) for cite, claim in conflict.sides), "sides")


def dispute(conflict: Conflict, sources: Mapping[str, Source], language: Language) -> str:
    """A disagreement that opens in place, with all its sides and what the protocols do."""
    title = f"<span>{escaped(DISPUTES[conflict.kind].say(language))}:</span> {escaped(conflict.topic.say(language))}"
    treatment = element("p", f"<strong>{escaped(TREATMENT.say(language))}.</strong> "
                             f"{escaped(conflict.treatment.say(language))} "
                             f"{link(f'conflicts.html#{conflict.id}', code(conflict.id))}")  # fmt: skip
    return (
        f'<details class="dispute"><summary>{title}</summary>{sides(conflict, sources, language)}{treatment}</details>'
    )
