"""What a guard is told."""


class Heard:
    """Stands in the place of a guard, and writes down what it is told."""

    def __init__(self):
        self.words = []

    def begins(self):
        self.words.append("busy")

    def ended(self):
        self.words.append("idle")

    def moves(self, device, *, anew=False):
        self.words.append(device.name)
