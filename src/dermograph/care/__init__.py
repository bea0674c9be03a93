"""The decisions: pure functions from a protocol, facts, dates and measurements to a value that explains itself."""

from dermograph.care.assess import Assessment, assess
from dermograph.care.case import Case
from dermograph.care.plan import Plan, plan
from dermograph.care.read_case import read_case
from dermograph.care.review import Review, review

__all__ = ["Assessment", "Case", "Plan", "Review", "assess", "plan", "read_case", "review"]
