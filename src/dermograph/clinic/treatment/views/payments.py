"""What a session costs, what was paid for it, and a form for more."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dermograph.clinic.facts import protocol_of
from dermograph.clinic.ledger.forms import PaymentForm
from dermograph.clinic.ledger.selectors import balance_of, chain_of, payments_of
from dermograph.clinic.ledger.services import take_payment
from dermograph.clinic.ledger.words import METHODS
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.selectors import RELATED
from dermograph.core.errors import InputError

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def payment_new(request: ClinicRequest, session: uuid.UUID) -> HttpResponse:
    """The payments of a session, and a form for another one; those of a corrected session stand at its correction."""
    found = within(request.clinic, Session, session, *RELATED)
    chain = chain_of(found)
    if chain[-1].pk != found.pk:
        return redirect("payment_new", session=chain[-1].pk)
    form = PaymentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_payment(
                session=found,
                who=request.membership,
                cents=form.cents,
                method=form.cleaned_data["method"],
                entry=form.cleaned_data["entry"],
            )
        except InputError as error:
            form.tell(error)
        else:
            return redirect("payment_new", session=found.pk)
    payments = payments_of(chain)
    balance = balance_of(found, payments)
    if not form.is_bound and balance.open is not None and balance.open > 0:
        form.initial["euros"] = balance.open
    context = {
        "session": found,
        "course": found.course,
        "title": protocol_of(found.course).title,
        "rows": [(payment, METHODS[payment.method]) for payment in payments],
        "balance": balance,
        "too_much": -balance.open if balance.open is not None and balance.open < 0 else None,
        "form": form,
    }
    return render(request, "treatment/payment_new.html", context, status=UNPROCESSABLE if form.errors else 200)
