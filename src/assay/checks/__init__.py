"""Automated tests of a trace. One module is one kind."""
