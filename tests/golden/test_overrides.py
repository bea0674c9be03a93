"""A clinic's own pack: the original is kept beside what replaces it, and nothing of a faulty pack is loaded."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dermograph import assess, load_library, plan, read_case
from dermograph.care.follow_up import next_check
from dermograph.cli import main
from dermograph.core.errors import InputError, ProtocolError
from dermograph.protocols import Protocol
from dermograph.protocols.put_together import statements
from tests.golden.test_cases import OURS, expanded

Packs = Callable[..., Path]

HEAD = """schema: dermograph.overrides/1
id: {id}
extends: {extends}
version: 1.0.0
title: {{en: "Our own", es: "El nuestro"}}
overrides:
"""
ENTRY = """  - replaces: {replaces}
    decided_by: medical lead
    reason: {{en: "because", es: "porque"}}
    with: {new}
"""
SAYS = 'says: {en: "We say so.", es: "Lo decimos."}'
CITE = "cite: [assumptions/minimum-age]"
AGE_22 = f"{{id: minimum-age, grade: until_date, when: {{birth_date: {{within: {{years: 22}}}}}}, {SAYS}, {CITE}}}"
AGE = ENTRY.format(replaces="minimum-age", new=AGE_22)
EIGHT_WEEKS = ENTRY.format(
    replaces="course.spacing", new=f"{{at_least: {{weeks: 8}}, usually_at_most: {{weeks: 10}}, {SAYS}, {CITE}}}"
)
ORIGINAL = load_library().protocol("paramedical")
ADULT = {
    "treatment": "paramedical",
    "assessed_on": "2026-11-21",
    "patient": {"birth_date": "2006-01-01"},
    "areas": [{"name": "area", "lesion": "stria", "stage": "white"}],
}


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    """Write a clinic's pack of some overrides."""

    def write(*entries: str, id: str = "ours", extends: str = "paramedical", text: str = "") -> Path:  # noqa: A002 (the key's own name)
        folder = tmp_path / id
        folder.mkdir()
        content = text or HEAD.format(id=id, extends=extends) + "".join(entries)
        (folder / "protocol.yaml").write_text(content, encoding="utf-8")
        return folder

    return write


def refused(*folders: Path) -> list[str]:
    """What is wrong with some packs, each problem with its file and line."""
    with pytest.raises(ProtocolError) as caught:
        load_library(*folders)
    assert all(problem.place.file and problem.place.line for problem in caught.value.problems)
    return [problem.say("en") for problem in caught.value.problems]


def content(law: Protocol) -> list[tuple[str, dict[str, object]]]:
    """What a protocol states, field by field: statements themselves are compared by identity."""
    return [
        (section, {field.name: getattr(one, field.name) for field in dataclasses.fields(one)})
        for section, one in statements(law)
    ]


# ── What replaces what ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_original_stays_beside_what_replaces_it(packs: Packs) -> None:
    law = load_library(packs(AGE)).protocol("paramedical")
    assert (law.id, law.base, law.version) == ("ours", "paramedical", "1.0.0")
    [new] = [rule for rule in law.rules if rule.replaces is not None]
    [old] = [rule for rule in ORIGINAL.rules if rule.id == "minimum-age"]
    assert new.id == old.id
    assert new.replaces is not None
    assert (new.replaces.id, new.replaces.says, new.replaces.cite) == (old.id, old.says, old.cite)
    assert new.override is not None
    assert (new.override.decided_by, new.override.reason.es, new.override.protocol) == (
        "medical lead",
        "porque",
        "ours",
    )
    assert new.says.en == "We say so."


def test_a_clinic_sets_after_how_long_a_scalp_is_checked_again_or_that_it_is_not(packs: Packs) -> None:
    held = dt.date(2026, 11, 21)
    half = ENTRY.format(replaces="yearly-check", new=f"{{id: yearly-check, every: {{months: 6}}, {SAYS}, {CITE}}}")
    look = next_check(held, load_library(packs(half, extends="scalp")).protocol("ours"))
    assert look is not None
    assert (look.first, look.statement.says.en) == (dt.date(2027, 5, 21), "We say so.")
    never = ENTRY.format(replaces="yearly-check", new=f"{{id: yearly-check, {SAYS}, {CITE}}}")
    assert next_check(held, load_library(packs(never, id="never", extends="scalp")).protocol("never")) is None


def test_everything_that_is_not_replaced_stays_as_it_was(packs: Packs) -> None:
    law = load_library(packs(AGE)).protocol("ours")
    assert [one.id for _, one in statements(law)] == [one.id for _, one in statements(ORIGINAL)]
    differing = [new for new, old in zip(content(law), content(ORIGINAL), strict=True) if new != old]
    assert [(section, fields["id"]) for section, fields in differing] == [("rules", "minimum-age")]
    assert law.summary == ORIGINAL.summary


def test_a_verdict_follows_the_clinics_rule_and_shows_the_original_with_it(packs: Packs) -> None:
    library = load_library(packs(AGE))
    case = read_case(json.dumps(ADULT), library.vocabulary)
    assert "minimum-age" not in {reason.rule for reason in assess(case, ORIGINAL).area("area").reasons}
    [reason] = [one for one in assess(case, library.protocol("ours")).area("area").reasons if one.rule == "minimum-age"]
    assert reason.until is not None
    assert reason.until.isoformat() == "2028-01-01"
    shown = reason.to_json("en")["replaces"]
    assert shown["says"] == next(rule for rule in ORIGINAL.rules if rule.id == "minimum-age").says.en
    assert shown["cite"][0]["basis"] == "assumption"


def test_a_plan_follows_the_clinics_spacing(packs: Packs) -> None:
    library = load_library(packs(EIGHT_WEEKS))
    [golden] = [case for case in OURS if case.name == "second session, four to six weeks on"]
    case = read_case(json.dumps(expanded(golden.case)), library.vocabulary)
    area = plan(case, library.protocol("paramedical")).area("abdomen")
    assert str(area.earliest) == "2026-12-28"
    assert str(area.latest) == "2027-01-11"
    assert str(plan(case, ORIGINAL).area("abdomen").earliest) == "2026-11-30"


EVERY_KIND = {
    "rules.minimum-age": AGE_22,
    "not-indicated": f"{{id: not-indicated, grade: absolute, {SAYS}, {CITE}}}",
    "no-sun-before": f"{{id: no-sun-before, avoid: sun_exposure, for: {{days: 21}}, {SAYS}, {CITE}}}",
    "no_sun": f"{{id: no_sun, avoid: sun_exposure, for: {{days: 45}}, {SAYS}, {CITE}}}",
    "session.duration": f"{{id: duration, from: {{minutes: 30}}, to: {{minutes: 90}}, {SAYS}, {CITE}}}",
    "published_sessions": f"{{seen: [2, 3], {SAYS}, {CITE}}}",
    "review_before_next": f"{{{SAYS}, {CITE}}}",
    "settled_after": f"{{period: {{days: 12}}, {SAYS}, {CITE}}}",
    "measure_after": f"{{period: {{days: 28}}, {SAYS}, {CITE}}}",
    "plateau": f"{{sessions_without_change: {{sessions: 3}}, {SAYS}, {CITE}}}",
    "infection-after": f"{{id: infection-after, sign: infection, decision: refer, {SAYS}, {CITE}}}",
    "price.price": f"{{amount: {{eur: 150}}, per: session, {SAYS}, {CITE}}}",
    "striae": f"{{id: striae, when: {{lesion: {{is: stria}}}}, {SAYS}, {CITE}}}",
}


def test_a_statement_of_any_kind_can_be_replaced(packs: Packs) -> None:
    entries = [ENTRY.format(replaces=replaces, new=new) for replaces, new in EVERY_KIND.items()]
    law = load_library(packs(*entries)).protocol("ours")
    changed = [one for _, one in statements(law) if one.replaces is not None]
    assert sorted(one.id for one in changed) == sorted(name.rpartition(".")[2] for name in EVERY_KIND)
    for one in changed:
        assert one.replaces is not None
        assert one.replaces.id == one.id
        assert one.says.en == "We say so."
        assert one.override is not None


def test_the_rule_for_what_is_not_indicated_still_follows_from_the_indications(packs: Packs) -> None:
    indication = f"{{id: striae, when: {{all: [lesion: {{is: stria}}, stage: {{is: white}}]}}, {SAYS}, {CITE}}}"
    library = load_library(packs(ENTRY.format(replaces="striae", new=indication)))
    red = {**ADULT, "areas": [{"name": "area", "lesion": "stria", "stage": "red"}]}
    case = read_case(json.dumps(red), library.vocabulary)
    assert assess(case, ORIGINAL).area("area").verdict.value == "referred"
    assert assess(case, library.protocol("ours")).area("area").verdict.value == "excluded"


def test_a_pack_may_bring_a_register_of_its_own(packs: Packs) -> None:
    folder = packs(AGE.replace("assumptions/minimum-age", "ours/age"))
    (folder / "sources").mkdir()
    register = """schema: dermograph.source/1
key: ours
title: {en: "Our decisions", es: "Nuestras decisiones"}
basis: clinic
claims:
  - {id: age, at: "meeting of May", says: {en: "From 22.", es: "Desde los 22."}, fate: used}
"""
    file = folder / "sources" / "ours.yaml"
    file.write_text(register, encoding="utf-8")
    [new] = [rule for rule in load_library(folder).protocol("ours").rules if rule.replaces]
    assert [(cite.source, cite.at, cite.basis) for cite in new.cite] == [("ours", "meeting of May", "clinic")]
    second = folder.with_name("ours-too")
    folder.rename(second)
    register += '  - {id: more, at: "nowhere", says: {en: "More.", es: "Más."}, fate: used}\n'
    (second / "sources" / "ours.yaml").write_text(register, encoding="utf-8")
    with pytest.raises(ProtocolError, match="called used, but nothing cites it"):
        load_library(second)


# ── The hash ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_hash_tells_the_clinics_protocol_from_the_original_and_from_other_wording(packs: Packs) -> None:
    one = load_library(packs(AGE, id="one")).protocol("one")
    other = load_library(packs(AGE.replace("We say so.", "We say this."), id="two")).protocol("two")
    assert len({ORIGINAL.hash, one.hash, other.hash}) == 3
    assert all(law.hash.startswith("sha256:") and len(law.hash) == 71 for law in (ORIGINAL, one, other))


def test_the_hash_does_not_depend_on_where_the_pack_lies_or_how_its_lines_end(packs: Packs, tmp_path: Path) -> None:
    folder = packs(AGE)
    first = load_library(folder).protocol("ours").hash
    moved = folder.rename(tmp_path / "elsewhere")
    file = moved / "protocol.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_library(moved).protocol("ours").hash == first


def test_the_originals_keep_their_hash_beside_a_clinics_pack(packs: Packs) -> None:
    library = load_library(packs(AGE))
    assert library.protocols["paramedical"].hash == ORIGINAL.hash
    assert content(library.protocols["paramedical"]) == content(ORIGINAL)
    assert set(library.protocols) == {"microneedling", "paramedical", "scalp", "ours"}


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (ENTRY.format(replaces="minimum-agee", new=AGE_22), "Did you mean 'minimum-age'?"),
        (ENTRY.format(replaces="rules.minimum-agee", new=AGE_22), "has no entry 'rules.minimum-agee'"),
        (ENTRY.format(replaces="course.minimum-age", new=AGE_22), "has no entry 'course.minimum-age'"),
        (AGE.replace("id: minimum-age", "id: least-age"), "keeps the id 'minimum-age'"),
        (
            AGE.replace("cite: [assumptions/minimum-age]", "cite: [assumptions/minimum-agee]"),
            "Did you mean 'minimum-age'?",
        ),
        (AGE.replace("cite: [assumptions/minimum-age]", "cite: []"), "Nothing is cited"),
        (AGE.replace("birth_date", "birthdate"), "Did you mean 'birth_date'?"),
        (AGE.replace("{years: 22}", "22"), "a mapping of keys"),
        (AGE.replace("    decided_by: medical lead\n", ""), "The key 'decided_by' is missing"),
        (AGE.replace(', es: "porque"', ""), "The key 'es' is missing"),
        (EIGHT_WEEKS.replace("at_least", "at_most"), "Unknown key 'at_most'"),
    ],
)
def test_an_override_that_cannot_be_is_refused_with_its_place_and_the_nearest_name(
    packs: Packs, entry: str, found: str
) -> None:
    said = refused(packs(entry))
    assert len(said) == 1
    assert found in said[0]


def test_an_id_that_several_entries_have_is_named_with_its_section(packs: Packs) -> None:
    new = f"{{id: inflammation, {SAYS}, {CITE}}}"
    [said] = refused(packs(ENTRY.format(replaces="inflammation", new=new), extends="scalp"))
    assert "Write one of: aftercare.inflammation, side_effects.inflammation." in said
    whole = packs(ENTRY.format(replaces="aftercare.inflammation", new=new), extends="scalp", id="whole")
    changed = [section for section, one in statements(load_library(whole).protocol("whole")) if one.replaces]
    assert changed == ["aftercare"]


def test_a_pack_that_extends_nothing_known_is_refused_with_the_nearest_name(packs: Packs) -> None:
    [said] = refused(packs(AGE, extends="paramedica"))
    assert "Did you mean 'paramedical'?" in said


def test_a_pack_may_not_take_the_name_of_another(packs: Packs) -> None:
    [said] = refused(packs(AGE, id="scalp", extends="paramedical"))
    assert "The protocol 'scalp' exists." in said


def test_every_fault_of_a_pack_is_reported_and_nothing_of_it_is_loaded(packs: Packs) -> None:
    good, bad = (
        packs(EIGHT_WEEKS, id="good"),
        packs(
            AGE,
            ENTRY.format(replaces="nothing-like-it", new=AGE_22),
            ENTRY.format(replaces="plateau", new=f"{{sessions_without_change: 3, {SAYS}, {CITE}}}"),
            id="bad",
        ),
    )
    assert len(refused(bad)) == 2
    assert len(refused(good, bad)) == 2
    assert set(load_library().protocols) == {"microneedling", "paramedical", "scalp"}
    assert content(load_library().protocol("paramedical")) == content(ORIGINAL)


def test_a_rule_that_can_never_apply_is_found_by_the_check_and_not_loaded(packs: Packs) -> None:
    never = AGE_22.replace("until_date", "caution").replace(
        "{birth_date: {within: {years: 22}}}", "{all: [tanned: {is: true}, tanned: {is: false}]}"
    )
    with pytest.raises(ProtocolError, match="can never be true"):
        load_library(packs(ENTRY.format(replaces="minimum-age", new=never)))


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="no such file"):
        load_library(tmp_path)


def test_two_packs_that_extend_one_protocol_have_to_be_named(packs: Packs) -> None:
    library = load_library(packs(AGE, id="north"), packs(EIGHT_WEEKS, id="south"))
    both = library.protocols["paramedical"]
    assert library.protocol("north").course is both.course
    assert [rule.id for rule in library.protocol("north").rules if rule.replaces] == ["minimum-age"]
    assert [rule.id for rule in library.protocol("south").rules if rule.replaces] == []
    assert library.protocol("south").course.spacing.replaces is both.course.spacing
    with pytest.raises(InputError, match="Several packs extend paramedical: north, south"):
        library.protocol("paramedical")


# ── The command line ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_line_takes_a_pack_and_pins_the_verdict_to_it(
    packs: Packs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = packs(AGE), tmp_path / "case.yaml"
    file.write_text(json.dumps(ADULT), encoding="utf-8")
    assert main(["assess", str(file), "--json", "--packs", str(folder)]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["protocol"] == load_library(folder).protocol("ours").to_json()
    assert "minimum-age" in {reason["rule"] for reason in printed["areas"][0]["reasons"]}


def test_the_command_line_refuses_a_faulty_pack_with_one_message(
    packs: Packs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, file = packs(ENTRY.format(replaces="minimum-agee", new=AGE_22)), tmp_path / "case.yaml"
    file.write_text(json.dumps(ADULT), encoding="utf-8")
    for language, hint in (("en", "Did you mean 'minimum-age'?"), ("es", "¿Quería decir 'minimum-age'?")):
        assert main(["assess", str(file), "--packs", str(folder), "--lang", language]) == 2
        printed = capsys.readouterr()
        assert hint in printed.err
        assert printed.out == ""
        assert "Traceback" not in printed.err
