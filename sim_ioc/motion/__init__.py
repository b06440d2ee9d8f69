"""Axes: motor records, and what follows where they are."""
