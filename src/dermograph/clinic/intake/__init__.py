"""Answers, assessments and consents."""
