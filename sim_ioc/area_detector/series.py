"""Statistics frame after frame, as arrays that a client reads at the end."""

import numpy as np

from sim_ioc.channel_access.fields import Array

ERASE_AND_START, START, STOP, READ = range(4)


class Series:
    """Collect points until there are enough, or somebody stops it."""

    def __init__(self) -> None:
        self.is_running = False
        self._most = 0
        self._points: dict[str, list[float]] = {}
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def control(self, command: int, most: int) -> None:
        """Do what TSControl says; `most` is how many points there are to be."""
        if command == ERASE_AND_START:
            self._points, self._length = {}, 0
        if command in {ERASE_AND_START, START}:
            self._most = most
            self.is_running = self._length < most
        elif command == STOP:
            self.is_running = False

    def add(self, point: dict[str, float]) -> None:
        """Add a point, which may be the last one."""
        for name, value in point.items():
            self._points.setdefault(name, []).append(value)
        self._length += 1
        self.is_running = self._length < self._most

    def arrays(self) -> dict[str, Array]:
        """Return what was collected, by name; nothing if nothing was."""
        return {name: np.array(values) for name, values in self._points.items()}
