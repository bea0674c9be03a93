"""Choosing the design that the sessions of a course follow, and taking that back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dermograph.clinic.gallery.posted import id_in
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.scalp.design_views import design_page
from dermograph.clinic.scalp.models import DesignChoice, ScalpDesign
from dermograph.clinic.scalp.services import choose_design
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_RELATED = ("course__patient", "course__area", "course__clinic", "photograph", "written_by")
_SHOWN = Text(
    "Chosen, and shown to the patient: the sessions follow this design.",
    "Elegido y mostrado al paciente: las sesiones siguen este diseño.",
)
_CHOSEN = Text(
    "Chosen, and not shown to the patient: the sessions follow this design.",
    "Elegido, sin mostrarlo al paciente: las sesiones siguen este diseño.",
)
_TAKEN_BACK = Text(
    "The choice is taken back: sessions follow no design, and the patient sees none.",
    "La elección se ha retirado: las sesiones no siguen ningún diseño y el paciente no ve ninguno.",
)
_USED = Text("Load the page again: this form cannot be sent.", "Vuelva a cargar la página: este formulario no sirve.")
_ANOTHER = Text(
    "Meanwhile the sessions follow another design: nothing was taken back.",
    "Mientras tanto las sesiones siguen otro diseño: no se ha retirado nada.",
)


@require_POST
def scalp_design_choose(request: ClinicRequest, design: uuid.UUID) -> HttpResponse:
    """Choose a design, with or without showing it to the patient; ``take_back`` in the form takes the choice back."""
    row = within(request.clinic, ScalpDesign, design, *_RELATED)
    taken_back = "take_back" in request.POST
    try:
        entry = id_in(request.POST.get("entry"))
        if entry is None:
            raise InputError(_USED)  # noqa: TRY301 (said like every other refusal of this form)
        if taken_back and _follows_another(row):
            raise InputError(_ANOTHER)  # noqa: TRY301 (the same)
        chosen = choose_design(
            course=row.course,
            design=None if taken_back else row,
            shown_to_patient="shown" in request.POST,
            who=request.user,
            entry=entry,
        )
    except InputError as error:
        return design_page(request, row, error)
    said = _TAKEN_BACK if taken_back else _SHOWN if chosen.shown_to_patient else _CHOSEN
    messages.success(request, said.say(language_of_page()))
    return redirect("scalp_design", design=row.pk)


def _follows_another(design: ScalpDesign) -> bool:
    """Whether another design than this one is chosen."""
    chosen = DesignChoice.objects.standing().filter(course=design.course, design__isnull=False)
    return chosen.exclude(design=design).exists()
