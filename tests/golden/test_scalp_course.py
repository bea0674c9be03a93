"""The course of a scalp, rule by rule: what the source says of it, what is assumed, and what follows on which day."""

import datetime as dt

import pytest

from dermograph import load_library
from dermograph.care.aftercare import timeline
from dermograph.care.follow_up import colour_counts_from, due_since, next_check, settled_look
from dermograph.core.text import LANGUAGES
from dermograph.protocols.model import Protocol, Statement
from dermograph.protocols.put_together import statements
from tests.conftest import SHARED

LIBRARY = load_library()
SCALP = LIBRARY.protocol("scalp")
HELD = dt.date(2026, 11, 2)
SOURCE = "capillary-micropigmentation"

#: Each rule of a course, by where it stands in the pack: what it has to cite, and a word of the source's own lines.
RULES = {
    "aftercare.inflammation": ("slight-inflammation", "slight inflammatory reaction"),
    "aftercare.crusts": ("thin-crust-first-days", "thin crust"),
    "side_effects.crusts": ("thin-crust-first-days", "thin crust"),
    "side_effects.darker-colour": ("crust-falls-darker-colour", "darker than desired"),
    "aftercare.final_look": ("final-look-10-20-days", "ten to twenty days"),
    "course.settled_after": ("final-look-10-20-days", "ten to twenty days"),
    "aftercare.deep_healing": ("collagen-after-3-weeks", "after three weeks"),
    "preparation.no-bleeding-agents": ("no-alcohol-before", "alcohol and anticoagulants such as aspirin"),
    "rules.anticoagulants": ("no-anticoagulants-before", "anticoagulants such as aspirin"),
    "rules.blood-borne-infection": ("blood-borne-infection-declared", "transmitted by blood should be reported"),
    "maintenance.on-measured-loss": ("maintain-on-loss", "loss of tonality or uniformity"),
    "maintenance.yearly-check": ("lasts-1-3-years", "between one and three years"),
}
#: What no source gives a figure for: it is cited as an assumption, and says so in both languages.
ASSUMED = {
    "course.spacing": "scalp-spacing-10-days",
    "side_effects.crusts": "scalp-spacing-10-days",
    "review.signs.crusts-after": "scalp-spacing-10-days",
    "maintenance.yearly-check": "scalp-yearly-check",
}


def statement(place: str) -> Statement:
    """A statement of the pack by its section and id."""
    found = {f"{section}.{one.id}": one for section, one in statements(SCALP)}
    return found[place]


@pytest.mark.parametrize("place", RULES)
def test_each_rule_of_the_course_cites_the_claim_that_it_rests_on(place: str) -> None:
    claim, _ = RULES[place]
    assert (SOURCE, claim) in {(cite.source, cite.claim) for cite in statement(place).cite}


@pytest.mark.shared
@pytest.mark.parametrize("place", RULES)
def test_each_claim_stands_on_the_lines_of_the_document_that_say_it(place: str) -> None:
    claim, words = RULES[place]
    lines = (SHARED / "sources" / f"{SOURCE}.txt").read_text(encoding="utf-8").splitlines()
    told = " ".join(lines[number - 1] for number in LIBRARY.sources[SOURCE].claims[claim].lines)
    assert words in told


@pytest.mark.parametrize("place", ASSUMED)
def test_a_figure_that_no_source_gives_is_cited_as_an_assumption_and_called_one(place: str) -> None:
    found = statement(place)
    cited = {(cite.source, cite.claim) for cite in found.cite}
    assert ("assumptions", ASSUMED[place]) in cited
    words = {"en": "assumed", "es": "supone"}
    for language in LANGUAGES:
        assert words[language] in found.says.say(language)


def test_a_blood_borne_infection_is_a_precaution_and_never_keeps_anybody_out() -> None:
    rule = next(one for one in SCALP.rules if one.id == "blood-borne-infection")
    assert rule.grade == "caution"


def test_alcohol_and_aspirin_close_the_48_hours_before() -> None:
    rule = next(one for one in SCALP.preparation if one.id == "no-bleeding-agents")
    assert (rule.avoid, str(rule.period)) == ("vasodilator", "Period(count=48, unit='hours')")
    assert SCALP.vocabulary.is_kind("alcohol", "vasodilator")
    assert SCALP.vocabulary.is_kind("aspirin", "vasodilator")


def test_the_timeline_names_every_stage_and_gives_no_end_where_the_source_gives_none() -> None:
    ends = {care.statement.id: care.until for care in timeline(HELD, SCALP)}
    assert ends == {
        "final_look": dt.date(2026, 11, 22),
        "deep_healing": dt.date(2026, 11, 23),
        "normal_activity": None,
        "inflammation": None,
        "crusts": None,
    }


def test_the_settled_look_is_looked_at_from_the_tenth_to_the_twentieth_day() -> None:
    look = settled_look(HELD, SCALP)
    assert look is not None
    assert (look.first, look.last) == (dt.date(2026, 11, 12), dt.date(2026, 11, 22))
    assert look.statement.id == "final_look"
    clock = dt.datetime(2026, 11, 2, 17, 30, tzinfo=dt.UTC)
    assert settled_look(clock, SCALP) == look


@pytest.mark.parametrize(("held", "counts"), [(HELD, "2026-12-02"), (dt.date(2026, 1, 31), "2026-02-28")])
def test_colour_counts_from_one_calendar_month_after_the_last_session(held: dt.date, counts: str) -> None:
    assert str(colour_counts_from(held, SCALP)) == counts


@pytest.mark.parametrize(("since", "due"), [(HELD, "2027-11-02"), (dt.date(2024, 2, 29), "2025-02-28")])
def test_a_check_is_due_a_year_after_the_last_session_or_check(since: dt.date, due: str) -> None:
    look = next_check(since, SCALP)
    assert look is not None
    assert (str(look.first), look.last) == (due, None)


@pytest.mark.parametrize("today", ["2025-02-27", "2025-02-28", "2025-03-01", "2026-11-22"])
def test_the_last_day_from_which_a_check_is_due_is_the_inverse_of_the_next_check(today: str) -> None:
    day = dt.date.fromisoformat(today)
    since = due_since(day, SCALP)
    assert since is not None
    looks = [next_check(since + dt.timedelta(days=more), SCALP) for more in (0, 1)]
    assert [look is not None and look.first <= day for look in looks] == [True, False]


@pytest.mark.parametrize("other", [LIBRARY.protocol("paramedical"), LIBRARY.protocol("microneedling")])
def test_what_does_not_fade_has_neither_a_settled_look_nor_a_yearly_check(other: Protocol) -> None:
    assert settled_look(HELD, other) is None
    assert next_check(HELD, other) is None
    assert due_since(HELD, other) is None
