"""The session record as a form, in the order of the work."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from dermograph.clinic.facts import protocol_of
from dermograph.clinic.ledger.fields import Euros, Figure, PlainForm, moment_input
from dermograph.clinic.ledger.models import Kind, Lot
from dermograph.clinic.ledger.services import LONGEST_REASON, refuse_unusable
from dermograph.clinic.ledger.words import words
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.treatment.figures import LIMITS, MOST_DOTS, WHOLE
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.words import ANAESTHESIA, FIGURES
from dermograph.clinic.treatment.zones import LONGEST_NAME, MOST_ZONES
from dermograph.core.errors import InputError

EARLIEST_YEAR, LATEST_YEAR = 2000, 2099


class LotsField(forms.MultipleChoiceField):
    """Lots of one kind. Any id is read, so that one that may not be used is refused with its reason."""

    def __init__(self, kind: str, **options: Any) -> None:  # noqa: ANN401 (Django's)
        self.kind = kind
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **options)

    def clean(self, value: Any) -> list[uuid.UUID]:  # noqa: ANN401 (whatever was posted)
        """The ids.

        Raises:
            ValidationError: If one is none, or there are too many.
        """
        if not value:
            return []
        if not isinstance(value, list | tuple) or len(value) > 20:
            raise ValidationError(words("Choose the lots again.", "Vuelva a elegir los lotes."))
        try:
            return list(dict.fromkeys(uuid.UUID(str(one)) for one in value))
        except ValueError:
            raise ValidationError(words("Choose the lots again.", "Vuelva a elegir los lotes.")) from None


class SessionForm(PlainForm):
    """Who, when, with what, and what was seen. The zones are forms of their own."""

    performed_by = forms.ChoiceField(label=words("Performed by", "Realizada por"))
    started_at = forms.DateTimeField(label=words("Needles began", "Inicio de las agujas"), widget=moment_input())
    ended_at = forms.DateTimeField(label=words("Ended", "Fin"), widget=moment_input())
    anaesthesia = forms.ChoiceField(
        label=words("Anaesthesia", "Anestesia"),
        choices=[(key, words(text.en, text.es)) for key, text in ANAESTHESIA.items()],
        widget=forms.RadioSelect,
    )
    anaesthetic = LotsField(Kind.ANAESTHETIC, label=words("Anaesthetic lot", "Lote del anestésico"))
    anaesthesia_minutes = Figure(
        0,
        600,
        whole=True,
        required=False,
        label=words("It worked for", "Actuó durante"),
    )
    pigment = LotsField(Kind.PIGMENT, label=words("Pigment lots", "Lotes de pigmento"))
    label_handed_at = forms.DateTimeField(
        label=words("Pigment labels handed over at", "Etiquetas del pigmento entregadas el"),
        required=False,
        widget=moment_input(),
        help_text=words(
            "Batch number and ingredients reach the patient before the needles do.",
            "El número de lote y los ingredientes llegan al paciente antes de las agujas.",
        ),
    )
    device = forms.CharField(label=words("Device", "Aparato"), max_length=120)
    needle = LotsField(Kind.NEEDLE, label=words("Needle lot", "Lote de la aguja"))
    active = LotsField(Kind.ACTIVE, label=words("Active ingredients", "Principios activos"))
    no_actives = forms.BooleanField(
        label=words("No active ingredient was applied", "No se aplicó ningún principio activo"), required=False
    )
    movements = forms.CharField(
        label=words("Movements", "Movimientos"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=words("One a line.", "Uno por línea."),
    )
    dots = Figure(
        1,
        MOST_DOTS,
        whole=True,
        required=False,
        label=words("Dots set", "Puntos hechos"),
        help_text=words("Empty means not written down.", "Vacío significa que no consta."),
    )
    reaction = forms.CharField(
        label=words("Immediate reaction", "Reacción inmediata"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=words("As it was seen; empty means not recorded.", "Como se vio; vacío significa que no consta."),
    )
    notes = forms.CharField(
        label=words("Notes", "Notas"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    cents = Euros(label=words("Price agreed", "Precio acordado"), required=False)
    clearance_reason = forms.CharField(
        label=words("Why is it held all the same?", "¿Por qué se realiza aun así?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    lot_reason = forms.CharField(
        label=words("Why is a withdrawn lot recorded?", "¿Por qué se anota un lote retirado?"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=words(
            "It was withdrawn after this session. The reason stands in its recall, with your name.",
            "Se retiró después de esta sesión. El motivo consta en su rastreo, con su nombre.",
        ),
    )
    correction_reason = forms.CharField(
        label=words("Why is it corrected?", "¿Por qué se corrige?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    appointment = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (Django's)
        course: Course,
        team: Sequence[Membership],
        **options: Any,  # noqa: ANN401 (Django's)
    ) -> None:
        super().__init__(*args, **options)
        self.course, self.team = course, {str(one.pk): one for one in team}
        self.offered: list[Lot] = []
        self.chosen_lots: list[Lot] = []
        if course.treatment != SCALP:
            del self.fields["dots"]
        self.fields["performed_by"].choices = [(key, one.user.name) for key, one in self.team.items()]  # type: ignore[attr-defined]  # a field of choices

    def offer(self, lots: Iterable[Lot]) -> None:
        """Show lots to choose from."""
        self.offered = list(lots)
        for kind in Kind.values:
            found = [(str(lot.pk), lot) for lot in self.offered if lot.kind == kind]
            self.fields[kind].choices = found  # type: ignore[attr-defined]  # a field of choices

    def hint_dots(self, planned: tuple[int, int] | None) -> None:
        """Say beside the field what the chosen design sets. It is no value: what was set is for a person to write.

        Args:
            planned: Which session of the design it is, 1 for the first, and its dots; None where it says nothing.
        """
        if planned is not None:
            number, dots = planned
            self.fields["dots"].help_text = words(
                f"The chosen design sets {dots} in its session {number}. Empty means not written down.",
                f"El diseño elegido prevé {dots} en su sesión {number}. Vacío significa que no consta.",
            )

    @property
    def offers_withdrawn(self) -> bool:
        """Whether a withdrawn lot can be chosen that was not recorded before."""
        recorded = {pk for kind in Kind.values for pk in self.initial.get(kind, [])}
        return any(lot.withdrawn_at is not None and str(lot.pk) not in recorded for lot in self.offered)

    def began(self) -> dt.datetime | None:
        """When the needles began, as far as it was written and can be read."""
        if not self.is_bound:
            found = self.initial.get("started_at")
            return found if isinstance(found, dt.datetime) else None
        with contextlib.suppress(ValidationError):
            moment = self.fields["started_at"].clean(self["started_at"].data)
            return moment if EARLIEST_YEAR <= moment.year <= LATEST_YEAR else None
        return None

    def clean_started_at(self) -> Any:  # noqa: ANN401 (an instant)
        """A year that can be."""
        return self._believable("started_at")

    def clean_ended_at(self) -> Any:  # noqa: ANN401 (an instant)
        """The same."""
        return self._believable("ended_at")

    def clean_label_handed_at(self) -> Any:  # noqa: ANN401 (an instant)
        """The same."""
        return self._believable("label_handed_at")

    def _believable(self, name: str) -> Any:  # noqa: ANN401 (an instant)
        moment = self.cleaned_data[name]
        if moment is not None and not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
            raise ValidationError(words("Look at the year again.", "Revise el año."))
        return moment

    def clean_movements(self) -> list[str]:
        """One a line."""
        lines = [line.strip() for line in self.cleaned_data["movements"].splitlines() if line.strip()]
        if any(len(line) > 120 for line in lines) or len(lines) > 20:
            raise ValidationError(words("At most 20 lines of 120 characters.", "Como máximo 20 líneas de 120 letras."))
        return lines

    def clean(self) -> dict[str, Any]:
        """Every lot that was chosen, looked up in the clinic's stock and refused with its reason."""
        found = super().clean() or {}
        ids = {pk: kind for kind in Kind.values for pk in found.get(kind, [])}
        rows = {lot.pk: lot for lot in Lot.objects.filter(clinic=self.course.clinic, pk__in=ids)}
        for pk, kind in ids.items():
            if pk not in rows or rows[pk].kind != kind:
                self.add_error(kind, words("This lot is not in stock.", "Ese lote no está en existencias."))
        self.chosen_lots = [lot for pk, lot in rows.items() if lot.kind == ids[pk]]
        return found

    def refuse_lots(self, kept: frozenset[uuid.UUID], who: Membership, was: dt.date | None = None) -> None:
        """Say at its place what may not be recorded for the day of the session; the service looks again.

        Args:
            kept: What the session that is corrected had used.
            who: Who writes it down.
            was: The day of the session that is corrected; None for a new one.
        """
        started_at = self.cleaned_data.get("started_at")
        if started_at is None:
            return
        on, why = timezone.localtime(started_at).date(), self.cleaned_data.get("lot_reason", "")
        for lot in self.chosen_lots:
            try:
                used_on = was if lot.pk in kept else None
                refuse_unusable(lot, on, used_on=used_on, began=started_at, who=who, reason=why)
            except InputError as error:
                self.tell(error)

    def written(self) -> dict[str, Any]:
        """What the service takes, but for the zones."""
        found = self.cleaned_data
        names = (
            "started_at",
            "ended_at",
            "device",
            "anaesthesia",
            "anaesthesia_minutes",
            "label_handed_at",
            "no_actives",
            "movements",
            "reaction",
            "notes",
            "cents",
            "clearance_reason",
            "lot_reason",
        )
        return {
            **{name: found[name] for name in names},
            "dots": found.get("dots"),  # only courses of a scalp have the field
            "performed_by": self.team[found["performed_by"]],
            "lots": self.chosen_lots,
        }


class ZoneForm(forms.Form):
    """The settings of one zone. An empty row is no zone."""

    name = forms.CharField(label=words("Zone", "Zona"), max_length=LONGEST_NAME, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        for name, (low, high) in LIMITS.items():
            label = FIGURES[name][0]
            self.fields[name] = Figure(low, high, whole=name in WHOLE, required=False, label=words(label.en, label.es))

    def clean(self) -> dict[str, Any]:
        """A row with figures needs a name."""
        found = super().clean() or {}
        if any(found.get(name) is not None for name in LIMITS) and not found.get("name"):
            self.add_error("name", words("Name the zone.", "Nombre la zona."))
        return found


Zones = forms.formset_factory(
    ZoneForm, extra=0, min_num=1, max_num=MOST_ZONES, absolute_max=MOST_ZONES, validate_max=True
)


def zones_of(formset: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a formset)
    """The rows that were filled in."""
    return [found for form in formset.forms if (found := form.cleaned_data) and found.get("name")]


def first_values(course: Course, me: Membership, last: Session | None) -> dict[str, Any]:
    """What a new record starts from: who and when, the last session's device, the price that the protocol names."""
    price = protocol_of(course).price
    trained = course.treatment in me.treatments
    return {
        "performed_by": str(me.pk) if trained else str(course.lead_id or ""),
        "started_at": timezone.localtime().replace(second=0, microsecond=0),
        "device": last.device if last else "",
        "cents": round(price.amount.value * 100) if price is not None and price.amount.unit == "eur" else None,
    }


def values_of(session: Session) -> dict[str, Any]:
    """A session as its form shows it, to be corrected."""
    lots = [use.lot for use in session.lot_uses.select_related("lot")]
    return {
        "performed_by": str(session.performed_by_id),
        "started_at": timezone.localtime(session.started_at),
        "ended_at": timezone.localtime(session.ended_at),
        "label_handed_at": timezone.localtime(session.label_handed_at) if session.label_handed_at else None,
        "movements": "\n".join(session.movements),
        "clearance_reason": session.clearance_reason,
        **{
            name: getattr(session, name)
            for name in (
                "device",
                "anaesthesia",
                "anaesthesia_minutes",
                "no_actives",
                "dots",
                "reaction",
                "notes",
                "cents",
            )
        },
        **{kind: [str(lot.pk) for lot in lots if lot.kind == kind] for kind in Kind.values},
    }
