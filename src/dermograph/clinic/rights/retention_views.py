"""Which law the clinic follows for keeping records, what it says, and whose record is past its term."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Patient
from dermograph.clinic.rights.jurisdictions import jurisdictions
from dermograph.clinic.rights.keeping import choose, chosen, past_retention
from dermograph.clinic.rights.models import ErasureProof, KeptMoney, KeptUse
from dermograph.clinic.rights.own_terms import own_terms
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_LISTED = 50


@require_http_methods(["GET", "POST"])
def retention(request: ClinicRequest) -> HttpResponse:
    """Choose the jurisdiction; read its rules and their sources; what has to be decided, and what ends by itself."""
    error: InputError | None = None
    if request.method == "POST":
        try:
            choose(clinic=request.clinic, who=request.user, jurisdiction=words(request, "jurisdiction"))
        except InputError as problem:
            error = problem
        else:
            messages.success(request, Text("Saved.", "Guardado.").say(language_of(request)))
            return redirect("retention")
    blocked = Patient.objects.filter(clinic=request.clinic, restricted_at__isnull=False).order_by("restricted_at")
    money = KeptMoney.objects.filter(clinic=request.clinic).values("month").annotate(cents=Sum("cents"))
    uses = KeptUse.objects.filter(clinic=request.clinic).values("lot__name", "lot__number").annotate(n=Count("pk"))
    page = {
        "jurisdictions": list(jurisdictions().values()),
        "chosen": chosen(request.clinic),
        "past": past_retention(request.clinic, timezone.localdate(), _LISTED),
        "blocked": list(blocked[:_LISTED]),
        "proofs": ErasureProof.objects.filter(clinic=request.clinic).select_related("written_by")[:_LISTED],
        "money": list(money.order_by("-month")[:_LISTED]),
        "uses": list(uses.order_by("lot__name", "lot__number")[:_LISTED]),
        "own_terms": list(own_terms().values()),
        "error": error,
    }
    return render(request, "rights/retention.html", page, status=422 if error else 200)
