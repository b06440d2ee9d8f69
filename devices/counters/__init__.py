"""Counters: scalers, sampled, soft and computed ones, and groups of them."""
