"""The RunEngine of a session: bluesky's own, quicker, and stricter about what it records.

Nothing of bluesky is copied or replaced for others: `Engine` registers its own versions of four
standard messages and sets the seam that bluesky offers for bundling events. Stock plans, devices,
preprocessors and callbacks work in it as in any RunEngine, and their documents are the same.
"""

from blueline.engine.engine import Engine

__all__ = ["Engine"]
