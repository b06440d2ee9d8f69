"""What makes the beam and acts on it: ring, shutter, optics."""
