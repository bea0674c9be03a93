"""The cache that all processes share: it counts without losing a step, keeps no pickles, and forgets in time."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from dermograph.clinic.scale.models import Shared
from dermograph.clinic.scale.shared_cache import SharedCache, forget_what_is_over


@pytest.fixture
def cache(db: None) -> SharedCache:
    return SharedCache("shared_cache", {})


def time_passes(cache: SharedCache) -> None:
    """Everything that has an end has come to it."""
    Shared.objects.exclude(expires_at=None).update(expires_at=timezone.now() - dt.timedelta(seconds=1))


def test_a_value_is_found_until_its_time_is_over(cache: SharedCache) -> None:
    cache.set("tries", [1.5, 2.5], timeout=60)
    assert cache.get("tries") == [1.5, 2.5]
    assert "tries" in cache
    time_passes(cache)
    assert cache.get("tries", "none") == "none"
    assert "tries" not in cache


def test_a_value_without_an_end_stays(cache: SharedCache) -> None:
    cache.set("kept", {"a": 1}, timeout=None)
    assert forget_what_is_over(timezone.now() + dt.timedelta(days=400)) == 0
    assert cache.get("kept") == {"a": 1}


def test_a_code_that_was_used_cannot_be_used_again_before_its_time_is_over(cache: SharedCache) -> None:
    assert cache.add("code:123456", "y", timeout=30) is True
    assert SharedCache("shared_cache", {}).add("code:123456", "y", timeout=30) is False
    time_passes(cache)
    assert cache.add("code:123456", "y", timeout=30) is True


def test_a_value_can_be_replaced_prolonged_and_forgotten(cache: SharedCache) -> None:
    cache.set("a", 1, timeout=60)
    cache.set("a", 2, timeout=60)
    assert (cache.get("a"), Shared.objects.count()) == (2, 1)
    assert cache.touch("a", 120) is True
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    assert cache.touch("a", 120) is False
    cache.set_many({"b": 1, "c": 2})
    assert cache.get_many(["b", "c", "d"]) == {"b": 1, "c": 2}
    cache.clear()
    assert cache.get_many(["b", "c"]) == {}


def test_what_is_not_there_cannot_be_counted_on(cache: SharedCache) -> None:
    with pytest.raises(ValueError, match="not there"):
        cache.incr("nothing")
    cache.set("n", 1, timeout=60)
    time_passes(cache)
    with pytest.raises(ValueError, match="not there"):
        cache.incr("n")


def test_only_what_json_knows_is_kept_so_that_nothing_in_the_database_runs(cache: SharedCache) -> None:
    with pytest.raises(TypeError):
        cache.set("object", object())
    cache.set("text", "ñ", timeout=60)
    assert Shared.objects.get().value == '"\\u00f1"'


def test_what_is_over_is_removed_once_a_day(cache: SharedCache) -> None:
    cache.set("over", 1, timeout=60)
    cache.set("later", 1, timeout=60)
    Shared.objects.filter(key__endswith="over").update(expires_at=timezone.now() - dt.timedelta(days=1))
    assert forget_what_is_over(timezone.now()) == 1
    assert Shared.objects.get().key.endswith("later")


@pytest.mark.django_db(transaction=True)
def test_no_step_is_lost_where_several_count_at_once(cache: SharedCache) -> None:
    cache.set("n", 0, timeout=60)
    start = threading.Barrier(3)

    def count() -> None:
        start.wait()
        try:
            for _ in range(3):
                while True:
                    try:
                        cache.incr("n")
                        break
                    except OperationalError:  # a database in memory does not wait for its locks
                        time.sleep(0.01)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=count) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert cache.get("n") == 9
