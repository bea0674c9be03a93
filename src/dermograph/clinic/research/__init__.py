"""Measures for research: tables without names, of patients whose consent to research stands, for one named project."""
