"""Everything that writes patients, areas and courses."""

from dermograph.clinic.people.course_services import add_area, close_course, open_course, reopen_course
from dermograph.clinic.people.patient_services import CHANGEABLE, OutdatedError, change_patient, register_patient

__all__ = [
    "CHANGEABLE",
    "OutdatedError",
    "add_area",
    "change_patient",
    "close_course",
    "open_course",
    "register_patient",
    "reopen_course",
]
