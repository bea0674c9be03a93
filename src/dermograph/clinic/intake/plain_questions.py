"""The staff's questions as the person who is asked reads them, on the website and in the portal.

Where nothing stands here, the vocabulary's own words do.
"""

from __future__ import annotations

from collections.abc import Mapping

from dermograph.core.text import Text

QUESTIONS: Mapping[str, Text] = {
    "lesion": Text("What would you like to have treated?", "¿Qué le gustaría tratar?"),
    "birth_date": Text("What is your date of birth?", "¿Cuál es su fecha de nacimiento?"),
    "pregnant": Text("Are you pregnant?", "¿Está embarazada?"),
    "breastfeeding": Text("Are you breastfeeding?", "¿Está dando el pecho?"),
    "anticoagulants": Text(
        "Do you take an anticoagulant or antiplatelet drug?", "¿Toma algún anticoagulante o antiagregante?"
    ),
    "abnormal_scarring": Text("Have you ever scarred abnormally?", "¿Ha cicatrizado alguna vez de forma anómala?"),
    "graft_candidate": Text("Are you a candidate for a hair graft?", "¿Es candidato a un injerto capilar?"),
    "autoimmune": Text(
        "Do you have an autoimmune disease, and is it active?", "¿Tiene alguna enfermedad autoinmune? ¿Está activa?"
    ),
    "isotretinoin": Text(
        "When was your last dose of oral isotretinoin?", "¿Cuándo fue su última dosis de isotretinoína oral?"
    ),
    "diabetes": Text("Do you have diabetes, and is it controlled?", "¿Tiene diabetes? ¿Está controlada?"),
    "oncology": Text(
        "Do you have, or did you have, an oncological treatment?", "¿Sigue o ha seguido un tratamiento oncológico?"
    ),
    "photosensitivity": Text("Is your skin photosensitive?", "¿Tiene fotosensibilidad?"),
    "hypersensitive_skin": Text("Is your skin hypersensitive?", "¿Tiene la piel hipersensible?"),
    "blood_borne_infection": Text(
        "Do you have an infection that blood can transmit?", "¿Tiene alguna infección que se transmita por la sangre?"
    ),
    "bleeding_disorder": Text("Do you have a bleeding disorder?", "¿Tiene algún trastorno de la coagulación?"),
    "collagen_disease": Text(
        "Do you have a disease of the collagen or connective tissue?",
        "¿Tiene alguna enfermedad del colágeno o del tejido conjuntivo?",
    ),
    "allergy_metal": Text("Are you allergic to a metal?", "¿Tiene alergia a algún metal?"),
    "allergy_anaesthetic": Text("Are you allergic to a local anaesthetic?", "¿Tiene alergia a algún anestésico local?"),
    "keloid_tendency": Text("Do you tend to keloids in this area?", "¿Tiene tendencia a los queloides en esta zona?"),
    "vitiligo_active": Text("Do you have active vitiligo in this area?", "¿Tiene vitíligo activo en esta zona?"),
    "infection": Text("Do you have an infection in this area now?", "¿Tiene ahora una infección en esta zona?"),
    "herpes": Text("Do you have herpes in this area now?", "¿Tiene ahora herpes en esta zona?"),
    "acne": Text("Do you have active acne in this area?", "¿Tiene acné activo en esta zona?"),
    "tanned": Text("Is your skin tanned in this area now?", "¿Tiene ahora la piel bronceada en esta zona?"),
    "surgery": Text("When was your last operation in this area?", "¿Cuándo fue su última operación en esta zona?"),
    "phototype": Text(
        "Which phototype is your skin (Fitzpatrick I to VI)?", "¿Qué fototipo tiene su piel (Fitzpatrick, de I a VI)?"
    ),
}
HELPS: Mapping[str, Text] = {
    "scar_type": Text(
        "If you are not sure, say so: the practitioner looks at it. Raised scars are hypertrophic or keloid.",
        "Si no está seguro, dígalo: lo ve el profesional. Las elevadas son hipertróficas o queloides.",
    ),
    "pregnant": Text(
        "If it is possible and not ruled out, say that you do not know. Where it cannot be, answer no.",
        "Si es posible y no se ha descartado, diga que no lo sabe. Si no puede ser, responda que no.",
    ),
    "graft_candidate": Text(
        "As judged by a hair surgeon. If nobody has judged it, say that you do not know.",
        "Según un cirujano capilar. Si nadie lo ha valorado, diga que no lo sabe.",
    ),
    "isotretinoin": Text(
        "The date of the last dose, or one of the buttons. Only a prescriber stops a drug.",
        "La fecha de la última dosis, o uno de los botones. Solo quien la prescribe retira un fármaco.",
    ),
    "anticoagulants": Text(
        "Prescribed for regular use. Please do not stop one because of this question.",
        "De uso pautado. No deje ninguno por esta pregunta.",
    ),
}
NOT_KNOWN = Text("I do not know", "No lo sé")
REFUSED = Text("I would rather not say", "Prefiero no decirlo")
