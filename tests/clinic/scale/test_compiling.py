"""PostgreSQL compiles no query of ours."""

from __future__ import annotations

import os

import pytest
from django.db import connection


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="SQLite compiles nothing")
@pytest.mark.django_db(transaction=True)
def test_a_connection_compiles_nothing_the_first_and_any_later_one() -> None:
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute("SHOW jit")
            assert cursor.fetchone() == ("off",)
        connection.close()
