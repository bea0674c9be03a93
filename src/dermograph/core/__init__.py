"""Values that everyone shares. Imports nothing of ours."""
