"""Dermograph: the clinical system for skin treatments that are done with needles, session by session."""

__version__ = "0.1.0"
