"""Scores as tables, in a terminal and in files."""
