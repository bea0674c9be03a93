"""What stands first in the archive of everything."""

from __future__ import annotations

import datetime as dt
from typing import Final

from dermograph.clinic.people.models import Patient
from dermograph.core.dates import day_in_words
from dermograph.core.text import Language, Text


def read_me(patient: Patient, on: dt.date, language: Language) -> str:
    """What is in the archive, in the language of the patient."""
    return _WORDS.say(language).format(
        name=patient, number=patient.number, clinic=patient.clinic.name, day=day_in_words(on, language)
    )


_WORDS: Final = Text(
    """Everything that {clinic} holds about {name} in Dermograph (record No. {number})
Made on {day}.

records/       every entry, a file for each kind: plain text (JSON) that any editor opens. "in_words" says what a code
               means. An entry that was corrected is there too; "supersedes" in the later one names it.
consents/      each consent with the words that were signed, what was agreed to, and the signature.
photographs/   the original files, unchanged.
comparisons/   the reports of what was measured; open them in a browser.
audit.json     who opened, changed or exported anything of the record, and when.
manifest.json  the SHA-256 of every file, so that anybody can check that nothing was changed.

Not in here, because they say nothing about you: the key that your photographs are encrypted with, and the lists by
which the clinic's search finds you. A file that ends in .missing.txt says why one could not be read.

You can ask the clinic to correct what is wrong, to block it or to erase it, and complain to the data protection
authority. These files hold health data: keep them where only you can read them.
""",
    """Todo lo que {clinic} conserva sobre {name} en Dermograph (historia n.º {number})
Hecho el {day}.

records/       cada anotación, un archivo por tipo: texto (JSON) que abre cualquier editor. "in_words" dice qué
               significa un código. También está lo que se corrigió; "supersedes" en la posterior la nombra.
consents/      cada consentimiento con el texto firmado, lo que se aceptó y la firma.
photographs/   los archivos originales, sin cambios.
comparisons/   los informes de lo medido; ábralos en un navegador.
audit.json     quién abrió, cambió o exportó algo de la historia, y cuándo.
manifest.json  el SHA-256 de cada archivo, para comprobar que nada se ha cambiado.

No está aquí, porque no dice nada de usted: la clave con la que se cifran sus fotografías y las listas con las que la
búsqueda de la clínica le encuentra. Un archivo que acaba en .missing.txt dice por qué no se pudo leer.

Puede pedir a la clínica que corrija lo que esté mal, que lo bloquee o que lo borre, y reclamar ante la autoridad de
protección de datos. Estos archivos contienen datos de salud: guárdelos donde solo usted pueda leerlos.
""",
)
