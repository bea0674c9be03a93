"""The first clinic and its first account, made from the command line."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from dermograph.clinic.audit.record import record
from dermograph.clinic.overview.invitations import password_path
from dermograph.clinic.people.models import Clinic, Membership, Role, User
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class First:
    """What was made.

    Attributes:
        link: The path at which the password is set, once; None where the account was there already.
    """

    clinic: Clinic
    user: User
    link: str | None


def has_accounts() -> bool:
    """Whether anybody can work here."""
    return Membership.objects.filter(active=True).exists()


@transaction.atomic
def make_clinic(name: str, email: str, language: Language) -> First:
    """Make a clinic and its administrator.

    Args:
        name: Of the clinic.
        email: Of the administrator; an account of that address is taken where there is one.
        language: Of both, to begin with.

    Raises:
        InputError: If the name or the address cannot be used, or a clinic of that name is there already.
    """
    name, email = " ".join(name.split()), email.strip().lower()
    slug = slugify(name)[:50]
    if not slug or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InputError(
            Text("This cannot be the name of a clinic.", "Esto no puede ser el nombre de una clínica."),
            Place(field="--create-clinic"),
            Text("Use letters, at most 120.", "Use letras, como mucho 120."),
        )
    try:
        validate_email(email)
    except ValidationError as error:
        raise InputError(
            Text("This is no e-mail address.", "Esto no es una dirección de correo."), Place(field="--admin")
        ) from error
    if Clinic.objects.filter(slug=slug).exists():
        raise InputError(
            Text("There is a clinic of that name already.", "Ya hay una clínica con ese nombre."),
            Place(field="--create-clinic"),
            Text("Start without --create-clinic.", "Inicie sin --create-clinic."),
        )
    clinic = Clinic.objects.create(name=name, slug=slug, language=language)
    user = User.objects.filter(email=email).first()
    known = user is not None
    if user is None:
        user = User.objects.create_user(email=email, name=email.partition("@")[0], language=language)
    place = Membership.objects.create(clinic=clinic, user=user, role=Role.ADMIN)
    record("clinic.created", clinic=clinic, who=None, about=clinic)
    record("staff.invited", clinic=clinic, who=None, about=place, details={"role": place.role})
    return First(clinic, user, None if known else password_path(user))
