"""The story of ``dermograph demo --terminal``: one made-up patient from the first question to the forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.cli.sheet import Sheet
    from dermograph.protocols import Library

_KNOWN = """
  birth_date: 1990-06-15
  phototype: 3
  pregnant: false
  breastfeeding: false
  autoimmune: none
  isotretinoin: never
  diabetes: none
  anticoagulants: false
  oncology: none
  photosensitivity: false
  hypersensitive_skin: false
  abnormal_scarring: false
  bleeding_disorder: false
  collagen_disease: false
  allergy_metal: false
  allergy_anaesthetic: false
"""
_AREA = """
  - name: abdomen
    lesion: stria
    stage: white
    keloid_tendency: false
    vitiligo_active: false
    infection: false
    herpes: false
"""
_COURSE = """
    sessions: [2026-11-30]
    events: [{what: sun_exposure, from: 2026-12-28, to: 2027-01-03}]
"""
_MEASURED = """
    sessions: [2026-11-30]
    events: [{what: sun_exposure, from: 2026-12-28, to: 2027-01-03}]
    measurements:
      - {on: 2026-11-21, comparable: true, contrast: {value: 8.4, u: 0.4}}
      - {on: 2026-12-28, comparable: true, contrast: {value: 6.1, u: 0.4}}
"""
_AREAS_MEASURED = f"areas:{_AREA}{_MEASURED}"
_FIRST = """
treatment: paramedical
assessed_on: 2026-11-21
patient: {phototype: 3, pregnant: false}
areas:
  - {name: abdomen, lesion: stria, stage: white}
"""
_STEPS: tuple[tuple[Text, str, str], ...] = (
    (
        Text(
            "1. She asks about her stretch marks. Little is known yet, and unknown is not no.",
            "1. Pregunta por sus estrías. Aún se sabe poco, y desconocido no es no.",
        ),
        "assess",
        _FIRST,
    ),
    (
        Text("2. Every question that mattered has been answered.", "2. Ya se ha respondido a todo lo que importaba."),
        "assess",
        f"treatment: paramedical\nassessed_on: 2026-11-21\npatient:{_KNOWN}areas:{_AREA}",
    ),
    (
        Text(
            "3. After the first session, with a beach holiday planned: which days are open, and why not the others?",
            "3. Tras la primera sesión, con vacaciones de playa previstas: ¿qué días quedan y por qué no los demás?",
        ),
        "plan",
        f"treatment: paramedical\nassessed_on: 2026-11-30\npatient:{_KNOWN}areas:{_AREA}{_COURSE}",
    ),
    (
        Text(
            "4. Four weeks later the photographs are measured: what next?",
            "4. Cuatro semanas después se miden las fotografías: ¿y ahora?",
        ),
        "review",
        f"treatment: paramedical\nassessed_on: 2026-12-28\nreviewed_on: 2026-12-28\npatient:{_KNOWN}{_AREAS_MEASURED}",
    ),
)


def tell(language: Language) -> None:
    """Tell it."""
    from dermograph.cli.sheet import Sheet
    from dermograph.protocols import load_library

    library = load_library()
    sheet = Sheet(language, dict(library.sources))
    sheet.title("Dermograph")
    sheet.say(
        Text(
            "A made-up patient; the rules, days and figures come from the program itself.",
            "Una paciente inventada; las reglas, los días y las cifras salen del propio programa.",
        )
    )
    for words, what, text in _STEPS:
        sheet.gap()
        sheet.line("─" * 80, style="dim")
        sheet.title(words.say(language))
        sheet.gap()
        _tell(sheet, what, text, library)
    sheet.gap()
    sheet.line("─" * 80, style="dim")
    sheet.sources()


def _tell(sheet: Sheet, what: str, text: str, library: Library) -> None:
    from dermograph import assess, plan, read_case, review
    from dermograph.cli.plan import print_plan
    from dermograph.cli.print_assessment import print_assessment
    from dermograph.cli.review import print_review

    case = read_case(text, library.vocabulary, file="demo")
    protocol = library.protocol(case.treatment)
    if what == "assess":
        print_assessment(sheet, assess(case, protocol))
    elif what == "plan":
        print_plan(sheet, plan(case, protocol, sessions=3))
    else:
        print_review(sheet, review(case, protocol))
