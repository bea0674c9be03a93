"""The outline of a lesion and the ring of skin beside it."""
