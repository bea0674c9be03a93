"""Sessions, symptoms and reviews."""
