"""Draws. The only room that may import PySide6 (and matplotlib's Qt canvas)."""
