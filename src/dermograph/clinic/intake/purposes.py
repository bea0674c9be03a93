"""What a consent is asked for, each purpose by itself."""

from typing import Final

TREATMENT: Final = "treatment"
RECORD: Final = "record"  # photographs for the treatment record
TEACHING: Final = "teaching"
PUBLICATION: Final = "publication"
RESEARCH: Final = "research"
PURPOSES: Final = (TREATMENT, RECORD, TEACHING, PUBLICATION, RESEARCH)
EVERYTHING: Final = ""  # a withdrawal of all purposes
