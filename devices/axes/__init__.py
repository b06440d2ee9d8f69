"""Axes computed from others, and sets of axes that move together."""
