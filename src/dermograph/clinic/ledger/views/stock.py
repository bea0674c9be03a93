"""The stock, a lot with everybody on whom it was used, and its withdrawal."""

from __future__ import annotations

import math
import uuid
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.clinic.audit.record import record
from dermograph.clinic.ledger.export import as_csv
from dermograph.clinic.ledger.forms import LotForm, StockFilter, WithdrawForm
from dermograph.clinic.ledger.models import Lot, LotUse
from dermograph.clinic.ledger.selectors import State, in_state, recall, soon_days, state_of, stock_of
from dermograph.clinic.ledger.services import receive_lot, withdraw_lot
from dermograph.clinic.ledger.words import KINDS, STATES, current_language
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError
from dermograph.core.text import Text

A_PAGE = 50
UNPROCESSABLE = 422


@require_GET
def stock(request: ClinicRequest) -> HttpResponse:
    """Every lot, what expires first first."""
    wanted = StockFilter(request.GET)
    chosen = wanted.cleaned_data if wanted.is_valid() else {"kind": "", "state": "", "q": ""}
    today, soon = timezone.localdate(), soon_days(request.clinic)
    lots = stock_of(request.clinic, chosen["kind"], chosen["q"].strip())
    counts = lots.order_by().aggregate(
        **{one.value: Count("pk", filter=in_state(one, today, soon)) for one in State}, every=Count("pk")
    )
    state = chosen["state"]
    count = counts[state or "every"]
    number, pages = _page_asked(request, count)
    if state:
        lots = lots.filter(in_state(State(state), today, soon))
    rows = [(lot, state_of(lot, today, soon)) for lot in lots[A_PAGE * (number - 1) : A_PAGE * number]]
    context = {
        "rows": [(lot, KINDS[lot.kind], found.value, *STATES[found]) for lot, found in rows],
        "kinds": KINDS,
        "states": [(one.value, *STATES[one], counts[one.value]) for one in State],
        "chosen": chosen,
        "query": urlencode({name: value for name, value in chosen.items() if value}),
        "filtered": any(chosen.values()),
        "soon": soon,
        "count": count,
        **_pages(number, pages, len(rows)),
    }
    return render(request, "ledger/stock.html", context)


def _page_asked(request: ClinicRequest, count: int) -> tuple[int, int]:
    """The page that is asked for, within those that there are, and how many there are."""
    pages = max(1, math.ceil(count / A_PAGE))
    asked = request.GET.get("page", "")
    number = min(max(1, int(asked)), pages) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return number, pages


def _pages(number: int, pages: int, shown: int) -> dict[str, int]:
    """What leads from page to page."""
    return {
        "pages": pages,
        "first": A_PAGE * (number - 1) + 1,
        "last": A_PAGE * (number - 1) + shown,
        "before": number - 1,
        "after": number + 1 if number < pages else 0,
    }


@require_http_methods(["GET", "POST"])
def lot_new(request: ClinicRequest) -> HttpResponse:
    """Put a lot into stock."""
    form = LotForm(request.POST or None, initial={"kind": request.GET.get("kind", "needle")})
    if request.method == "POST" and form.is_valid():
        try:
            found = receive_lot(who=request.membership, **form.cleaned_data)
        except InputError as error:
            form.tell(error)
        else:
            return redirect("lot", lot=found.pk)
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "ledger/lot_new.html", {"form": form}, status=status)


@require_GET
def lot(request: ClinicRequest, lot: uuid.UUID) -> HttpResponse:
    """A lot, and everybody on whom it was used."""
    return _lot_page(request, within(request.clinic, Lot, lot, "withdrawn_by"), WithdrawForm())


@require_http_methods(["GET", "POST"])
def lot_withdraw(request: ClinicRequest, lot: uuid.UUID) -> HttpResponse:
    """Withdraw a lot, with a reason."""
    found = within(request.clinic, Lot, lot, "withdrawn_by")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_lot(lot=found, who=request.membership, reason=form.cleaned_data["reason"])
        except InputError as error:
            form.add_error("reason", error.what.say(current_language()))
        else:
            return redirect("lot", lot=found.pk)
    return _lot_page(request, found, form, status=UNPROCESSABLE if form.errors else 200)


@require_GET
@recently_signed_in
def lot_recall_csv(request: ClinicRequest, lot: uuid.UUID) -> HttpResponse:
    """Everybody on whom a lot was used, as a table to keep; that it was taken out is audited."""
    found = within(request.clinic, Lot, lot)
    uses = list(recall(found))
    record("lot.recall_exported", clinic=request.clinic, who=request.user, about=found, details={"rows": len(uses)})
    language = current_language()
    head = [text.say(language) for text in RECALL_HEAD]
    return as_csv(f"lot-{found.number}", head, [_recall_row(found, use) for use in uses])


RECALL_HEAD = (
    Text("kind", "tipo"),
    Text("product", "producto"),
    Text("lot", "lote"),
    Text("session began", "inicio de la sesión"),
    Text("record number", "número de historia"),
    Text("given names", "nombre"),
    Text("family names", "apellidos"),
    Text("phone", "teléfono"),
    Text("email", "correo"),
    Text("area", "zona"),
    Text("treatment", "tratamiento"),
    Text("performed by", "realizada por"),
    Text("corrected since", "corregida después"),
    Text("recorded after it was withdrawn", "anotado después de retirarlo"),
    Text("session", "sesión"),
)


def _recall_row(lot: Lot, use: LotUse) -> tuple[object, ...]:
    session, patient = use.session, use.session.course.patient
    began = timezone.localtime(session.started_at).isoformat(timespec="minutes")
    corrected = "" if session.stands else timezone.localtime(session.superseded_by.written_at).date().isoformat()
    return (
        KINDS[lot.kind].say(current_language()),
        lot.name,
        lot.number,
        began,
        patient.number,
        patient.given_names,
        patient.family_names,
        patient.phone,
        patient.email,
        session.course.area.name,
        session.course.treatment,
        session.performed_by.user.name,
        corrected,
        f"{use.late_by.name}: {use.late_reason}" if use.late_by else "",
        str(session.pk),
    )


def _lot_page(request: ClinicRequest, found: Lot, form: WithdrawForm, status: int = 200) -> HttpResponse:
    state = state_of(found, timezone.localdate(), soon_days(request.clinic))
    uses = recall(found)
    told = uses.order_by().aggregate(sessions=Count("pk"), people=Count("session__course__patient", distinct=True))
    number, pages = _page_asked(request, told["sessions"])
    shown = list(uses[A_PAGE * (number - 1) : A_PAGE * number])
    context = {
        "lot": found,
        "kind": KINDS[found.kind],
        "state": state.value,
        "state_word": STATES[state][0],
        "state_icon": STATES[state][1],
        "withdrawn": state is State.WITHDRAWN,
        "uses": shown,
        **told,
        **_pages(number, pages, len(shown)),
        "form": form,
    }
    return render(request, "ledger/lot.html", context, status=status)
