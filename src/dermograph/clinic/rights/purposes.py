"""What a photograph may leave the treatment for, in words, and whose yes it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dermograph.clinic.intake.purposes import PUBLICATION, RECORD, RESEARCH, TEACHING
from dermograph.core.text import Text

PATIENT: Final = "patient"  # their own copy: a right, no consent
#: The clinic's own copy, such as for another program of its own: nothing leaves the clinic.
CLINIC: Final = "clinic"
#: What takes no consent, since nobody else gets it.
OWN: Final = frozenset({PATIENT, CLINIC})
#: In the order in which pages offer them.
PURPOSES: Final[Mapping[str, Text]] = {
    PATIENT: Text("For the patient: their own copy", "Para el paciente: su propia copia"),
    RECORD: Text(
        "For somebody else who treats the patient, as part of the record",
        "Para otro profesional que trata al paciente, como parte de la historia",
    ),
    TEACHING: Text("Teaching", "Formación"),
    PUBLICATION: Text("Publication", "Publicación"),
    RESEARCH: Text("Research", "Investigación"),
}
SHORT: Final[Mapping[str, Text]] = {
    PATIENT: Text("own copy", "copia propia"),
    RECORD: Text("treatment by somebody else", "tratamiento por otro profesional"),
    TEACHING: Text("teaching", "formación"),
    PUBLICATION: Text("publication", "publicación"),
    RESEARCH: Text("research", "investigación"),
}
#: What a photograph is used for beyond the treatment; closed at once when a record is blocked.
BEYOND: Final = (TEACHING, PUBLICATION, RESEARCH)
#: What a link can be made for.
SHAREABLE: Final = (RECORD, *BEYOND)
FORMS: Final[Mapping[str, Text]] = {
    "original": Text("original file", "archivo original"),
    "report": Text("report of a comparison", "informe de una comparación"),
    "link": Text("shared link", "enlace compartido"),
    "set": Text("exported set", "conjunto exportado"),
    "archive": Text("everything held about the patient", "todo lo que consta del paciente"),
    "preview": Text("simulation of a design on it", "simulación de un diseño sobre ella"),
    "pdf": Text("in the record as a PDF", "en la historia en PDF"),
    "dicom": Text("DICOM object", "objeto DICOM"),
}
