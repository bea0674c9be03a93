"""That a patient is erased: who keeps anything of theirs without a foreign key to them removes it now."""

from __future__ import annotations

from typing import Final

from django.dispatch import Signal

#: Sent in the transaction of the erasure, before the rows go: ``patient``; ``email``, empty for none; ``user_id``, None
#: for none; ``ids``, the primary keys of everything that goes. A receiver that fails stops the erasure.
patient_erased: Final = Signal()
