"""CDS Hooks 2.0: requests, cards, discovery and feedback as values. Translation only: nothing is decided here."""
