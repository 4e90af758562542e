"""The verbs of the day. Each reports progress, can be cancelled, and returns what it changed."""
