"""The trace store: immutable, columnar, one partition a day."""
