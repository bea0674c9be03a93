"""Stories with sessions: healing, measured, not measurable, at their goal, on a plateau."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dermograph.clinic.demo.house import House
from dermograph.clinic.demo.logins import PATIENT
from dermograph.clinic.demo.photographs import Series
from dermograph.clinic.demo.stories import Story

SERIES: Mapping[str, Series] = {
    "plateau": Series(41, "scar", 2, 9.0, (0.0, 0.40, 0.42, 0.41)),
    "goal": Series(42, "stria", 3, 8.0, (0.0, 0.45, 0.85)),
    "scalp": Series(43, "scar", 3, 10.0, (0.0, 0.5)),
    "improved": Series(44, "stria", 3, 8.0, (0.0, 0.42)),
    "same": Series(45, "scar", 4, 6.0, (0.0, 0.02)),
    "spoiled": Series(46, "burn", 3, 8.0, (0.0, 0.3), spoiled=(1,)),
    "needled": Series(47, "acne", 3, 7.0, (0.0, 0.3, 0.5)),
    "healing": Series(48, "stria", 2, 7.0),
    "baseline": Series(49, "scar", 2, 7.5),
}


def baseline_taken(house: House) -> Story:
    """Consented, photographed and outlined; the first session is today."""
    yield house.at(-8, 12)
    patient = house.register("Gonzalo", "Maqueta", dt.date(1979, 10, 19), phone="000 000 107")
    course = house.course(patient, "abdomen", "front", (0.53, 0.5), "paramedical")
    house.healthy(course, lesion="scar", scar_type="normotrophic", onset=dt.date(2017, 3, 3), phototype=2)
    yield house.at(-8, 12, 30)
    house.assess(course)
    house.consent(course)
    yield house.at(-7, 10)
    house.photograph(course, "baseline", 0)
    house.book(course, "session", house.at(0, 11), room=1)


def healing(house: House) -> Story:
    """One session six days ago; one sign is usual, one has lasted too long."""
    yield house.at(-13, 10)
    patient = house.register("Hilda", "Prototipo", dt.date(1993, 1, 25), phone="000 000 108")
    course = house.course(patient, "cadera izquierda", "front", (0.41, 0.52), "paramedical", side="left")
    house.healthy(course, lesion="stria", stage="white", phototype=2)
    house.assess(course)
    house.consent(course, "teaching", "research")
    yield house.at(-6, 10)
    house.photograph(course, "healing", 0)
    held = house.session(course, reaction="Eritema leve al terminar.")
    house.pay(held, "cash")
    yield house.at(-5, 20)
    house.reports(course, "scabs", "Pequeñas costras donde las agujas.")
    yield house.at(-1, 21)
    house.reports(course, "erythema", "Sigue roja en un lado, no duele.")


def improved(house: House) -> Story:
    """Follow-up measured: the contrast has detectably fallen; the review is to be signed."""
    yield house.at(-38, 9)
    patient = house.register("Irene", "Simulada", dt.date(1990, 6, 15), phone="000 000 109", email=PATIENT.email)
    house.portal(patient)
    course = house.course(patient, "abdomen", "front", (0.5, 0.49), "paramedical")
    house.healthy(course, lesion="stria", stage="white")
    house.assess(course)
    house.consent(course, "research")
    yield house.at(-30, 10)
    house.photograph(course, "improved", 0)
    house.pay(house.session(course))
    yield house.at(-1, 12)
    house.photograph(course, "improved", 1)
    house.book(course, "review", house.at(0, 10, 30))


def not_detectable(house: House) -> Story:
    """Follow-up measured: nothing that the measurement could tell from no change."""
    yield house.at(-44, 16)
    patient = house.register("Jorge", "Modelo", dt.date(1972, 11, 8), phone="000 000 110")
    course = house.course(patient, "antebrazo derecho", "front", (0.76, 0.45), "paramedical", side="right")
    house.healthy(course, lesion="scar", scar_type="hypopigmented", onset=dt.date(2015, 9, 1), phototype=4)
    house.assess(course)
    house.consent(course, "research")
    yield house.at(-33, 16)
    house.photograph(course, "same", 0)
    house.pay(house.session(course))
    yield house.at(-3, 17)
    house.photograph(course, "same", 1)


def not_comparable(house: House) -> Story:
    """The card was forgotten at the follow-up: no number, and the reason."""
    yield house.at(-41, 11)
    patient = house.register("ليلى", "الخيالية", dt.date(1985, 4, 4), phone="000 000 111")
    course = house.course(patient, "mano izquierda", "front", (0.2, 0.56), "paramedical", side="left")
    house.healthy(
        course, lesion="burn_scar", scar_type="normotrophic", degree=2, healed=True, onset=dt.date(2016, 2, 20)
    )
    house.assess(course)
    house.consent(course)
    yield house.at(-29, 11)
    house.photograph(course, "spoiled", 0)
    house.pay(house.session(course), "transfer")
    yield house.at(-2, 13)
    house.photograph(course, "spoiled", 1)


def plateau(house: House) -> Story:
    """Three sessions, two signed reviews; the third photograph shows that the gain has ended."""
    yield house.at(-121, 9)
    patient = house.register(
        "María de los Ángeles Concepción",
        "Imaginaria-Supuesta y Fernández de la Invención",
        dt.date(1968, 8, 15),
        phone="000 000 112",
    )
    course = house.course(patient, "cicatriz de cesárea", "front", (0.5, 0.53), "paramedical", side="middle")
    house.healthy(course, lesion="scar", scar_type="hypopigmented", onset=dt.date(2009, 3, 12), phototype=2)
    house.assess(course)
    house.consent(course, "teaching", "research")
    for number, day in enumerate((-114, -79, -44)):
        if number:
            yield house.at(day - 1, 9)
            house.photograph(course, "plateau", number)
            house.review(course)
        yield house.at(day, 9)
        if not number:
            house.photograph(course, "plateau", 0)
        house.pay(house.session(course))
        yield house.at(day + 1, 9)
        house.reports(course, "erythema" if number else "scabs", by_staff=True)
    yield house.at(-5, 9)
    house.photograph(course, "plateau", 3)
    house.book(course, "review", house.at(1, 9, 30))


def goal_met(house: House) -> Story:
    """Two sessions, the agreed goal measured and signed; the course is closed."""
    yield house.at(-105, 12)
    patient = house.register("Анна", "Вымышленная", dt.date(1994, 2, 27), phone="000 000 113")
    course = house.course(patient, "pecho", "front", (0.5, 0.3), "paramedical", goal=2.5)
    house.healthy(course, lesion="stria", stage="white")
    house.assess(course)
    house.consent(course, "research")
    for number, day in enumerate((-98, -62)):
        if number:
            yield house.at(day - 2, 12)
            house.photograph(course, "goal", number)
            house.review(course)
        yield house.at(day, 12)
        if not number:
            house.photograph(course, "goal", 0)
        house.pay(house.session(course))
    yield house.at(-20, 12)
    house.photograph(course, "goal", 2)
    signed = house.review(course)
    house.close(course, signed.decision, "Objetivo acordado alcanzado, medido y firmado.")


def scalp(house: House) -> Story:
    """Pigment on the scalp: two sessions, the first one measured and reviewed."""
    yield house.at(-64, 18)
    patient = house.register("Òscar", "Figuració", dt.date(1982, 12, 24), phone="000 000 114")
    course = house.course(patient, "coronilla", "scalp", (0.5, 0.6), "scalp")
    house.healthy(course, lesion="alopecia", reversible=False, graft_candidate=False)
    house.assess(course)
    house.consent(course, "research")
    yield house.at(-58, 18)
    house.photograph(course, "scalp", 0)
    house.pay(house.session(course, minutes=150, notes="Línea frontal dibujada con el paciente."))
    yield house.at(-24, 18)
    house.photograph(course, "scalp", 1)
    house.review(course)
    yield house.at(-14, 18)
    house.pay(house.session(course, minutes=120), cents=150_00)
    yield house.at(-13, 20)
    house.reports(course, "scabs", "Costra fina, sin molestias.")
    house.book(course, "review", house.at(3, 18))


def needled(house: House) -> Story:
    """Microneedling: two sessions a month apart, both measured; another one is booked."""
    yield house.at(-75, 15)
    marco = house.staff.second
    patient = house.register("架空", "花子", dt.date(1998, 5, 17), phone="000 000 115")
    course = house.course(patient, "mejilla derecha", "face", (0.64, 0.58), "microneedling", side="right", lead=marco)
    house.healthy(course, lesion="acne_scar", scar_type="ice_pick", acne="inactive", onset=dt.date(2016, 1, 1))
    house.assess(course)
    house.consent(course, "research")
    yield house.at(-68, 15)
    house.photograph(course, "needled", 0)
    house.pay(house.session(course, minutes=50))
    yield house.at(-36, 15)
    house.photograph(course, "needled", 1)
    house.review(course)
    yield house.at(-34, 15)
    house.pay(house.session(course, minutes=50))
    yield house.at(-1, 15)
    house.photograph(course, "needled", 2)
    house.review(course)
    house.book(course, "session", house.at(2, 15))
