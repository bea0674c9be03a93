"""A clinic with its people and one patient, as most tests need them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator

import pytest
from django.test import Client

from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, Role, User
from dermograph.clinic.upkeep.verify import anchor_file
from tests.clinic.prepared import Prepared

PASSWORD = "correct horse battery"  # noqa: S105 (of tests)


@pytest.fixture(scope="session", autouse=True)
def _place_of_the_prepared(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.getbasetemp()
    Prepared.place = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "prepared"


@pytest.fixture(autouse=True)
def anchors_of_its_own() -> Iterator[None]:
    """No anchor outlives the database that it speaks of: tests share a data folder, not a database."""
    yield
    anchor_file().unlink(missing_ok=True)


@pytest.fixture
def clinic(db: None) -> Clinic:
    return Clinic.objects.create(name="Clínica Aurora", slug="aurora", time_zone="Europe/Madrid", language="en")


def member(clinic: Clinic, role: str, name: str, treatments: tuple[str, ...] = ()) -> Membership:
    """Somebody of a clinic, with an account."""
    address = f"{name.split(maxsplit=1)[0].lower()}@{clinic.slug}.example"
    user = User.objects.create_user(email=address, password=PASSWORD, name=name, language="en")
    return Membership.objects.create(clinic=clinic, user=user, role=role, treatments=list(treatments))


@pytest.fixture
def practitioner(clinic: Clinic) -> Membership:
    return member(clinic, Role.PRACTITIONER, "Nuria Vidal", ("paramedical", "microneedling", "scalp"))


@pytest.fixture
def lead(clinic: Clinic) -> Membership:
    return member(clinic, Role.MEDICAL_LEAD, "Teresa Mora", ("paramedical", "microneedling", "scalp"))


@pytest.fixture
def front_desk(clinic: Clinic) -> Membership:
    return member(clinic, Role.FRONT_DESK, "Pablo Ruiz")


@pytest.fixture
def admin(clinic: Clinic) -> Membership:
    return member(clinic, Role.ADMIN, "Ines Soler")


@pytest.fixture
def patient(clinic: Clinic) -> Patient:
    return Patient.objects.create(
        clinic=clinic,
        number=1,
        given_names="Lucía",
        family_names="Ferrer Campos",
        birth_date=dt.date(1988, 4, 9),
        synthetic=True,
    )


@pytest.fixture
def course(patient: Patient, practitioner: Membership) -> Course:
    area = Area.objects.create(patient=patient, name="abdomen", view="front", x=0.5, y=0.45)
    return Course.objects.create(
        clinic=patient.clinic, patient=patient, area=area, treatment="paramedical", lead=practitioner
    )


def signed_in(person: Membership) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(person.user, backend="dermograph.clinic.people.sign_in.WithPlaces")
    return client
