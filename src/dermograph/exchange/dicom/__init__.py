"""DICOM: photographs as VL Photographic Images, measures as a Structured Report, and the way to an archive and back."""
