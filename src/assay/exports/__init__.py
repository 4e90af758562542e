"""Rows in, files out. One module is one format."""
