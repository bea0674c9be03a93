"""Between the record and resources: one table a kind, read from left to right and from right to left."""
