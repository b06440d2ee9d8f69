"""Motors: the motor record as channels, what is set up on it, and its motions."""
