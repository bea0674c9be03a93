"""What a resource that was received says of its day, as a search asks for it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dermograph.clinic.handover.said import fits_said
from dermograph.clinic.handover.stored import Asked

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(
    ("resource", "year", "found"),
    [
        ({"performedPeriod": {"start": "2016-12-31T23:59:60Z", "end": "2017-01-05"}}, 1999, False),
        ({"performedPeriod": {"start": "2016-12-31T23:59:60Z", "end": "2017-01-05"}}, 2017, True),
        ({"performedPeriod": {"start": "2016-12-31T23:59:60Z"}}, 2020, True),
        ({"performedDateTime": "2016-12-31T23:59:60Z"}, 2016, True),
        ({"performedDateTime": "2016-12-31T23:59:60Z"}, 2017, False),
    ],
    ids=["before", "within", "open", "its-day", "another-day"],
)
def test_a_leap_second_is_of_its_day(resource: dict[str, object], year: int, found: bool) -> None:  # noqa: FBT001 (a column)
    asked = Asked("Procedure", dates=(dt.date(year, 1, 1), dt.date(year, 12, 31)))
    assert fits_said({"resourceType": "Procedure", **resource}, asked, MADRID) is found
