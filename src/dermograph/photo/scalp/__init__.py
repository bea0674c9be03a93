"""Scalp micropigmentation: dots of pigment, how they lie, how they fade, and where new ones go."""
