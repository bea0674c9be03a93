"""Results as people see them: pictures, charts and one self-contained page."""
