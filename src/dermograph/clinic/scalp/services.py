"""Writing readings, changes, designs and choices. Each is one transaction; what is refused leaves nothing behind."""

from __future__ import annotations

from dermograph.clinic.scalp.services_choice import choose_design
from dermograph.clinic.scalp.services_design import ask_for_design
from dermograph.clinic.scalp.services_reading import METHOD, ask_for_reading, change_what_is_not

__all__ = ["METHOD", "ask_for_design", "ask_for_reading", "change_what_is_not", "choose_design"]
