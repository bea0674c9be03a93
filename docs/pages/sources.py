"""The page of sources (every claim of every register) and the page of conflicts between them."""

from __future__ import annotations

from dermograph.care.explain import BASES, FATES
from dermograph.core.text import Language, Text
from dermograph.protocols import Library
from dermograph.protocols.check import citations
from dermograph.protocols.citations import FATES as FATE_ORDER
from dermograph.protocols.citations import Claim, Conflict, Source
from dermograph.protocols.put_together import statements
from docs.pages import markup
from docs.pages.markup import claim_anchor, code, element, escaped, link, pairs, table
from docs.pages.protocol import anchor_of

TITLE = Text("Sources", "Fuentes")
CONFLICTS_TITLE = Text("Conflicts", "Conflictos")
_INTRODUCTION = Text(
    "Every claim of every source, in our own words, with its place, what became of it, and what rests on it.",
    "Cada afirmación de cada fuente, en nuestras palabras, con su lugar, qué se hizo de ella y qué se apoya en ella.",
)
_CONFLICTS_INTRODUCTION = Text(
    "Where the sources contradict each other or themselves, leave a gap, or can be read in two ways; and what the "
    "protocols do about it.",
    "Donde las fuentes se contradicen, dejan un vacío o admiten dos lecturas; y qué hacen los protocolos al respecto.",
)
_KINDS = {
    "contradiction": Text("contradiction", "contradicción"),
    "gap": Text("gap", "vacío"),
    "ambiguity": Text("ambiguity", "ambigüedad"),
}


def page(library: Library, language: Language) -> str:
    """The page of sources in one language."""
    parts = [f"# {TITLE.say(language)}", escaped(_INTRODUCTION.say(language)), _fates(library, language)]
    cited = _cited(library)
    for source in library.sources.values():
        parts.append(f"## {source.title.say(language)} {{#{source.key}}}")
        basis = escaped(BASES[source.basis].say(language))
        document = f" · {escaped(source.file)}" if source.file else ""
        parts.append(f'<p class="at">{code(source.key)} <span class="basis">{basis}</span>{document}</p>')
        parts.append(_register(source, cited, language))
    return "\n\n".join(parts) + "\n"


def conflicts_page(library: Library, language: Language) -> str:
    """The page of conflicts in one language."""
    parts = [f"# {CONFLICTS_TITLE.say(language)}", escaped(_CONFLICTS_INTRODUCTION.say(language))]
    rows = sorted(library.conflicts.values(), key=lambda conflict: (conflict.row is None, conflict.row))
    parts += [_conflict(conflict, library, language) for conflict in rows]
    return "\n\n".join(parts) + "\n"


def _cited(library: Library) -> dict[tuple[str, str], list[str]]:
    """For each cited claim: links to the statements that cite it."""
    anchors = {
        f"{protocol.id}:{statement.id}": f"{protocol.id}.html#{anchor_of(section, statement)}"
        for protocol in library.protocols.values()
        for section, statement in reversed(list(statements(protocol)))
    }
    return {
        claim: [link(anchors[name], code(name)) for name in names]
        for claim, names in citations(library.protocols.values()).items()
    }


def _fates(library: Library, language: Language) -> str:
    """How many claims of each source came to which end."""
    head = [Text("source", "fuente").say(language), *(FATES[fate].say(language) for fate in FATE_ORDER)]
    rows = []
    for source in library.sources.values():
        counts = [sum(claim.fate == fate for claim in source.claims.values()) for fate in FATE_ORDER]
        title = link(f"#{source.key}", escaped(source.title.say(language)))
        rows.append([title, *(str(count) if count else "–" for count in counts)])
    return table(head, rows, kind="figures")


def _register(source: Source, cited: dict[tuple[str, str], list[str]], language: Language) -> str:
    head = Text("claim|place|fate|cited by", "afirmación|lugar|destino|la citan").say(language).split("|")
    claims = list(source.claims.values())
    rows = [_claim(claim, cited.get((source.key, claim.id), []), language) for claim in claims]
    return table(head, rows, kind="register", anchors=[claim_anchor(source.key, claim.id) for claim in claims])


def _claim(claim: Claim, cited: list[str], language: Language) -> list[str]:
    says = f"{escaped(claim.says.say(language))}<br>{code(claim.id)}"
    why = f"<br>{escaped(claim.why.say(language))}" if claim.why else ""
    return [says, escaped(claim.at), markup.fate(claim, language) + why, "<br>".join(cited)]


def _conflict(conflict: Conflict, library: Library, language: Language) -> str:
    where = [
        link(f"{protocol.id}.html#{anchor_of(section, statement)}", code(f"{protocol.id}:{statement.id}"))
        for protocol in library.protocols.values()
        for section, statement in statements(protocol)
        if statement.conflict == conflict.id
    ]
    details = pairs(
        (
            (markup.TREATMENT.say(language), escaped(conflict.treatment.say(language))),
            (Text("shown at", "se muestra en").say(language), ", ".join(where)),
        )
    )
    sides = markup.sides(conflict, library.sources, language)
    kind = f'<span class="tag">{escaped(_KINDS[conflict.kind].say(language))}</span>'
    number = "" if conflict.row is None else f"{conflict.row}. "
    heading = f"## {number}{conflict.topic.say(language)} {{#{conflict.id}}}"
    body = element(
        "div", f'<p class="at">{code(conflict.id)} {kind}</p>{markup.items(sides, "sides")}{details}', "conflict"
    )
    return f"{heading}\n\n{body}"
