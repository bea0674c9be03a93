"""What the measures rest on: a code for each caveat of the method, which never changes, and its words."""

from __future__ import annotations

from typing import Final

from dermograph.clinic.research.said import UNREADABLE, Json
from dermograph.core.text import Language, Text
from dermograph.photo.measure import kinds

#: By the caveat's code. A code keeps its meaning: another meaning gets another code.
CAVEATS: Final[dict[str, Text]] = {
    "corrected_for_error": kinds.CONTRAST.caveat,
    "positive_is_lighter": kinds.ITA.caveat,
    "same_light_only": kinds.MELANIN.caveat,
    "within_border_in_card_plane": kinds.AREA.caveat,
    "along_longest_band": kinds.LENGTH.caveat,
    "mean_of_longest_band": kinds.WIDTH.caveat,
    "two_dimensional_proxy": kinds.TEXTURE.caveat,
    "beside_adjacent_skin": kinds.HOMOGENEITY.caveat,
}
_CODES: Final = {words.en: code for code, words in CAVEATS.items()}


def caveat(said: Json, language: Language) -> tuple[str | None, str | None]:
    """The code of a measure's caveat and its words; both None where it has none.

    Words that are none of the method's do not leave: the code says then that there were some.

    Args:
        said: As the result has it, ``{"en", "es"}``; empty for none.
        language: Of the words.
    """
    written = said.get("en")
    if not written:
        return None, None
    code = _CODES.get(written) if isinstance(written, str) else None
    return (code, CAVEATS[code].say(language)) if code else (UNREADABLE, None)
