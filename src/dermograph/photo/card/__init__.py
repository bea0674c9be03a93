"""The calibration card: its layout, its print, and what a photograph of it says about colour and size."""
