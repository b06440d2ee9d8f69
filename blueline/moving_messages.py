"""By which messages plans move devices: said once, for whoever locks or watches what moves."""

#: `prepare` brings some flyers to where they begin.
MOVING = ("set", "kickoff", "prepare")
