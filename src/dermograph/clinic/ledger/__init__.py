"""Lots and payments."""
