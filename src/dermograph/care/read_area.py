"""Areas of a case read strictly, against what is known of the patient."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Mapping

from dermograph.care.case import Area, Event, Measurement, Session, Sign, SignedReview, session_day
from dermograph.care.measured import LARGEST_DELTA_E00
from dermograph.core.errors import nearest, shown
from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.protocols.field import Field
from dermograph.protocols.read_condition import read_fact_value
from dermograph.protocols.vocabulary import MISSING, Fact, FactValue, Missing, Vocabulary

AREA_OPTIONAL = (
    "events",
    "sessions",
    "measurements",
    "signs",
    "reviews",
    "wish",
    "size_cm2",
    "minutes",
    "goal_delta_e00",
)
MOST_ENTRIES = 1000  # of areas, events, sessions … in one case
SMALLEST_U = 0.01  # no photograph measures better
LONGEST_NAME = 200


def items_of(field: Field) -> list[Field]:
    """A list that is not too long.

    Raises:
        InputError: If it is no list, or has more than ``MOST_ENTRIES`` entries.
    """
    items = field.items()
    if len(items) > MOST_ENTRIES:
        raise field.error(Text(f"More than {MOST_ENTRIES} entries.", f"Más de {MOST_ENTRIES} entradas."))
    return items


def not_after(field: Field, day: dt.date, latest: dt.date) -> None:
    """Refuse a day after ``latest``.

    Raises:
        InputError: If it is one.
    """
    if day > latest:
        raise field.error(Text(f"{day} lies in the future.", f"{day} está en el futuro."))


def refuse_unknown(
    fields: Mapping[str, Field], known: Mapping[str, Fact], vocabulary: Vocabulary, others: tuple[str, ...]
) -> None:
    """Refuse keys that are neither known facts nor any of ``others``.

    Raises:
        InputError: For the first one, with where it belongs or the nearest right name.
    """
    for name, field in fields.items():
        if name in known or name in others:
            continue
        if name in vocabulary.facts:
            belongs = vocabulary.facts[name].scope
            raise field.error(
                Text(
                    f"{name!r} is said of the {belongs}.",
                    f"{name!r} se dice {'del paciente' if belongs == 'patient' else 'de la zona'}.",
                ),
                Text("Put it there.", "Póngalo allí."),
            )
        raise field.error(
            Text(f"Unknown fact {shown(name)}.", f"Dato desconocido {shown(name)}."), nearest(name, (*known, *others))
        )


def read_facts(
    fields: Mapping[str, Field], known: Mapping[str, Fact], assessed_on: dt.date
) -> tuple[dict[str, FactValue], dict[str, Missing]]:
    """The known facts among some fields, and those that are missing with the reason.

    Raises:
        InputError: For a value that the fact cannot have, or a date after the day of assessment.
    """
    facts: dict[str, FactValue] = {}
    missing: dict[str, Missing] = {}
    for name, field in fields.items():
        if name not in known:
            continue
        if field.is_null:
            missing[name] = Missing()
        elif field.is_mapping:
            missing[name] = Missing(field.mapping(required=("missing",))["missing"].choice(MISSING))
        else:
            value = read_fact_value(field, known[name])
            if isinstance(value, dt.date) and value > assessed_on:
                raise field.error(
                    Text(
                        f"{value} lies after the day of assessment, {assessed_on}.",
                        f"{value} es posterior al día de la valoración, {assessed_on}.",
                    ),
                    Text("What is still to come is an event.", "Lo que está por venir es un evento."),
                )
            facts[name] = value
    return facts, missing


class AreaReader:
    """Reads areas against what is already known of the patient."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        assessed_on: dt.date,
        latest: dt.date,
        zone: zoneinfo.ZoneInfo | None,
        patient: Mapping[str, FactValue],
        missing: Mapping[str, Missing],
    ) -> None:
        self.vocabulary = vocabulary
        self.assessed_on = assessed_on
        self.latest = latest
        self.zone = zone
        self.patient = patient
        self.missing = missing
        self.known = {name: fact for name, fact in vocabulary.facts.items() if fact.scope == "area"}

    def area(self, item: Field, events: tuple[Event, ...]) -> Area:
        """One area; ``events`` are those of the whole case.

        Raises:
            InputError: For anything in it that is not understood.
        """
        fields = item.entries()
        refuse_unknown(fields, self.known, self.vocabulary, ("name", *AREA_OPTIONAL))
        if "name" not in fields:
            raise item.error(Text("The area has no name.", "La zona no tiene nombre."))
        name = fields["name"].string()
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise fields["name"].error(
                Text(
                    f"A name has at most {LONGEST_NAME} characters, all of them printable.",
                    f"Un nombre tiene {LONGEST_NAME} caracteres como máximo, todos imprimibles.",
                )
            )
        if name != name.strip():
            raise fields["name"].error(
                Text(f"Blanks stand around the name {shown(name)}.", f"Hay blancos alrededor del nombre {shown(name)}.")
            )
        facts, missing = read_facts(fields, self.known, self.assessed_on)
        for fact, value in facts.items():
            self.after_birth(fields[fact], value)
        own = (*self.events(fields.get("events")), *events)
        sessions = self._sessions(fields.get("sessions"))
        return Area(
            name=name,
            facts={**self.patient, **facts},
            missing={**self.missing, **missing},
            events=tuple(sorted(own, key=lambda event: (event.first, event.last, event.what))),
            sessions=sessions,
            measurements=self._measurements(fields.get("measurements")),
            signs=self._signs(fields.get("signs")),
            reviews=self._reviews(fields.get("reviews")),
            wish=fields["wish"].integer(1, MOST_ENTRIES) if "wish" in fields else None,
            size_cm2=fields["size_cm2"].number(0.01, 20_000) if "size_cm2" in fields else None,
            minutes=fields["minutes"].integer(1, 1440) if "minutes" in fields else None,
            goal_delta_e00=fields["goal_delta_e00"].number(0.01, LARGEST_DELTA_E00)
            if "goal_delta_e00" in fields
            else None,
        )

    def after_birth(self, field: Field, value: object) -> None:
        """Refuse a date before the birth; any other value is none of its business.

        Raises:
            InputError: If it is one.
        """
        birth = self.patient.get("birth_date")
        if isinstance(birth, dt.date) and isinstance(value, dt.date):
            day = session_day(value)
            if day < birth:
                raise field.error(
                    Text(
                        f"{day} lies before the birth on {birth}.",
                        f"{day} es anterior al nacimiento, el {birth}.",
                    )
                )

    def held_on(self, field: Field) -> dt.date:
        """The day of something that has happened."""
        day = field.day()
        self.after_birth(field, day)
        not_after(field, day, self.latest)
        return day

    def _local(self, field: Field, moment: Session) -> Session:
        """A moment in the time zone of the case; an instant that no clock there ever showed is refused."""
        if not isinstance(moment, dt.datetime):
            return moment
        if self.zone is None:
            if moment.tzinfo is dt.UTC:
                raise field.error(
                    Text("The day of an instant in Z is not known.", "No se sabe de qué día es un instante en Z."),
                    Text("Give the case a 'time_zone'.", "Indique 'time_zone' en el caso."),
                )
            return moment
        local = moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment.astimezone(self.zone)
        if local.astimezone(dt.UTC).astimezone(self.zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise field.error(
                Text(
                    f"The clocks of {self.zone.key} skip this time of day.",
                    f"Los relojes de {self.zone.key} se saltan esa hora.",
                )
            )
        return local

    def events(self, field: Field | None) -> tuple[Event, ...]:
        """The events of a list, none where there is no list.

        Raises:
            InputError: For the first that is not understood.
        """
        return tuple(self._event(item) for item in items_of(field)) if field is not None else ()

    def _event(self, item: Field) -> Event:
        entries = item.mapping(required=("what",), optional=("on", "from", "to"))
        what = entries["what"].choice(self.vocabulary.events)
        if "on" in entries and not {"from", "to"} & set(entries):
            moment = self._local(entries["on"], entries["on"].day_or_instant())
            self.after_birth(entries["on"], moment)
            day = session_day(moment)
            return Event(what, day, day, moment if isinstance(moment, dt.datetime) else None)
        if "on" in entries or not {"from", "to"} <= set(entries):
            raise item.error(
                Text("An event has 'on', or 'from' and 'to'.", "Un evento lleva 'on', o bien 'from' y 'to'.")
            )
        first, last = entries["from"].day(), entries["to"].day()
        self.after_birth(entries["from"], first)
        if first > last:
            raise entries["to"].error(
                Text(f"It ends before it begins ({first}).", f"Acaba antes de empezar ({first}).")
            )
        return Event(what, first, last)

    def _sessions(self, field: Field | None) -> tuple[Session, ...]:
        if field is None:
            return ()
        sessions = [self._local(item, item.day_or_instant()) for item in items_of(field)]
        days = [session_day(session) for session in sessions]
        for item, day in zip(field.items(), days, strict=True):
            if days.count(day) > 1:
                raise item.error(Text(f"Two sessions on {day}.", f"Dos sesiones el {day}."))
            self.after_birth(item, day)
            not_after(item, day, self.latest)
        return tuple(sorted(sessions, key=session_day))

    def _measurements(self, field: Field | None) -> tuple[Measurement, ...]:
        if field is None:
            return ()
        found = [self._measurement(item) for item in items_of(field)]
        return tuple(sorted(found, key=lambda measurement: measurement.on))

    def _measurement(self, item: Field) -> Measurement:
        entries = item.mapping(required=("on", "comparable"), optional=("contrast", "why_not", "ita_deg"))
        comparable = entries["comparable"].boolean()
        if comparable and "contrast" not in entries:
            raise item.error(
                Text("A comparable measurement has a 'contrast'.", "Una medida comparable lleva 'contrast'.")
            )
        return Measurement(
            on=self.held_on(entries["on"]),
            contrast=_quantity(entries["contrast"], "delta_e00", 0, LARGEST_DELTA_E00)
            if "contrast" in entries
            else None,
            comparable=comparable,
            why_not=entries["why_not"].string() if "why_not" in entries else None,
            ita_deg=_quantity(entries["ita_deg"], "deg", -90, 90) if "ita_deg" in entries else None,
        )

    def _signs(self, field: Field | None) -> tuple[Sign, ...]:
        if field is None:
            return ()
        signs = []
        for item in items_of(field):
            entries = item.mapping(required=("what", "on"), optional=("gone_on",))
            what, on = entries["what"].choice(self.vocabulary.signs), self.held_on(entries["on"])
            gone_on = self.held_on(entries["gone_on"]) if "gone_on" in entries else None
            if gone_on is not None and gone_on < on:
                raise entries["gone_on"].error(
                    Text(f"It was gone before it was there ({on}).", f"Desapareció antes de aparecer ({on}).")
                )
            signs.append(Sign(what, on, gone_on))
        return tuple(sorted(signs, key=lambda sign: (sign.on, sign.what)))

    def _reviews(self, field: Field | None) -> tuple[SignedReview, ...]:
        if field is None:
            return ()
        reviews = []
        for item in items_of(field):
            entries = item.mapping(required=("on", "by"))
            reviews.append(SignedReview(self.held_on(entries["on"]), entries["by"].string()))
        return tuple(sorted(reviews, key=lambda review: review.on))


def _quantity(field: Field, unit: str, low: float, high: float) -> Quantity:
    entries = field.mapping(required=("value", "u"))
    return Quantity(entries["value"].number(low, high), entries["u"].number(SMALLEST_U, high), unit)
