"""Treatments, patients, areas, courses, stock and outcomes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from dermograph.client.asking import Client, operation
from dermograph.client.shapes import (
    AreaNew,
    AreaOut,
    CourseAgain,
    CourseEnd,
    CourseNew,
    CourseOut,
    FactOut,
    LotOut,
    Me,
    OutcomeCourse,
    OutcomeGroup,
    PatientNew,
    PatientOut,
    ProtocolOut,
    SourceOut,
    TreatmentOut,
    WordOut,
)


class PeopleCalls(Client):
    """Calls about people and what is there for them."""

    @operation("get_me")
    def get_me(self) -> Me:
        """Who this token is."""
        return self._get("/me", Me)

    @operation("list_treatments")
    def list_treatments(self) -> Iterator[TreatmentOut]:
        """The treatments that a course can follow."""
        return self._list("/treatments", TreatmentOut)

    @operation("get_treatment")
    def get_treatment(self, treatment: str) -> ProtocolOut:
        """A protocol, whole."""
        return self._get(f"/treatments/{treatment}", ProtocolOut)

    @operation("list_sources")
    def list_sources(self) -> Iterator[SourceOut]:
        """The sources that statements cite."""
        return self._list("/sources", SourceOut)

    @operation("list_facts")
    def list_facts(self) -> Iterator[FactOut]:
        """What can be answered about a patient or an area."""
        return self._list("/facts", FactOut)

    @operation("list_events")
    def list_events(self) -> Iterator[WordOut]:
        """The kinds of dated things that rules speak of."""
        return self._list("/events", WordOut)

    @operation("list_signs")
    def list_signs(self) -> Iterator[WordOut]:
        """The signs that can be reported after a session."""
        return self._list("/signs", WordOut)

    @operation("list_patients")
    def list_patients(self, *, number: int | None = None, limit: int = 100) -> Iterator[PatientOut]:
        """The patients of the clinic by record number; ``limit`` is of one page."""
        return self._list("/patients", PatientOut, number=number, limit=limit)

    @operation("search_patients")
    def search_patients(self, words: str) -> Iterator[PatientOut]:
        """The patients whom words find, at most 100."""
        return self._list("/patients/search", PatientOut, words=words)

    @operation("register_new_patient")
    def register_new_patient(self, given: PatientNew, *, key: str | None = None) -> PatientOut:
        """Register a patient."""
        return self._write("POST", "/patients", PatientOut, given, key=key)

    @operation("get_patient")
    def get_patient(self, patient: uuid.UUID) -> PatientOut:
        """A patient."""
        return self._get(f"/patients/{patient}", PatientOut)

    @operation("correct_patient")
    def correct_patient(
        self, patient: uuid.UUID, *, version: int, key: str | None = None, **changes: str | dt.date | None
    ) -> PatientOut:
        """Correct details, each by its name; ``birth_date=None`` takes it away.

        Raises:
            ConflictError: If somebody changed the record since ``version`` was read.
        """
        given = {"version": version, **changes}
        return self._write("PATCH", f"/patients/{patient}", PatientOut, given, key=key)

    @operation("list_areas")
    def list_areas(self, patient: uuid.UUID, *, limit: int = 100) -> Iterator[AreaOut]:
        """The skin areas of a patient."""
        return self._list(f"/patients/{patient}/areas", AreaOut, limit=limit)

    @operation("add_area_of_patient")
    def add_area_of_patient(self, patient: uuid.UUID, given: AreaNew, *, key: str | None = None) -> AreaOut:
        """Add a skin area."""
        return self._write("POST", f"/patients/{patient}/areas", AreaOut, given, key=key)

    @operation("get_area")
    def get_area(self, area: uuid.UUID) -> AreaOut:
        """A skin area."""
        return self._get(f"/areas/{area}", AreaOut)

    @operation("list_courses")
    def list_courses(
        self,
        *,
        patient: uuid.UUID | None = None,
        treatment: str | None = None,
        state: str | None = None,
        limit: int = 100,
    ) -> Iterator[CourseOut]:
        """The courses of the clinic; ``state`` is ``open`` or ``closed``."""
        return self._list("/courses", CourseOut, patient=patient, treatment=treatment, state=state, limit=limit)

    @operation("open_course_on_area")
    def open_course_on_area(self, area: uuid.UUID, given: CourseNew, *, key: str | None = None) -> CourseOut:
        """Open a course of a treatment on an area."""
        return self._write("POST", f"/areas/{area}/courses", CourseOut, given, key=key)

    @operation("get_course")
    def get_course(self, course: uuid.UUID) -> CourseOut:
        """A course."""
        return self._get(f"/courses/{course}", CourseOut)

    @operation("close_course_with_outcome")
    def close_course_with_outcome(self, course: uuid.UUID, given: CourseEnd, *, key: str | None = None) -> CourseOut:
        """Close a course."""
        return self._write("POST", f"/courses/{course}/close", CourseOut, given, key=key)

    @operation("reopen_closed_course")
    def reopen_closed_course(self, course: uuid.UUID, given: CourseAgain, *, key: str | None = None) -> CourseOut:
        """Open a closed course again."""
        return self._write("POST", f"/courses/{course}/reopen", CourseOut, given, key=key)

    @operation("list_lots")
    def list_lots(
        self, *, kind: str | None = None, usable_on: dt.date | None = None, limit: int = 100
    ) -> Iterator[LotOut]:
        """The lots of the clinic, the one that expires first first."""
        return self._list("/lots", LotOut, kind=kind, usable_on=usable_on, limit=limit)

    @operation("get_lot")
    def get_lot(self, lot: uuid.UUID) -> LotOut:
        """A lot."""
        return self._get(f"/lots/{lot}", LotOut)

    @operation("list_outcomes")
    def list_outcomes(self) -> Iterator[OutcomeGroup]:
        """What came of the courses, by treatment and protocol."""
        return self._list("/outcomes", OutcomeGroup)

    @operation("list_course_outcomes")
    def list_course_outcomes(self, *, limit: int = 100) -> Iterator[OutcomeCourse]:
        """What came of each course, without names."""
        return self._list("/outcomes/courses", OutcomeCourse, limit=limit)
