"""Colour as numbers: spaces, differences, and the tone of skin."""
