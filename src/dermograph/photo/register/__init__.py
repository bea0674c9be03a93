"""Registration: where each point of the baseline lies in the follow-up, and how sure that is."""
