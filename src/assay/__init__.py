"""Assay: human review of what language-model applications say."""

__version__ = "0.1.0"
