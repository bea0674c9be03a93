"""The measurements: photographs of skin in, measured changes with their errors out. No database, no web, no decisions.

Arrays are ``(height, width, 3)`` in the order red, green, blue. Positions are ``(x, y)`` in pixels, x to the right and
y down, the centre of the first pixel at ``(0, 0)``. Colours are CIELAB for the 2° observer; the white is stated.
"""
