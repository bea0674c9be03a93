"""What was paid on one day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dermograph.clinic.audit.record import record
from dermograph.clinic.ledger.export import as_csv
from dermograph.clinic.ledger.forms import EARLIEST, LATEST
from dermograph.clinic.ledger.models import Payment
from dermograph.clinic.ledger.selectors import payments_on
from dermograph.clinic.ledger.words import METHODS, current_language
from dermograph.clinic.middleware import ClinicRequest
from dermograph.core.text import Text

ONE_DAY = dt.timedelta(days=1)


@require_GET
def payments(request: ClinicRequest) -> HttpResponse:
    """The payments of a day with their totals by method; ``?as=csv`` is the same as a table to keep."""
    today = timezone.localdate()
    day = _day(request.GET.get("day", ""), today)
    found = payments_on(request.clinic, day)
    if request.GET.get("as") == "csv":
        record("payments.exported", clinic=request.clinic, who=request.user, details={"day": day.isoformat()})
        head = [text.say(current_language()) for text in HEAD]
        return as_csv(f"payments-{day}", head, [_row(payment) for payment in found])
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for payment in found:
        totals[payment.method][payment.cents < 0] += payment.cents
    context = {
        "day": day,
        "today": today,
        "earlier": day - ONE_DAY if day > EARLIEST else None,
        "later": day + ONE_DAY if day < LATEST else None,
        "rows": [(payment, METHODS[payment.method]) for payment in found],
        "totals": [(METHODS[method], *totals[method], sum(totals[method])) for method in METHODS if method in totals],
        "sum": sum(payment.cents for payment in found),
    }
    return render(request, "ledger/payments.html", context)


HEAD = (
    Text("time", "hora"),
    Text("record number", "número de historia"),
    Text("patient", "paciente"),
    Text("euros", "euros"),
    Text("method", "forma de pago"),
    Text("taken by", "cobrado por"),
    Text("session", "sesión"),
)


def _row(payment: Payment) -> tuple[object, ...]:
    patient = payment.session.course.patient
    when = timezone.localtime(payment.paid_at).isoformat(timespec="minutes")
    by = payment.written_by.name if payment.written_by else ""
    method = METHODS[payment.method].say(current_language())
    return when, patient.number, str(patient), payment.cents / 100, method, by, str(payment.session_id)


def _day(text: str, today: dt.date) -> dt.date:
    """The day that was asked for; today where it is none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return today
    return day if EARLIEST <= day <= LATEST else today
