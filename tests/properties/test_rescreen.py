"""The column engine agrees with the plain one on every row; cohorts are read alike; bad rows are refused."""

import dataclasses
import datetime as dt
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from bench import patients
from dermograph import load_library
from dermograph.care.assess import assess_area
from dermograph.care.cohort import known_facts, schema, table_of
from dermograph.care.read_cohort import read_cohort
from dermograph.care.rescreen import Changes, changes, screen
from dermograph.core.dates import add_months
from dermograph.core.errors import InputError
from dermograph.core.truth import Truth
from dermograph.protocols import Library, Protocol
from dermograph.protocols.conditions import Within, leaves
from dermograph.protocols.vocabulary import FactValue

Row = dict[str, Any]

LIBRARY = load_library()
WORDS = LIBRARY.vocabulary
TREATMENTS = ("microneedling", "paramedical", "scalp")
ONE_DAY = dt.timedelta(days=1)

#: Days of assessment around which months are short, and one like any other.
DAYS = (
    patients.ASSESSED_ON,
    dt.date(2024, 2, 28),
    dt.date(2024, 2, 29),
    dt.date(2024, 3, 1),
    dt.date(2025, 2, 28),
    dt.date(2025, 3, 1),
    dt.date(2024, 8, 29),
    dt.date(2026, 8, 31),
)

CLINIC = """
schema: dermograph.overrides/1
id: paramedical-mycity
extends: paramedical
version: 1.0.0
title: {en: "Paramedical, my city", es: "Paramédica, mi ciudad"}
overrides:
  - replaces: minimum-age
    decided_by: medical lead
    reason: {en: "older here", es: "aquí más tarde"}
    with:
      id: minimum-age
      grade: until_date
      when: {birth_date: {within: {years: 22}}}
      says: {en: "From 22.", es: "Desde los 22."}
      cite: [assumptions/minimum-age]
  - replaces: immature-scar
    decided_by: medical lead
    reason: {en: "longer here", es: "aquí más"}
    with:
      id: immature-scar
      grade: until_date
      when: {all: [lesion: {one_of: [scar, acne_scar, burn_scar]}, onset: {within: {months: 18}}]}
      says: {en: "After 18 months.", es: "Tras 18 meses."}
      cite: [paramedical-micropigmentation/scars-under-12-months-not-treated]
  - replaces: dark-phototype
    decided_by: medical lead
    reason: {en: "darker only", es: "solo más oscuras"}
    with:
      id: dark-phototype
      grade: caution
      when: {phototype: {at_least: 5}}
      says: {en: "With care.", es: "Con cuidado."}
      cite: [paramedical-micropigmentation/hyperpigmentation-risk]
  - replaces: breastfeeding
    decided_by: medical lead
    reason: {en: "a colleague decides", es: "decide otra persona"}
    with:
      id: breastfeeding
      grade: clearance
      when: {breastfeeding: {is: true}}
      to: {en: "the midwife", es: "la matrona"}
      says: {en: "Ask first.", es: "Pregunte antes."}
      cite: [paramedical-micropigmentation/breastfeeding]
"""


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Protocol:
    """A clinic's own protocol, with four rules otherwise."""
    folder = tmp_path_factory.mktemp("mycity")
    (folder / "protocol.yaml").write_text(CLINIC, encoding="utf-8")
    library: Library = load_library(folder)
    return library.protocol("paramedical-mycity")


# ── Rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def waits() -> list[tuple[str, Within]]:
    """Every wait of every protocol, with the fact that it looks at."""
    return [
        (leaf.fact, leaf)
        for law in LIBRARY.protocols.values()
        for rule in law.rules
        for leaf in leaves(rule.applies)
        if isinstance(leaf, Within)
    ]


WAITS = waits()
LEAP_DAYS = [dt.date(year, 2, 29) for year in (1996, 2004, 2008, 2020, 2024)]


def row(rng: random.Random, number: int, known: float) -> Row:
    """One row of a cohort; its dates often stand on a limit or beside it, or on a 29 February."""
    on = rng.choice(DAYS)
    shift = on - patients.ASSESSED_ON
    facts: dict[str, FactValue] = {
        name: max(value + shift, dt.date(1900, 1, 1)) if isinstance(value, dt.date) else value
        for name, value in patients.patient(rng, WORDS, known=known).items()
    }
    for name, wait in WAITS:
        if rng.random() < 0.2 and rng.random() < known:
            facts[name] = min(wait.period.last_start(on) + ONE_DAY * rng.choice((-1, 0, 1, 2)), on)
        elif rng.random() < 0.1 and rng.random() < known:
            facts[name] = min(rng.choice(LEAP_DAYS), on)
    return {"id": f"p{number}", "area": "area", "assessed_on": on, **facts}


def rows(seed: int, count: int, known: float) -> list[Row]:
    """Rows from a seed."""
    rng = random.Random(seed)
    return [row(rng, number, known) for number in range(count)]


def plainly(one: Row, law: Protocol) -> tuple[Row, dict[str, bool | None], dict[str, dt.date | None]]:
    """What the plain engine finds for a row: the answer, the truth of each rule, and when those that hold are over."""
    facts, on = known_facts(one, WORDS), one["assessed_on"]
    area = assess_area(one["area"], facts, on, law)
    answer = {
        "id": one["id"],
        "area": one["area"],
        "assessed_on": on,
        "verdict": area.verdict.value,
        "worst_case": area.worst_case.value,
        "not_before": area.not_before,
    }
    found = {rule.id: rule.applies.evaluate(facts, on) for rule in law.rules if rule.grade != "info"}
    known = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}
    truths = {name: known[finding.truth] for name, finding in found.items()}
    assert {name for name, truth in truths.items() if truth} == {
        reason.rule for reason in area.reasons if reason.grade not in ("info", "indication")
    }
    return answer, truths, {name: finding.until for name, finding in found.items() if finding.truth is Truth.TRUE}


def check_agreement(cohort: list[Row], law: Protocol) -> None:
    """Both engines find the same for every row: the answer, what each rule is found to be, and when it is over."""
    table = table_of(cohort, WORDS)
    screening = screen(table, law)
    for one, answer, truths in zip(
        table.iter_rows(named=True),
        screening.table.iter_rows(named=True),
        screening.truths.iter_rows(named=True),
        strict=True,
    ):
        expected, rules, ends = plainly(one, law)
        assert answer == expected, one
        assert {name: truths[name] for name in rules} == rules, one
        assert {name: truths.get(f"{name}/until") for name in ends} == ends, one
        assert set(truths) == {*rules, *(name for name in truths if name.endswith("/until"))}


# ── The engines ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("known", [0.3, 0.6, 0.9, 1.0])
@pytest.mark.parametrize("treatment", TREATMENTS)
def test_the_column_engine_agrees_with_the_plain_one_on_every_row(treatment: str, known: float) -> None:
    check_agreement(rows(int(known * 10), 200, known), LIBRARY.protocol(treatment))


@pytest.mark.parametrize("known", [0.3, 0.6, 0.9, 1.0])
def test_the_column_engine_agrees_under_a_clinics_own_protocol(clinic: Protocol, known: float) -> None:
    check_agreement(rows(77, 200, known), clinic)


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.sampled_from([0.1, 0.5, 0.95]), st.sampled_from(TREATMENTS))
def test_the_engines_agree_on_cohorts_of_any_seed(seed: int, known: float, treatment: str) -> None:
    check_agreement(rows(seed, 12, known), LIBRARY.protocol(treatment))


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_the_engines_agree_on_each_day_around_each_limit_from_a_leap_day(treatment: str) -> None:
    law = LIBRARY.protocol(treatment)
    healthy: Row = {
        **{fact.id: False for fact in WORDS.facts.values() if fact.type == "boolean"},
        "birth_date": dt.date(1980, 1, 1),
        "lesion": "scar",
        "scar_type": "atrophic",
        "isotretinoin": "never",
        "surgery": "never",
        "onset": dt.date(1990, 1, 1),
        "phototype": 2,
    }
    cohort = [
        {**healthy, name: leap, "id": "x", "area": "a", "assessed_on": wait.period.after(leap) + ONE_DAY * days}
        for name, wait in WAITS
        for leap in LEAP_DAYS
        for days in (-1, 0, 1)
    ]
    assert any(one["assessed_on"] == add_months(dt.date(2020, 2, 29), 12) for one in cohort)
    check_agreement(cohort, law)


def test_rows_with_nothing_known_and_an_empty_table_are_screened_too() -> None:
    for treatment in TREATMENTS:
        check_agreement([{"id": None, "area": "a", "assessed_on": DAYS[0]}], LIBRARY.protocol(treatment))
    empty = screen(table_of([], WORDS), LIBRARY.protocol("scalp"))
    assert empty.table.height == 0


def test_generated_rows_reach_every_verdict_and_stand_on_both_sides_of_each_limit() -> None:
    cohort = [*rows(5, 300, 0.6), *rows(6, 300, 1.0)]
    table = table_of(cohort, WORDS)
    for treatment in TREATMENTS:
        assert set(screen(table, LIBRARY.protocol(treatment)).table["verdict"].to_list()) >= {
            "incomplete",
            "deferred",
            "referred",
            "excluded",
        }
    for name, wait in WAITS:
        distances = {
            (one["assessed_on"] - wait.period.after(value)).days
            for one in cohort
            if isinstance(value := one.get(name), dt.date)
        }
        assert distances >= {-1, 0, 1}, name


# ── What changes ────────────────────────────────────────────────────────────────────────────────────────────────────


def grades(law: Protocol) -> dict[str, str]:
    """The grade of each rule."""
    return {rule.id: rule.grade for rule in law.rules}


def expected_changes(cohort: pl.DataFrame, old: Protocol, new: Protocol) -> list[Row]:
    """The rows that differ, by the plain engine, with the rules that are found otherwise."""
    found = []
    for one in cohort.iter_rows(named=True):
        (before, truths, ends), (after, new_truths, new_ends) = plainly(one, old), plainly(one, new)
        if (before["verdict"], before["not_before"]) == (after["verdict"], after["not_before"]):
            continue
        names = [*truths, *(name for name in new_truths if name not in truths)]
        because = [
            name
            for name in names
            if truths.get(name) is not new_truths.get(name)
            or ends.get(name) != new_ends.get(name)
            or (grades(old).get(name) != grades(new).get(name) and truths.get(name) is not False)
        ]
        found.append(
            {
                "id": one["id"],
                "area": one["area"],
                "from": before["verdict"],
                "to": after["verdict"],
                "not_before_from": before["not_before"],
                "not_before_to": after["not_before"],
                "because": because,
            }
        )
    return found


@pytest.mark.parametrize("known", [0.6, 1.0])
def test_changes_are_exactly_the_rows_that_differ_with_the_rules_behind_them(clinic: Protocol, known: float) -> None:
    old = LIBRARY.protocol("paramedical")
    table = table_of(rows(9, 400, known), WORDS)
    found = changes(screen(table, old), screen(table, clinic)).to_dicts()
    expected = expected_changes(table, old, clinic)
    assert found == expected
    assert all(row["because"] for row in found)
    assert {name for row in found for name in row["because"]} <= {
        "minimum-age",
        "immature-scar",
        "dark-phototype",
        "breastfeeding",
    }


def test_each_overridden_rule_alone_changes_exactly_whom_it_concerns(clinic: Protocol) -> None:
    well: Row = {
        **{fact.id: False for fact in WORDS.facts.values() if fact.type == "boolean"},
        "autoimmune": "none",
        "diabetes": "none",
        "oncology": "none",
        "isotretinoin": "never",
        "surgery": "never",
        "lesion": "scar",
        "scar_type": "atrophic",
        "onset": dt.date(2010, 1, 1),
        "phototype": 2,
        "birth_date": dt.date(1980, 1, 1),
        "area": "a",
        "assessed_on": dt.date(2026, 11, 21),
    }
    cohort = [
        {**well, "id": "no change"},
        {**well, "id": "age", "birth_date": dt.date(2006, 1, 1)},
        {**well, "id": "scar", "onset": dt.date(2025, 9, 1)},
        {**well, "id": "younger scar", "onset": dt.date(2026, 9, 1)},
        {**well, "id": "tone", "phototype": 4},
        {**well, "id": "same caution", "phototype": 5},
        {**well, "id": "breastfeeding", "breastfeeding": True},
        {**well, "id": "excluded all the same", "keloid_tendency": True, "phototype": 4},
    ]
    table = table_of(cohort, WORDS)
    found = changes(screen(table, LIBRARY.protocol("paramedical")), screen(table, clinic))
    assert found.select("id", "from", "to", "because").rows() == [
        ("age", "suitable", "deferred", ["minimum-age"]),
        ("scar", "suitable", "deferred", ["immature-scar"]),
        ("younger scar", "deferred", "deferred", ["immature-scar"]),
        ("tone", "conditional", "suitable", ["dark-phototype"]),
        ("breastfeeding", "deferred", "referred", ["breastfeeding"]),
    ]
    assert found["not_before_to"].to_list() == [
        dt.date(2028, 1, 1),
        dt.date(2027, 3, 1),
        dt.date(2028, 3, 1),
        dt.date(2026, 11, 21),
        None,
    ]


def test_changes_add_up_over_chunks(clinic: Protocol) -> None:
    old = LIBRARY.protocol("paramedical")
    cohort = rows(11, 120, 0.9)
    whole = Changes()
    whole.add(screen(table_of(cohort, WORDS), old), screen(table_of(cohort, WORDS), clinic))
    pieces = Changes()
    for start in range(0, len(cohort), 50):
        table = table_of(cohort[start : start + 50], WORDS)
        pieces.add(screen(table, old), screen(table, clinic))
    assert pieces.screened == whole.screened == 120
    assert (pieces.before, pieces.after) == (whole.before, whole.after)
    assert sum(pieces.after.values()) == 120
    assert_frame_equal(pieces.table, whole.table)


def test_a_protocol_that_has_not_changed_changes_nobody(clinic: Protocol) -> None:
    table = table_of(rows(12, 100, 0.9), WORDS)
    for law in (clinic, LIBRARY.protocol("paramedical")):
        assert changes(screen(table, law), screen(table, law)).height == 0


def test_a_rule_that_is_new_or_gone_is_named() -> None:
    old = LIBRARY.protocol("scalp")
    new = dataclasses.replace(old, rules=tuple(rule for rule in old.rules if rule.id != "minimum-age"))
    table = table_of(rows(13, 200, 1.0), WORDS)
    for one, other in ((old, new), (new, old)):
        found = changes(screen(table, one), screen(table, other)).to_dicts()
        assert found == expected_changes(table, one, other)
        assert found
        assert {name for row in found for name in row["because"]} == {"minimum-age"}


# ── How cohorts are read ────────────────────────────────────────────────────────────────────────────────────────────

WELL: Row = {
    "id": "p",
    "treatment": "paramedical",
    "assessed_on": "2026-11-21",
    "patient": {"birth_date": "1990-06-15", "phototype": 3, "isotretinoin": "never"},
    "areas": [{"name": "knee", "lesion": "scar", "onset": "2020-01-01", "surgery": "2019-03-01"}],
}

#: A line that the fast way leaves to the row-by-row reader, with the whole chunk that it stands in.
SLOW = json.dumps({**WELL, "patient": {"pregnant": {"missing": "refused"}}})


def written(folder: Path, lines: list[str]) -> Path:
    """A file of lines."""
    path = folder / "cohort.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def read(path: Path) -> pl.DataFrame:
    """A cohort, read whole."""
    return pl.concat(list(read_cohort(path, WORDS)))


def generated(count: int, known: float = 0.8) -> list[str]:
    """Lines of a generated cohort."""
    return [
        json.dumps(patients.case(random.Random(number), WORDS, "paramedical", number, known=known))
        for number in range(count)
    ]


@pytest.fixture
def no_slow_reader(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the row-by-row reader fail, so that a test knows which one it was."""

    def refused(*_: object) -> pl.DataFrame:
        raise AssertionError("read row by row")

    return lambda: monkeypatch.setattr("dermograph.care.read_cohort._row_by_row", refused)


@pytest.mark.parametrize("known", [0.3, 1.0])
def test_the_fast_reader_and_the_row_by_row_reader_read_the_same(
    tmp_path: Path, no_slow_reader: Callable[[], None], known: float
) -> None:
    lines = generated(200, known)
    slowly = read(written(tmp_path, [*lines, SLOW]))
    no_slow_reader()
    fast = read(written(tmp_path, lines))
    assert dict(fast.schema) == schema(WORDS)
    assert_frame_equal(fast, slowly.head(200))
    with pytest.raises(AssertionError, match="row by row"):
        read(written(tmp_path, [*lines, SLOW]))


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    table = read(written(tmp_path, generated(100)))
    for number, one in enumerate(table.iter_rows(named=True)):
        case = patients.case(random.Random(number), WORDS, "paramedical", number, known=0.8)
        facts = {**case["patient"], **case["areas"][0]}
        del facts["name"]
        known = {
            name: str(value) if isinstance(value, dt.date) else value for name, value in known_facts(one, WORDS).items()
        }
        assert known == facts
        assert (one["id"], one["area"]) == (f"generated-{number}", "area")


def test_json_lines_and_parquet_read_to_the_same_table(tmp_path: Path) -> None:
    lines = read(written(tmp_path, generated(300)))
    file = tmp_path / "cohort.parquet"
    lines.write_parquet(file)
    assert_frame_equal(read(file), lines)
    some = [name for name in lines.columns if lines[name].null_count() < lines.height][:12]
    columns = list(dict.fromkeys(["area", "assessed_on", *some]))
    lines.select(columns).write_parquet(file)
    assert_frame_equal(read(file).select(columns), lines.select(columns))


def test_every_area_of_a_case_is_a_row_of_its_own(tmp_path: Path) -> None:
    two = {**WELL, "areas": [*WELL["areas"], {"name": "face", "lesion": "stria"}]}
    for lines in ([json.dumps(two)], [json.dumps(two), SLOW]):
        table = read(written(tmp_path, lines))
        assert table["area"].to_list()[:2] == ["knee", "face"]
        assert table["phototype"].to_list()[:2] == [3, 3]
        assert table["lesion"].to_list()[:2] == ["scar", "stria"]


def test_a_cohort_of_many_chunks_is_the_same_cohort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, generated(120))
    whole = read(file)
    monkeypatch.setattr("dermograph.care.read_cohort.CHUNK_BYTES", 5000)
    tables = list(read_cohort(file, WORDS))
    assert len(tables) > 5
    assert_frame_equal(pl.concat(tables), whole)


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


def but(patient: Row | None = None, area: Row | None = None, **top: Any) -> str:  # noqa: ANN401 (any wrong value)
    """The line of a case in which something is otherwise."""
    return json.dumps(
        {
            **WELL,
            "patient": {**WELL["patient"], **(patient or {})},
            "areas": [{**WELL["areas"][0], **(area or {})}],
            **top,
        }
    )


BAD_LINES = {
    "a word for a boolean": but({"pregnant": "yes"}),
    "a number for a boolean": but({"pregnant": 1}),
    "a number as text": but({"phototype": "3"}),
    "a number with a point": but({"phototype": 3.0}),
    "phototype 7": but({"phototype": 7}),
    "phototype 0": but({"phototype": 0}),
    "an unknown fact of the patient": but({"pregnan": True}),
    "an unknown fact of the area": but(area={"lesio": "scar"}),
    "a fact of the area in the patient": but({"onset": "2020-01-01"}),
    "an unknown word": but(area={"lesion": "Scar"}),
    "an unknown word for a date": but({"isotretinoin": "Never"}),
    "a word where only a date may be": but({"birth_date": "never"}),
    "a fact in the future": but(area={"onset": "2026-11-22"}),
    "a day that is none": but(area={"onset": "2025-02-29"}),
    "a short date": but({"birth_date": "1990-6-5"}),
    "a date with a blank before it": but({"birth_date": " 1990-06-15"}),
    "a date as a number": but({"birth_date": 19900615}),
    "a date before all dates": but({"birth_date": "1899-12-31"}),
    "a lesion before birth": but(area={"onset": "1980-01-01"}),
    "a drug before birth": but({"isotretinoin": "1980-01-01"}),
    "no day of assessment": but(assessed_on=None),
    "an instant for the day of assessment": but(assessed_on="2026-11-21T10:00"),
    "no areas": but(areas=[]),
    "areas that are null": but(areas=None),
    "an area that is null": but(areas=[None]),
    "an area without a name": but(areas=[{"lesion": "scar"}]),
    "an area with a blank name": but(area={"name": "  "}),
    "a name that is too long": but(area={"name": "x" * 300}),
    "two areas of one name": but(areas=[{"name": "a"}, {"name": "a"}]),
    "no treatment": but(treatment=""),
    "a treatment of blanks": but(treatment="  "),
    "an unknown key": but(weather="fine"),
    "an id that is a list": but(id=["p"]),
    "a patient that is a list": json.dumps({**WELL, "patient": []}),
    "sessions that are none": but(area={"sessions": ["often"]}),
    "an unknown event": but(events=[{"what": "nonsense", "on": "2026-11-01"}]),
    "a time zone that is none": but(time_zone="Nowhere/Land"),
    "not JSON": "{nope",
    "no object": "[]",
    "two objects in a line": f"{json.dumps(WELL)} {json.dumps(WELL)}",
    "a key of the patient twice": but().replace('"phototype": 3', '"phototype": 3, "phototype": 4'),
    "a key of the case twice": but().replace('"treatment"', '"treatment": "scalp", "treatment"'),
    "no number": but().replace('"phototype": 3', '"phototype": NaN'),
}


@pytest.mark.parametrize("neighbour", [json.dumps(WELL), SLOW], ids=["among plain rows", "beside a row read slowly"])
@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_row_is_refused_with_its_line(tmp_path: Path, bad: str, neighbour: str) -> None:
    good = json.dumps(WELL)
    file = written(tmp_path, [good, neighbour, good, bad, good])
    with pytest.raises(InputError) as caught:
        read(file)
    assert (caught.value.place.file, caught.value.place.line) == ("cohort.jsonl", 4)
    assert caught.value.say("en") != caught.value.say("es")


def test_a_bad_row_in_a_later_chunk_is_refused_with_its_line_in_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dermograph.care.read_cohort.CHUNK_BYTES", 1000)
    file = written(tmp_path, [*[json.dumps(WELL)] * 40, BAD_LINES["phototype 7"]])
    with pytest.raises(InputError) as caught:
        read(file)
    assert caught.value.place.line == 41


def test_the_nearest_right_name_is_given(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Did you mean 'pregnant'"):
        read(written(tmp_path, [BAD_LINES["an unknown fact of the patient"]]))


@pytest.mark.parametrize("content", ["", "\n\n", " "])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "cohort.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(file)
    assert caught.value.place.file == "cohort.jsonl"


def test_a_file_that_is_not_there_or_is_no_parquet_is_refused(tmp_path: Path) -> None:
    for name in ("nothing.jsonl", "nothing.parquet"):
        with pytest.raises(InputError, match="no such file"):
            read(tmp_path / name)
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 not really")
    with pytest.raises(InputError, match="Parquet"):
        read(broken)


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"phototype": [3, 7]}, "Row 2: phototype '7'"),
        ({"phototype": ["3", "4"]}, "The column phototype has the type"),
        ({"pregnan": [True, None]}, "Did you mean 'pregnant'"),
        ({"lesion": ["scar", "Scar"]}, "Row 2: lesion 'Scar'"),
        ({"onset": [dt.date(2020, 1, 1), dt.date(2026, 11, 22)]}, "Row 2: onset"),
        ({"birth_date": [None, dt.date(1990, 1, 1)], "onset": [None, dt.date(1989, 1, 1)]}, "Row 2: onset"),
        ({"assessed_on": [dt.date(2026, 11, 21), None]}, "Row 2: assessed_on"),
        ({"area": ["a", None]}, "Row 2: area"),
    ],
)
def test_a_bad_row_of_a_parquet_file_is_refused_with_its_number(tmp_path: Path, columns: Row, found: str) -> None:
    file = tmp_path / "cohort.parquet"
    plain: Row = {"area": ["a", "b"], "assessed_on": [dt.date(2026, 11, 21)] * 2}
    pl.DataFrame({**plain, **columns}).write_parquet(file)
    with pytest.raises(InputError, match=found) as caught:
        read(file)
    assert caught.value.place.file == "cohort.parquet"


@pytest.mark.parametrize("missing", ["area", "assessed_on"])
def test_a_parquet_file_without_a_column_that_it_needs_is_refused(tmp_path: Path, missing: str) -> None:
    file = tmp_path / "cohort.parquet"
    plain: Row = {"area": ["a"], "assessed_on": [dt.date(2026, 11, 21)], "phototype": [3]}
    del plain[missing]
    pl.DataFrame(plain).write_parquet(file)
    with pytest.raises(InputError, match=f"The column '{missing}' is missing"):
        read(file)
