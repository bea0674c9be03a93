"""Photographs of the clinic as DICOM: handed out as files, and sent to the clinic's archive."""
