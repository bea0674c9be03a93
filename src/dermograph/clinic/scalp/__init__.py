"""Scalp micropigmentation: dots that were measured, what became of them, and designs that sessions follow."""
