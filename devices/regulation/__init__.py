"""Regulation: loops whose setpoint is an axis."""
