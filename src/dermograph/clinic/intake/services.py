"""The writers of the intake, as other parts call them."""

from dermograph.clinic.intake.answering import answer_fact
from dermograph.clinic.intake.consenting import sign_consent, withdraw
from dermograph.clinic.intake.happenings import add_happening, cancel_happening
from dermograph.clinic.intake.signing import override, sign_assessment
from dermograph.clinic.intake.wording import install_texts

__all__ = [
    "add_happening",
    "answer_fact",
    "cancel_happening",
    "install_texts",
    "override",
    "sign_assessment",
    "sign_consent",
    "withdraw",
]
