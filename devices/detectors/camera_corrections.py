"""Dark and flat frames: taken by the camera, applied by its processing plugin."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from devices import array_access, channel_access
from devices.array_access import ArraySample
from devices.counters.reading import Reading, reading
from devices.data_keys import integer_key
from devices.detectors import camera_settings
from devices.detectors.camera_hardware import StatsPlugin
from devices.detectors.camera_rig import CameraRig
from devices.detectors.camera_settings import Setting
from devices.detectors.camera_shutter import behind_shutter
from devices.errors import CountError, DeviceError, InvalidTargetError
from devices.status import DeadlineStatus, finished

if TYPE_CHECKING:
    from ophyd import EpicsSignal, EpicsSignalRO, EpicsSignalWithRBV

#: Seconds for keeping a frame after it was taken.
_KEEPING = 5.0


class Correction:
    """The dark or the flat frame of a camera, as something that plans can set and read.

    ``"take"`` exposes one frame, for as long as the camera was prepared to, and keeps it; ``"on"``
    and ``"off"`` tell whether it is used. Reads as 1 where it is in use.

    Parameters
    ----------
    rig
        Its statistics, if it has any, tell the mean of a flat frame, which it keeps: without them
        what a frame like the flat one becomes is what the plugin's ScaleFlatField says.
    expose
        Takes one frame and saves it nowhere.
    shutter
        Closed while a dark frame is taken, open while a flat one is, and then as it was before.
    """

    def __init__(
        self,
        kind: Literal["dark", "flat"],
        name: str,
        rig: CameraRig,
        expose: Callable[[], DeadlineStatus],
        shutter: Any = None,  # noqa: ANN401 - whatever can be set to "open" and "closed"
    ) -> None:
        assert rig.process is not None  # noqa: S101 - for the type
        process, is_dark = rig.process, kind == "dark"
        self.kind = kind
        self.name = name
        self.parent = None
        self._rig = rig
        self._driver = rig.driver
        self._process = process
        self._expose = expose
        self._shutter = shutter
        self._stats = None if is_dark else _statistics(rig)
        self._save: EpicsSignal = process.save_dark if is_dark else process.save_flat
        self._uses: EpicsSignalWithRBV = process.uses_dark if is_dark else process.uses_flat
        self._has: EpicsSignalRO = process.has_dark if is_dark else process.has_flat

    @property
    def is_used(self) -> bool:
        """Whether frames are corrected with it; asked now."""
        return bool(array_access.fetch([self._uses])[0].number)

    def set(self, value: str | bool) -> DeadlineStatus:
        """Take it, or use it or not: ``"take"``, ``"on"``, ``"off"``.

        Raises
        ------
        InvalidTargetError
            It is none of these.
        CountError
            One is to be used, and none was taken that fits.
        """
        wanted = {True: "on", False: "off"}.get(value, value) if value in (0, 1) else value
        if wanted == "take":
            return self._take()
        if wanted not in ("on", "off"):
            message = f"{self.name} can be set to 'take', 'on' or 'off', not {value!r}"
            raise InvalidTargetError(message)
        if wanted == "on":
            self._require_one()
        camera_settings.apply([(self._process.enabled, 1), (self._uses, int(wanted == "on"))])
        return finished(f"switching {self.name} {wanted}")

    def _require_one(self) -> None:
        if not array_access.fetch([self._has])[0].number:
            message = f"{self.name} cannot be used: none was taken of this size; set it to 'take'"
            raise CountError(message)

    def _take(self) -> DeadlineStatus:
        if self._shutter is None:
            return self._take_now()
        return behind_shutter(
            f"taking {self.name}", self._shutter, is_open=self.kind == "flat", take=self._take_now
        )

    def _take_now(self) -> DeadlineStatus:
        self._rig.pass_frames_on()
        port = self._rig.port(corrected=False)
        settings: list[Setting] = [(self._process.source, port), (self._process.enabled, 1)]
        if self._stats is not None:
            stats = self._stats
            settings += [(stats.source, port), (stats.enabled, 1), (stats.computes_statistics, 1)]
        camera_settings.apply(settings)
        exposing = self._expose()
        whole = DeadlineStatus(f"taking {self.name}", exposing.deadline + _KEEPING)
        exposing.add_callback(lambda _: self._exposed(whole, exposing))
        return whole

    def _exposed(self, whole: DeadlineStatus, exposing: DeadlineStatus) -> None:
        error = exposing.exception()
        if error is not None:
            whole.fail(error)
            return
        try:
            channel_access.put(self._save, 1, lambda refusal: self._kept(whole, refusal))
        except DeviceError as failure:
            whole.fail(failure)

    def _kept(self, whole: DeadlineStatus, refusal: str | None) -> None:
        if refusal is not None:
            whole.fail(CountError(f"{whole.what} failed: {refusal}"))
            return
        signals = [self._driver.unique_id, self._process.unique_id, self._has]
        if self._stats is not None:
            signals += [self._stats.unique_id, self._stats.mean]
        try:
            array_access.request(signals, lambda outcome: self._judge(whole, outcome))
        except DeviceError as error:
            whole.fail(error)

    def _judge(self, whole: DeadlineStatus, outcome: list[ArraySample] | str) -> None:
        if isinstance(outcome, str):
            whole.fail(channel_access.failed_count(whole.what, outcome))
            return
        taken, arrived, is_valid, *flat = outcome
        if any(each.number != taken.number for each in (arrived, *flat[:1])):
            whole.fail(CountError(f"{whole.what} failed: the frame did not get to the plugin"))
        elif not is_valid.number:
            whole.fail(CountError(f"{whole.what} failed: the plugin has not kept it"))
        elif flat and not flat[1].number > 0:
            whole.fail(CountError(f"{whole.what} failed: it is dark; is the shutter open?"))
        elif flat:
            self._scale(whole, flat[1].number)
        else:
            whole.finish()

    def _scale(self, whole: DeadlineStatus, mean: float) -> None:
        """Have a frame like the flat one keep its counts."""

        def completed(refusal: str | None) -> None:
            if refusal is None:
                whole.finish()
            else:
                whole.fail(CountError(f"{whole.what} failed: {refusal}"))

        try:
            channel_access.put(self._process.flat_scale, mean, completed)
        except DeviceError as error:
            whole.fail(error)

    def check_value(self, value: object) -> None:
        """Refuse what it cannot be set to."""
        if value not in ("take", "on", "off", True, False):
            message = f"{self.name} can be set to 'take', 'on' or 'off', not {value!r}"
            raise InvalidTargetError(message)

    def read(self) -> "OrderedDict[str, Reading]":
        """Tell whether it is in use."""
        held = array_access.fetch([self._uses])[0]
        return OrderedDict({self.name: reading(int(held.number), held.timestamp, held.severity)})

    def describe(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe that."""
        return OrderedDict({self.name: integer_key(f"PV:{self._uses.pvname}")})

    def read_configuration(self) -> "OrderedDict[str, Reading]":
        """Give nothing."""
        return OrderedDict()

    def describe_configuration(self) -> "OrderedDict[str, dict[str, Any]]":
        """Describe nothing."""
        return OrderedDict()

    def __repr__(self) -> str:
        """Show what it is."""
        return f"Correction({self.kind!r}, name={self.name!r})"


def _statistics(rig: CameraRig) -> StatsPlugin | None:
    plugins = (plugin for group in rig.groups for plugin in group.plugins)
    return next((plugin for plugin in plugins if isinstance(plugin, StatsPlugin)), None)
