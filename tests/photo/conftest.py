"""The fixtures of ``tests.photo.pairs`` for every test on photographs."""

from tests.photo.pairs import small_pair, written

__all__ = ["small_pair", "written"]
