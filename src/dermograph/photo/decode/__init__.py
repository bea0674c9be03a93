"""From the bytes of a photograph's file to upright sRGB pixels; whatever is wrong with the file is said in words."""
