"""Clinics, staff, patients, areas and courses."""
