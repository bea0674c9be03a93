"""Measuring an area: its colour against the skin beside it, its size, its surface; and what of it changed."""

from dermograph.photo.measure.pair import measure_one, measure_pair, skin_tone
from dermograph.photo.measure.shot import Shot
from dermograph.photo.measure.values import Change, Kind, Measure, Outcome

__all__ = ["Change", "Kind", "Measure", "Outcome", "Shot", "measure_one", "measure_pair", "skin_tone"]
