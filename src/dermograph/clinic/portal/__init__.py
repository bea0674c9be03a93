"""The patient's own pages, and what the clinic does about them: access, messages, limits."""
