"""Photographs, outlines and comparisons."""
