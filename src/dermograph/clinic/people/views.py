"""Pages of patients: the list, finding, registering, correcting."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.clinic.people.forms import PatientEditForm, PatientForm
from dermograph.clinic.people.models import Patient
from dermograph.clinic.people.request import ClinicRequest
from dermograph.clinic.people.selectors import found_patients, similar_patients
from dermograph.clinic.people.services import CHANGEABLE, OutdatedError, change_patient, register_patient
from dermograph.clinic.people.within import within
from dermograph.clinic.people.words import said
from dermograph.core.errors import InputError
from dermograph.core.text import Text

LONGEST_SEARCH = 100
QUICK = 8  # patients that the field at the top shows


@require_GET
def patients(request: ClinicRequest) -> HttpResponse:
    """Every patient by name, or those who were searched for; only the list itself for who types."""
    asked = _asked(request)
    after = _after(request)
    found = found_patients(request.clinic, asked, after=after)
    more = urlencode({"q": asked, "after": str(found.patients[-1].pk)}) if found.more else ""
    context = {"found": found, "asked": asked, "more": more, "is_first": after is None}
    is_part = bool(getattr(request, "htmx", False)) and not request.htmx.boosted
    response = render(request, "people/parts/found.html" if is_part else "people/patients.html", context)
    response["Vary"] = "HX-Request"
    return response


@require_GET
def patient_search(request: ClinicRequest) -> HttpResponse:
    """The few patients that the search field at the top shows while one types."""
    asked = _asked(request)
    found = found_patients(request.clinic, asked, limit=QUICK) if asked.strip() else None
    return render(request, "people/parts/quick.html", {"found": found, "asked": asked})


@require_http_methods(["GET", "POST"])
def patient_new(request: ClinicRequest) -> HttpResponse:
    """Register a patient; who may be the same person is shown first, and stands in nobody's way."""
    form = PatientForm(request.POST or None, initial={"language": request.clinic.language})
    similar: list[Patient] = []
    if request.method == "POST" and form.is_valid():
        columns = form.columns()
        entry = form.cleaned_data["entry"]
        if "anyway" not in request.POST and not Patient.objects.filter(pk=entry, clinic=request.clinic).exists():
            names = f"{columns['family_names']} {columns['given_names']}"
            similar = similar_patients(request.clinic, names, columns["birth_date"])
        if not similar:
            try:
                patient = register_patient(clinic=request.clinic, who=request.user, entry=entry, **columns)
            except InputError as error:
                form.refused(error)
            else:
                return redirect("patient", patient.pk)
    status = 422 if form.errors else 200
    return render(request, "people/patient_new.html", {"form": form, "similar": similar}, status=status)


@require_http_methods(["GET", "POST"])
def patient_edit(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Correct administrative data. Whom somebody else overtook keeps their text and sees both."""
    found = within(request.clinic, Patient, patient, "clinic")
    form = PatientEditForm(request.POST or None, initial=PatientForm.of(found))
    outdated: OutdatedError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            change_patient(patient=found, version=form.cleaned_data["version"], who=request.user, **form.columns())
        except OutdatedError as error:
            outdated = error
            form = _overtaken(request, error)
        except InputError as error:
            form.refused(error)
        else:
            messages.success(request, said(Text("Saved.", "Guardado.")))
            return redirect("patient", found.pk)
    context = {"form": form, "patient": found, "outdated": outdated}
    if outdated is not None:
        context["both"] = _both(form, outdated.patient)
    status = 409 if outdated is not None else 422 if form.errors else 200
    return render(request, "people/patient_edit.html", context, status=status)


def _overtaken(request: ClinicRequest, error: OutdatedError) -> PatientEditForm:
    """The same form with the person's text, now over the record as it stands."""
    data = request.POST.copy()
    data["version"] = str(error.patient.version)
    form = PatientEditForm(data, initial=PatientForm.of(error.patient))
    form.is_valid()
    return form


def _both(form: PatientEditForm, now: Patient) -> list[dict[str, object]]:
    """Each field that differs: as it stands now, and as this person has it."""
    differing = [name for name in CHANGEABLE if form.cleaned_data.get(name) != getattr(now, name)]
    return [
        {"label": form.fields[name].label, "now": getattr(now, name), "own": form.cleaned_data.get(name)}
        for name in differing
    ]


def _asked(request: ClinicRequest) -> str:
    return request.GET.get("q", "").replace("\0", "")[:LONGEST_SEARCH]


def _after(request: ClinicRequest) -> Patient | None:
    """The last patient of the page before, if the address names one of this clinic."""
    try:
        pk = uuid.UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    return Patient.objects.filter(clinic=request.clinic, pk=pk).first()
