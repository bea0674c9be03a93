"""The template tags by subject; ``templatetags.look`` puts them together."""
