"""The tables of an export."""

from __future__ import annotations

from typing import Final

from dermograph.clinic.research.table_measures import MEASURES
from dermograph.clinic.research.table_scalp import SCALP_CHANGES, SCALP_READINGS
from dermograph.clinic.research.table_sessions import SESSIONS, SYMPTOMS

TABLES: Final = (MEASURES, SCALP_READINGS, SCALP_CHANGES, SESSIONS, SYMPTOMS)
