"""What a clinic chooses about reminders, and what a patient says about them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.reminders.models import DEFAULT_HOUR, Choice, Kind, Preference
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

_LAST_HOUR = 23
_LONGEST_SITE = 200


def choice_of(clinic: Clinic) -> Choice | None:
    """What a clinic chose; None while nobody did."""
    return Choice.objects.filter(clinic=clinic).select_related("clinic").first()


def choose(
    *, clinic: Clinic, who: User, kinds: Sequence[str], hour: str, detailed: bool, site: str, version: str
) -> Choice:
    """Choose what is sent, and when.

    Args:
        clinic: For whom.
        who: Who chooses.
        kinds: Values of ``Kind``.
        hour: The local hour, in digits.
        detailed: Whether the treatment is named to patients who agreed.
        site: The site's address as the person has it before them.
        version: Of what they saw; empty or 0 for nothing yet.

    Raises:
        InputError: If a kind or the hour is none, or somebody else changed it meanwhile.
    """
    chosen = sorted(set(kinds))
    if not set(chosen) <= set(Kind.values):
        raise InputError(Text("Choose kinds of the list.", "Elija tipos de la lista."), Place(field="kinds"))
    if not (hour.isascii() and hour.isdigit() and len(hour) <= 2 and int(hour) <= _LAST_HOUR):
        raise InputError(Text("The hour is a number from 0 to 23.", "La hora va de 0 a 23."), Place(field="hour"))
    now = timezone.now()
    with transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        there = Choice.objects.filter(clinic=clinic).first()
        if str(there.version if there else 0) != (version or "0"):
            raise InputError(
                Text("Somebody else changed this meanwhile.", "Otra persona lo ha cambiado entretanto."),
                todo=Text("Look at it as it is now, then choose again.", "Mírelo como está ahora y elija de nuevo."),
            )
        row = there or Choice(clinic=clinic, hour=DEFAULT_HOUR, version=0)
        if set(chosen) - set(row.kinds):
            row.since = now  # what is new does not begin with what is past
        row.kinds, row.hour, row.detailed, row.site = chosen, int(hour), detailed, site[:_LONGEST_SITE].rstrip("/")
        row.planned_on = row.looked_at = None
        row.version += 1
        row.save()
        record("reminders.changed", clinic=clinic, who=who, about=row, details={"kinds": chosen, "hour": row.hour})
    return row


def say(*, patient: Patient, who: User | None, wanted: bool, detailed: bool | None = None) -> Preference:
    """Write down what a patient said about reminders; the same again changes nothing.

    Args:
        patient: With their clinic.
        who: Who writes it down; None where the patient did it by the link in a message.
        wanted: Whether they want any.
        detailed: Whether they agree that the treatment is named; None leaves it as it is.
    """
    with transaction.atomic():
        held = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        row, made = Preference.objects.get_or_create(patient=held)
        now_detailed = row.detailed if detailed is None else detailed
        if not made and (row.wanted, row.detailed) == (wanted, now_detailed):
            return row
        row.wanted, row.detailed, row.changed_at, row.changed_by = wanted, now_detailed, timezone.now(), who
        row.save()
        told = {"wanted": wanted, "detailed": now_detailed, "by": "staff" if who else "link"}
        record("reminders.preference", clinic=patient.clinic, who=who, about=row, details=told)
    return row
