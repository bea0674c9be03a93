"""Finding patients: every word has to match, in pages, within the clinic."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dermograph.clinic.people import selectors
from dermograph.clinic.people.models import Clinic, NameToken, Patient
from dermograph.clinic.people.name_words import asked_words
from dermograph.clinic.people.selectors import found_patients, similar_patients
from dermograph.clinic.people.services import register_patient

PEOPLE = [
    ("María", "López García"),
    ("Mario", "Lopera"),
    ("Lucía", "Álvarez"),
    ("Ana", "Muñoz"),
    ("Zoe", "Ábalos"),
    ("José Luis", "de la Cruz"),
    ("Marta", "Zamora"),
]


@pytest.fixture
def known(clinic: Clinic) -> Clinic:
    for number, (given_names, family_names) in enumerate(PEOPLE, start=1):
        register_patient(
            clinic=clinic,
            who=None,
            given_names=given_names,
            family_names=family_names,
            phone=f"+34 600 000 00{number}",
        )
    return clinic


def names(clinic: Clinic, asked: str, **more: object) -> list[str]:
    return [str(one) for one in found_patients(clinic, asked, **more).patients]  # type: ignore[arg-type]  # fields as a test gives them


def test_three_letters_find_a_patient(known: Clinic) -> None:
    assert names(known, "mun") == ["Ana Muñoz"]
    assert names(known, "ÁLV") == ["Lucía Álvarez"]


def test_every_word_has_to_match(known: Clinic) -> None:
    assert names(known, "mar lop") == ["Mario Lopera", "María López García"]
    assert names(known, "lop maria") == ["María López García"]
    assert names(known, "mar xyz") == []


def test_names_are_in_order_without_accents(known: Clinic) -> None:
    assert names(known, "")[:3] == ["Zoe Ábalos", "Lucía Álvarez", "José Luis de la Cruz"]


def test_a_record_number_comes_first(known: Clinic) -> None:
    for number in range(8, 14):
        register_patient(clinic=known, who=None, given_names="A", family_names=f"B{number}")
    assert found_patients(known, "1").patients[0].number == 1
    assert {one.number for one in found_patients(known, "1").patients} >= {1, 10, 11, 12, 13}


def test_a_telephone_finds_its_patient(known: Clinic) -> None:
    assert names(known, "600 000 003") == ["Lucía Álvarez"]


@pytest.mark.parametrize("asked", ["!!!", "%", "_", "' OR 1=1 --", "\0", "💥"])
def test_what_is_no_word_finds_nobody(known: Clinic, asked: str) -> None:
    assert names(known, asked) == []


def test_another_clinics_patients_are_never_found(known: Clinic) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    register_patient(clinic=other, who=None, given_names="María", family_names="López")
    assert len(names(known, "maria")) == 1
    assert names(other, "") == ["María López"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
@pytest.mark.parametrize("asked", ["", "mar", "a"])
def test_pages_put_together_are_the_whole_list_once(known: Clinic, asked: str, limit: int) -> None:
    seen: list[Patient] = []
    after = None
    for _ in range(20):
        page = found_patients(known, asked, after=after, limit=limit)
        seen += page.patients
        if not page.more:
            break
        after = page.patients[-1]
    assert [str(one) for one in seen] == names(known, asked)


@pytest.mark.parametrize(("common", "few"), [(2000, 200), (2, 200), (2000, 1), (0, 0)])
def test_whichever_way_is_taken_those_are_found_whom_plain_prefixes_find(
    known: Clinic, monkeypatch: pytest.MonkeyPatch, common: int, few: int
) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    for given_names, family_names in PEOPLE:
        register_patient(clinic=other, who=None, given_names=given_names, family_names=family_names)
    Patient.objects.filter(clinic=known, number=2).update(restricted_at=timezone.now())
    monkeypatch.setattr(selectors, "COMMON", common)
    monkeypatch.setattr(selectors, "FEW", few)

    @settings(max_examples=40, deadline=None)
    @given(asked=st.text("aáeilmnñoruz 1-", max_size=12))
    @example("mar lo")
    @example("mar z")
    @example("lo maria gar")
    @example("mar xyz")
    @example("600 000 00")
    @example("1")
    def are_the_same(asked: str) -> None:
        words = asked_words(asked)
        expected = [
            one
            for one in Patient.objects.filter(clinic=known, restricted_at=None).order_by("sort_name", "pk")
            if all(any(kept.startswith(word) for kept in one.words()) for word in words)
        ]
        if asked.strip() and not words:
            expected = []
        found = list(found_patients(known, asked).patients)
        if len(words) == 1 and words[0].isdecimal():  # whose number it is stands first, all others in order
            exact = [one for one in found if one.number == int(words[0])]
            assert found[: len(exact)] == exact
            found.sort(key=expected.index)
        assert found == expected

    are_the_same()


def test_the_longest_words_of_a_search_are_counted(known: Clinic) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert names(known, "ma g 60 lopez") == ["María López García"]
    counted = [one["sql"] for one in queries if "COUNT" in one["sql"]]
    assert len(counted) == selectors.ASKED_FIRST
    assert any("lopez" in one for one in counted)


def test_words_follow_a_changed_name(known: Clinic) -> None:
    one = Patient.objects.get(number=4)
    one.family_names = "Serra"
    one.save(update_fields=["family_names"])
    assert names(known, "serra") == ["Ana Serra"]
    assert names(known, "munoz") == []
    assert NameToken.objects.filter(patient=one, word="ana").count() == 1


def test_the_same_person_is_noticed_by_birth_date_and_a_similar_name(clinic: Clinic) -> None:
    born = dt.date(1988, 4, 9)
    register_patient(clinic=clinic, who=None, given_names="Lucía", family_names="Ferrer Campos", birth_date=born)
    assert similar_patients(clinic, "Ferrer Campos Lucia", born)
    assert similar_patients(clinic, "Ferer Campos Lucía", born)
    assert similar_patients(clinic, "Ferrer Lucía", born)
    assert not similar_patients(clinic, "Ferrer Campos Lucía", dt.date(1988, 4, 10))
    assert not similar_patients(clinic, "Ruiz Pablo", born)
    assert similar_patients(clinic, "Ferrer Campos Lucía", None)
