"""What in a photograph is not bare skin: card, pen, ruler, glare, hair, background. It is left out of every measure."""

from dermograph.photo.foreign.foreign import KINDS, Foreign, foreign

__all__ = ["KINDS", "Foreign", "foreign"]
