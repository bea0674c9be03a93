"""Rooms, opening hours and appointments."""
