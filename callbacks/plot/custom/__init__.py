"""Plots that scripts and people make beside those of runs."""
