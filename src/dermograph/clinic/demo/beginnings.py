"""Stories that have only begun: questions, verdicts, a consent that is waiting."""

from __future__ import annotations

import datetime as dt

from dermograph.clinic.demo.house import House
from dermograph.clinic.demo.stories import Story
from dermograph.clinic.people.outcomes import ABANDONED

#: In days from today: more than the five years for which the made-up clinic has to keep a record.
LONG_AGO = -2200
_ABDOMEN, _THIGH, _KNEE, _CHEEK = (0.5, 0.47), (0.43, 0.62), (0.44, 0.74), (0.36, 0.58)


def long_ago(house: House) -> Story:
    """Came once, was excluded, and has not been back: the term of keeping the record is over, and it may be erased."""
    yield house.at(LONG_AGO, 11)
    patient = house.register("Nicanor", "Antaño Inexistente", dt.date(1961, 11, 30))
    course = house.course(patient, "hombro izquierdo", "front", (0.64, 0.24), "paramedical", side="left")
    house.healthy(course, lesion="scar", scar_type="hypopigmented", onset=dt.date(2012, 4, 9), keloid_tendency=True)
    yield house.at(LONG_AGO, 11, 40)
    house.assess(course)
    house.close(course, ABANDONED, "Tendencia a queloides en la zona: no se trata.")


def new_patient(house: House) -> Story:
    """Registered this week; nothing has been asked yet."""
    yield house.at(-2, 12)
    patient = house.register("Alba", "Inventada", dt.date(1996, 3, 14), phone="000 000 101")
    course = house.course(patient, "abdomen", "front", _ABDOMEN, "paramedical")
    appointment = house.book(course, "assessment", house.at(0, 9, 30))
    yield house.at(0, 9, 20)
    house.arrives(appointment)


def incomplete(house: House) -> Story:
    """Some questions are open; a slot is held until they are answered."""
    yield house.at(-1, 17)
    patient = house.register("Bruno", "Ficticio Ejemplo", dt.date(1984, 7, 2), phone="000 000 102")
    course = house.course(patient, "rodilla izquierda", "front", _KNEE, "paramedical", side="left")
    house.answer(
        course,
        lesion="scar",
        scar_type="atrophic",
        onset=dt.date(2019, 5, 20),
        phototype=2,
        pregnant=False,
        breastfeeding=False,
        autoimmune="none",
        isotretinoin="never",
        diabetes="none",
        oncology="none",
        keloid_tendency="missing:not_known",
        infection=False,
        herpes=False,
    )
    yield house.at(0, 0, 1)
    house.book(course, "session", house.at(4, 15), room=1, held=True)


def excluded(house: House) -> Story:
    """A tendency to keloids in the area: the source excludes it."""
    yield house.at(-6, 11)
    patient = house.register("Carla", "Imaginaria", dt.date(1991, 12, 1))
    course = house.course(patient, "hombro derecho", "front", (0.36, 0.24), "paramedical", side="right")
    house.healthy(course, lesion="scar", scar_type="hypopigmented", onset=dt.date(2021, 1, 15), keloid_tendency=True)
    yield house.at(-6, 11, 30)
    house.assess(course)


def referred(house: House) -> Story:
    """Anticoagulants: the prescriber is asked, nobody stops a drug."""
    yield house.at(-5, 16)
    patient = house.register("Dionisio", "Supuesto", dt.date(1959, 2, 11), phone="000 000 104")
    course = house.course(patient, "antebrazo izquierdo", "front", (0.24, 0.45), "paramedical", side="left")
    house.healthy(
        course,
        lesion="burn_scar",
        scar_type="normotrophic",
        degree=2,
        healed=True,
        onset=dt.date(2020, 8, 8),
        anticoagulants=True,
        phototype=2,
    )
    yield house.at(-5, 16, 40)
    house.assess(course)


def deferred(house: House) -> Story:
    """Isotretinoin ended two months ago: not before a known day."""
    yield house.at(-4, 10)
    patient = house.register("Elsa", "Hipotética", dt.date(2001, 9, 30), phone="000 000 105")
    course = house.course(patient, "mejilla izquierda", "face", _CHEEK, "paramedical", side="left")
    stopped = house.today - dt.timedelta(days=64)
    house.healthy(
        course,
        lesion="acne_scar",
        scar_type="boxcar",
        acne="inactive",
        onset=dt.date(2018, 6, 1),
        isotretinoin=stopped,
    )
    yield house.at(-4, 10, 30)
    house.assess(course)
    house.book(course, "review", house.at(6, 17), room=1)


def waiting_for_consent(house: House) -> Story:
    """Suitable; the consent is signed when she comes today."""
    yield house.at(-3, 9)
    patient = house.register("Fátima", "Ejemplar de la Muestra", dt.date(1987, 5, 5), phone="000 000 106")
    course = house.course(patient, "muslo derecho", "front", _THIGH, "paramedical", side="right")
    house.healthy(course, lesion="stria", stage="white")
    yield house.at(-3, 9, 30)
    house.assess(course)
    house.book(course, "session", house.at(0, 17))
