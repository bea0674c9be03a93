"""A calendar server for the tests of this folder."""

from tests.exchange.ical.caldav_server import collection, server  # noqa: F401 (fixtures)
