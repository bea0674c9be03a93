"""Everything that was loaded, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dermograph.core.errors import InputError, nearest, shown
from dermograph.core.text import Text
from dermograph.protocols.citations import Conflict, Source
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Everything that was loaded: the vocabulary, the registers and the protocols, by their ids."""

    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    conflicts: Mapping[str, Conflict]
    protocols: Mapping[str, Protocol]

    @property
    def treatments(self) -> tuple[str, ...]:
        """What a case may name: the ids of all protocols."""
        return tuple(self.protocols)

    def protocol(self, name: str) -> Protocol:
        """The protocol with an id, or for a treatment: a clinic's own one goes before the one that it extends.

        Raises:
            InputError: If there is none, or if two clinic packs extend it.
        """
        own = [protocol for protocol in self.protocols.values() if protocol.base == name]
        if len(own) > 1:
            names = ", ".join(protocol.id for protocol in own)
            raise InputError(
                Text(f"Several packs extend {name}: {names}.", f"Varios paquetes amplían {name}: {names}."),
                todo=Text("Name one as the treatment.", "Indique uno como tratamiento."),
            )
        if own:
            return own[0]
        return self.exactly(name)

    def exactly(self, name: str) -> Protocol:
        """The protocol with an id, whatever extends it.

        Raises:
            InputError: If there is none.
        """
        if name not in self.protocols:
            raise InputError(
                Text(f"There is no protocol {shown(name)}.", f"No hay un protocolo {shown(name)}."),
                todo=nearest(name, self.protocols),
            )
        return self.protocols[name]
