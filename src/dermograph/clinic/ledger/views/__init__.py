"""Pages of the stock and of payments."""
