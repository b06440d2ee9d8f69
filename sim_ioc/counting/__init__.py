"""Counting electronics: scalers and what else turns photons into numbers."""
