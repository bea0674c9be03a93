"""The law: protocols as cited data, their strict loader, and their checks."""

from dermograph.protocols.library import Library
from dermograph.protocols.load import load_library
from dermograph.protocols.model import Protocol

__all__ = ["Library", "Protocol", "load_library"]
