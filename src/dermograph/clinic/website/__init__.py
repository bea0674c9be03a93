"""The clinic's public site: treatments out of the protocols, a check without an account, requests."""
