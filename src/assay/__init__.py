"""Assay: human review of what language-model applications say."""

