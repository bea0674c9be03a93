"""A consent as plain text: the words that were signed, what was answered, and the signature."""

from __future__ import annotations

from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.wording import is_intact
from dermograph.core.dates import moment_in_words
from dermograph.core.text import Language, Text


def signed_text(consent: Consent) -> str:
    """A consent in the language in which it was signed.

    Args:
        consent: Any; its text, clinic, patient and withdrawals are fetched.
    """
    text, zone = consent.text, consent.clinic.zone
    language: Language = "es" if text.language == "es" else "en"

    def say(en: str, es: str) -> str:
        return Text(en, es).say(language)

    lines = [text.title, f"{say('Version', 'Versión')} {text.version} · SHA-256 {consent.text_sha256}"]
    if not is_intact(text) or text.sha256 != consent.text_sha256:
        lines.append(
            say(
                "The words kept here are not those that were signed: their hash differs.",
                "Las palabras conservadas no son las firmadas: su huella no coincide.",
            )
        )
    lines += ["", text.body.strip(), "", say("What was answered", "Qué se respondió")]
    lines += [f"[{'x' if one['id'] in consent.purposes else ' '}] {one['label']}" for one in text.purposes]
    typed = consent.strokes.get("typed", "") if isinstance(consent.strokes, dict) else ""
    drawn = say("drawn by hand (records/intake.consent.json)", "dibujada a mano (records/intake.consent.json)")
    signed = moment_in_words(consent.signed_at.astimezone(zone).replace(tzinfo=None), language)
    lines += [
        "",
        f"{say('Signed by', 'Firmado por')} {consent.signed_name}, {signed}",
        f"{say('Signature', 'Firma')}: {typed or drawn}",
        f"{say('Witness', 'Testigo')}: {consent.witness or '–'}",
    ]
    for back in consent.withdrawals.order_by("written_at"):
        at = moment_in_words(back.written_at.astimezone(zone).replace(tzinfo=None), language)
        what = back.purpose or say("everything", "todo")
        lines.append(f"{say('Taken back on', 'Retirado el')} {at}: {what}{f' – {back.reason}' if back.reason else ''}")
    return "\n".join(lines) + "\n"
