"""How everything looks: tokens, components, templates that every app shares."""
