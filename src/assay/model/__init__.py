"""The nouns of the trade."""
