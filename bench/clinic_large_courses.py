"""What happened in one course of the large clinics: its questions, consent, sessions, photographs, reviews and end."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from bench.clinic_large_making import SESSION, Making

MEASURED, REVIEWED, MAINTAINED, SIGN, BOOKED = 0.15, 0.6, 0.2, 0.1, 0.7  # shares, of what stands beside them below
DORMANT, DORMANT_DAYS = 0.25, 400  # of the courses whose last session was so many days ago: nobody closed them
REVIEW_EVERY, NEW_DAYS = 3, 90
SETTLES, BREAK = dt.timedelta(days=28), dt.timedelta(days=45)
_HOUR, _ALERT, _UNSEEN = dt.timedelta(hours=1), dt.timedelta(days=10), 0.2
_AHEAD = 14  # days over which the next sessions are booked
_FROM = re.compile(r'"from": "\d{4}-\d\d-\d\d"')


def tell(
    making: Making,
    course: dict[str, Any],
    treatment: str,
    opened: dt.datetime,
    days: Sequence[dt.date],
    answers: dict[str, str],
) -> None:
    """Add everything of a course that has its row.

    Args:
        making: What it is made with.
        course: Its row.
        treatment: The id of its protocol.
        opened: When it was opened.
        days: Of its sessions, ascending; none for who only asked.
        answers: The ids of the patient's own answers that are there already; those of this course are added.
    """
    is_new = not days
    _Told(making, course, treatment, opened, answers).all(days, is_new=is_new)


class _Told:
    def __init__(
        self, making: Making, course: dict[str, Any], treatment: str, opened: dt.datetime, answers: dict[str, str]
    ) -> None:
        self.making, self.course, self.treatment, self.opened, self.answers = making, course, treatment, opened, answers
        self.place, self.chance = making.place, making.chance
        self.common = {"clinic_id": self.place.id, "course_id": course["id"]}
        self.who = self.place.lead[1]
        self.baseline: dict[str, Any] | None = None
        self.outline: dict[str, Any] | None = None
        self.photographs = 0

    def all(self, days: Sequence[dt.date], *, is_new: bool) -> None:
        """Everything, in the order of time."""
        self.asked(complete=not is_new)
        if is_new:
            if (self.making.now - self.opened).days > NEW_DAYS:
                self.closed(self.opened + dt.timedelta(days=NEW_DAYS), "abandoned")
            return
        self.assessed()
        is_measured = self.chance.random() < MEASURED
        for number, day in enumerate(days):
            start = self.session(day)
            self.photograph(start - _HOUR / 2, is_measured=is_measured)
            self.followed(start, number, last=number == len(days) - 1, is_measured=is_measured)
        self.ended(days[-1])

    def asked(self, *, complete: bool) -> None:
        """The answers; of who is new, some of them."""
        asked = self.making.samples.answers[self.treatment]
        for sample in asked if complete else asked[: self.chance.randint(3, len(asked) - 3)]:
            of_course = sample["course_id"] is not None
            if not of_course and sample["fact"] in self.answers:
                continue
            row = self.making.add(
                "intake_answer",
                sample,
                clinic_id=self.place.id,
                patient_id=self.course["patient_id"],
                course_id=self.course["id"] if of_course else None,
                written_at=str(self.opened),
                answered_on=str(self.opened.date()),
                written_by_id=self.who,
            )
            self.answers[sample["fact"]] = row["id"]

    def assessed(self) -> None:
        """The signed assessment and the consent."""
        at, text = str(self.opened + _HOUR), self.place.texts[self.treatment]
        sample = self.making.of("intake_assessment", self.treatment)
        facts = sample["facts"].partition('"answers":')[0]
        said = ", ".join(f'"{fact}": "{_dashed(pk)}"' for fact, pk in self.answers.items())
        self.making.add(
            "intake_assessment",
            sample,
            **self.common,
            facts=f'{facts}"answers": {{{said}}}}}',
            written_at=at,
            assessed_on=at[:10],
            not_before=at[:10],
            written_by_id=self.who,
        )
        self.making.add(
            "intake_consent",
            self.making.of("intake_consent", self.treatment),
            **self.common,
            patient_id=self.course["patient_id"],
            written_at=at,
            signed_at=at,
            text_id=text[0],
            text_sha256=text[1],
            witness_id=self.who,
            written_by_id=self.who,
        )

    def session(self, day: dt.date) -> dt.datetime:
        """A session with its appointment, its lots and its payment; when it began."""
        start, (member, user), room = self.making.slot(day)
        end = str(start + SESSION)
        appointment = self.appointment(start, member, room, "done")
        session = self.making.add(
            "treatment_session",
            self.making.of("treatment_session", self.treatment),
            **self.common,
            appointment_id=appointment["id"],
            started_at=str(start),
            ended_at=end,
            written_at=end,
            performed_by_id=member,
            written_by_id=user,
            label_handed_at=None if self.treatment != "scalp" else str(start - _HOUR / 2),
        )
        like = self.making.samples.any["ledger_lotuse"]
        stock = self.place.lots  # a long course may go back to before the first lot
        for lots in stock.get((start.year, start.month)) or stock[min(stock)]:
            self.making.add("ledger_lotuse", like, session_id=session["id"], lot_id=self.chance.choice(lots))
        self.making.add(
            "ledger_payment",
            self.making.samples.any["ledger_payment"],
            clinic_id=self.place.id,
            session_id=session["id"],
            cents=session["cents"],
            written_at=end,
            paid_at=end,
            written_by_id=self.place.desk,
        )
        if self.chance.random() < SIGN:
            self.sign(start + dt.timedelta(days=2))
        return start

    def appointment(self, start: dt.datetime, member: str, room: str, state: str) -> dict[str, Any]:
        """An appointment for a session; of a coming one the time is taken as well."""
        row = self.making.add(
            "agenda_appointment",
            self.making.samples.any["agenda_appointment"],
            **self.common,
            patient_id=self.course["patient_id"],
            purpose="session",
            starts_at=str(start),
            ends_at=str(start + SESSION),
            state=state,
            made_at=str(start - dt.timedelta(days=20)),
            practitioner_id=member,
            room_id=room,
        )
        if state == "booked":
            for minute in range(0, 75, 5):
                moment = str(start + dt.timedelta(minutes=minute))
                for resource in (member, room, self.course["patient_id"]):
                    self.making.rows["agenda_occupied"].append(
                        {"appointment_id": row["id"], "resource": resource, "starts_at": moment}
                    )
        return row

    def sign(self, at: dt.datetime) -> None:
        """A sign that was reported, and mostly looked at."""
        if at > self.making.now:
            return
        is_open = at > self.making.now - _ALERT and self.chance.random() < _UNSEEN
        self.making.add(
            "treatment_symptomreport",
            self.making.samples.any["treatment_symptomreport"],
            **self.common,
            reported_on=str(at.date()),
            written_at=str(at),
            seen_at=None if is_open else str(at),
            seen_by_id=None if is_open else self.place.lead[0],
            written_by_id=self.who,
        )

    def photograph(self, at: dt.datetime, *, is_measured: bool) -> None:
        """A photograph; of a measured course also its outline, or its comparison with the baseline."""
        self.photographs += 1
        pk, written = self.making.id(), str(at)
        row = self.making.add(
            "gallery_photograph",
            self.making.of("gallery_photograph", self.treatment),
            **self.common,
            id=pk,
            written_at=written,
            done_at=written,
            taken_on=written[:10],
            name=f"visit-{self.photographs}.jpg",
            sha256=pk + pk,
            file=f"{pk[:2]}/{pk}.original",
            preview=f"{pk[:2]}/{pk}.preview",
            thumbnail=f"{pk[:2]}/{pk}.thumbnail",
            written_by_id=self.who,
        )
        if not is_measured:
            return
        if self.baseline is None:
            self.baseline = row
            self.outline = self.making.add(
                "gallery_outline",
                self.making.of("gallery_outline", self.treatment),
                clinic_id=self.place.id,
                photograph_id=pk,
                written_at=written,
                written_by_id=self.who,
            )
        elif self.outline is not None:
            self.making.add(
                "gallery_comparison",
                self.making.of("gallery_comparison", self.treatment),
                **self.common,
                before_id=self.baseline["id"],
                after_id=pk,
                outline_id=self.outline["id"],
                written_at=written,
                done_at=written,
            )

    def followed(self, start: dt.datetime, number: int, *, last: bool, is_measured: bool) -> None:
        """The photograph after a session, and every so often a signed review."""
        at = start + SETTLES
        if at > self.making.now:  # it has not settled yet: the second photograph is of the same day
            self.photograph(start + 2 * _HOUR, is_measured=False)
            return
        self.photograph(at, is_measured=is_measured)
        if number % REVIEW_EVERY == REVIEW_EVERY - 1 and (not last or self.chance.random() < REVIEWED):
            self.review(at + _HOUR, "another_session", at.date())

    def review(self, at: dt.datetime, decision: str, first: dt.date) -> None:
        """A signed review."""
        sample = self.making.of("treatment_review", self.treatment)
        self.making.add(
            "treatment_review",
            sample,
            **self.common,
            reviewed_on=str(at.date()),
            proposal=_FROM.sub(f'"from": "{first}"', sample["proposal"]),
            decision=decision,
            reason="" if decision == sample["proposed"] else "As agreed.",
            written_at=str(at),
            signed_at=str(at),
            written_by_id=self.who,
        )

    def ended(self, last: dt.date) -> None:
        """The end of a course whose last session is long ago; else the next appointment."""
        at, now = dt.datetime.combine(last, dt.time(12)) + SETTLES + 2 * _HOUR, self.making.now
        ago = now.date() - last
        if ago > BREAK and not (ago.days < DORMANT_DAYS and self.chance.random() < DORMANT):
            decision = "maintain" if self.chance.random() < MAINTAINED else "stop_goal_met"
            self.review(at, decision, at.date())
            self.closed(at + _HOUR, decision)
        elif ago <= BREAK and self.chance.random() < BOOKED and self.course["patient_id"] not in self.making.booked:
            self.making.booked.add(self.course["patient_id"])
            day = max(now.date(), last + SETTLES) + dt.timedelta(days=self.chance.randrange(_AHEAD))
            start, (member, _user), room = self.making.slot(day)
            self.appointment(start, member, room, "booked")

    def closed(self, at: dt.datetime, outcome: str) -> None:
        """The end of the course."""
        self.course |= {"closed_at": str(at), "outcome": outcome}
        self.making.add(
            "people_ending",
            self.making.samples.any["people_ending"],
            **self.common,
            outcome=outcome,
            written_at=str(at),
            written_by_id=self.who,
        )


def _dashed(one: str) -> str:
    return f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"
