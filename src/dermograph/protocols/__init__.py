"""The law: protocols as cited data, their strict loader, and their checks."""

from dermograph.protocols.load import Library, load_library
from dermograph.protocols.model import Protocol

__all__ = ["Library", "Protocol", "load_library"]
