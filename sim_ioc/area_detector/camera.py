"""The camera: takes frames when told to, and passes them on to plugins.

Events come in the order of ADSimDetector: state and counters first, then the plugins that block,
then Acquire returns to Done, and the put that started it completes, with WaitForPlugins only when
no array is on its way any more.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from sim_ioc.area_detector.camera_fields import MULTIPLE, SINGLE, STATES
from sim_ioc.area_detector.camera_setup import CameraSetup
from sim_ioc.area_detector.detector_settings import AreaDetectorSettings
from sim_ioc.area_detector.exposure import Exposure, Look
from sim_ioc.area_detector.ndarray import NDArray
from sim_ioc.area_detector.pipeline import Pipeline
from sim_ioc.area_detector.sensor import Sensor
from sim_ioc.area_detector.trigger_input import EACH_FRAME, INTERNAL, TOLD_TO_END, TriggerInput
from sim_ioc.channel_access.fields import LONGEST_TEXT, Array
from sim_ioc.errors import PhysicsError
from sim_ioc.faults import CAMERA_FAULTS
from sim_ioc.physics.rates import OnSample

#: Real seconds between two updates of TimeRemaining.
_UPDATE = 0.2
_LOGGER = logging.getLogger(__name__)


class Beam(Protocol):
    """Be what the camera looks at."""

    async def ready(self) -> None:
        """Wait until the beam can be told without delay."""
        ...

    def watch(self, callback: Callable[[], None]) -> None:
        """Have `callback` called just before anything in the beam changes."""
        ...

    def on_sample(self, time: float) -> OnSample:
        """Return what arrives at the sample at a simulated time, now or a little earlier."""
        ...

    def moved_since(self, time: float) -> bool:
        """Say whether anything has been on its way at any moment since a simulated time."""
        ...


class Camera(CameraSetup):
    """Serve a camera that looks at `beam`."""

    FAULTS = CAMERA_FAULTS

    def __init__(
        self,
        prefix: str,
        settings: AreaDetectorSettings,
        beam: Beam,
        pipeline: Pipeline,
        sensor: Sensor,
        port_name: str = "CAM",
    ) -> None:
        super().__init__(prefix, settings, pipeline, port_name)
        self._beam = beam
        self._sensor = sensor
        self._clock = pipeline.clock
        self._exposure: Exposure | None = None
        self._acquiring: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._input = TriggerInput()
        self._faults_changed = asyncio.Event()
        self.handlers |= {"Acquire": self._put_acquire, "TriggerSignal": self._put_signal}
        beam.watch(self._account)

    # --- what others tell the camera

    def _account(self) -> None:
        """Account for the time since the last look: something in the beam is about to change."""
        if self._exposure is not None:
            self._exposure.account(self._clock.now())

    def trigger(self) -> None:
        """Begin an exposure if the camera waits for one; while it is busy triggers are lost."""
        self._input.pulse()

    async def _put_signal(self, level: int) -> None:
        await self.post(TriggerSignal=level)
        self._input.put(is_high=bool(level))

    async def fault_changed(self, name: str) -> None:
        """Look again whether an exposure may end."""
        self._faults_changed.set()

    # --- acquisition

    async def _put_acquire(self, start: int) -> None:
        """Acquire, or stop; either way return when the camera is idle."""
        if start:
            await self._start()
        else:
            self._stop.set()
            self._input.wake()
            self._faults_changed.set()
        if self._acquiring is not None:
            await asyncio.wait({self._acquiring})

    async def _start(self) -> None:
        """Start an acquisition unless one is under way; what is being stopped ends first."""
        ending = self._stop.is_set() or not self.values["Acquire"]
        if self._acquiring is not None and ending:
            await asyncio.wait({self._acquiring})
        if self._acquiring is None:
            self._stop.clear()
            self._acquiring = asyncio.create_task(self._acquire())

    async def _acquire(self) -> None:
        await self.post(
            Acquire=1,
            Acquire_RBV=1,
            AcquireBusy=1,
            NumImagesCounter_RBV=0,
            NumExposuresCounter_RBV=0,
            StatusMessage_RBV="Acquiring data",
        )
        state, message = "Error", "The acquisition was given up"
        try:
            await self._beam.ready()
            await self._take_frames()
            state, message = "Idle", "Waiting for acquisition"
            if self._stop.is_set():
                is_finite = self.setting("ImageMode") <= MULTIPLE
                state, message = "Aborted" if is_finite else "Idle", "Acquisition stopped"
        except PhysicsError as error:
            message = str(error)
        except Exception as error:  # the camera serves on, and tells what happened
            message = f"The acquisition failed: {type(error).__name__}: {error}"
            _LOGGER.exception("acquisition of %s", self.port_name)
        finally:
            await self._end(state, message)
            self._acquiring = None

    async def _end(self, state: str, message: str) -> None:
        self._exposure = None
        await self.post(
            TimeRemaining_RBV=0.0,
            ShutterStatus_RBV=0,
            StatusMessage_RBV=_shown(message),
            DetectorState_RBV=STATES.index(state),
        )
        await self.post(Acquire=0, Acquire_RBV=0)
        if self.values["WaitForPlugins"]:
            await self.pipeline.until_empty()
        await self.post(NumQueuedArrays=self.pipeline.queued, AcquireBusy=0)

    async def _take_frames(self) -> None:
        """Take one frame after the other until there are enough, or somebody stops it."""
        begin, is_first = self._clock.now(), True
        while True:
            mode = self.setting("TriggerMode")
            waits = mode in EACH_FRAME or (mode != INTERNAL and is_first)
            if waits:
                await self._wait_for_trigger()
                begin = self._clock.now()
            looks = await (
                self._expose_as_told(mode) if mode in TOLD_TO_END else self._expose(begin)
            )
            if self._stop.is_set():
                return
            await self._read_out(looks)
            if self._has_enough():
                return
            is_first = False
            if mode not in EACH_FRAME:
                begin = await self._wait_for_next(begin)

    def _has_enough(self) -> bool:
        mode, taken = self.setting("ImageMode"), self.setting("NumImagesCounter")
        wanted = max(self.setting("NumImages"), 1)
        return mode == SINGLE or (mode == MULTIPLE and taken >= wanted)

    async def _wait_for_trigger(self) -> None:
        """Wait for a pulse from outside, or for the end."""
        pulse = asyncio.ensure_future(self._input.rising_edge(self._stop))
        await asyncio.sleep(0)  # pulses count from here on
        await self.post_changes(DetectorState_RBV=STATES.index("Waiting"))
        await pulse

    async def _wait_for_next(self, began: float) -> float:
        """Wait out the period of a frame that began then; return when the next one begins."""
        now = self._clock.now()
        begin = max(began + self.number("AcquirePeriod_RBV"), now)
        if self._clock.instant or begin <= now:
            await asyncio.sleep(0)
            return now
        await self.post(DetectorState_RBV=STATES.index("Waiting"))
        await self._sleep(begin - now)
        return begin

    async def _expose(self, start: float) -> list[Look]:
        """Expose as often as one frame asks for, and return what the beam did meanwhile."""
        looks: list[Look] = []
        exposures = self.setting("NumExposures")
        for number in range(1, exposures + 1):
            seconds = self.number("AcquireTime_RBV")
            exposure = await self._open(start, number)
            await self._let_pass(start + seconds)
            self._exposure = None
            if self._stop.is_set():
                break
            end = self._clock.now()
            looks += exposure.lasting(seconds, end)
            if number < exposures and self.number("AcquirePeriod_RBV") > seconds:
                start = await self._wait_for_next(start)
            else:
                start = max(start + seconds, end)
        return looks

    async def _open(self, start: float, number: int) -> Exposure:
        """Begin an exposure, and show that."""
        exposure = Exposure(self._beam.on_sample, self._beam.moved_since, start)
        self._exposure = exposure
        await self.post(
            DetectorState_RBV=STATES.index("Acquire"),
            ShutterStatus_RBV=1,
            NumExposuresCounter_RBV=number,
        )
        return exposure

    async def _expose_as_told(self, mode: int) -> list[Look]:
        """Expose until the trigger input ends it."""
        start = self._clock.now()
        exposure = await self._open(start, 1)
        await self._input.end_of_exposure(mode, self._stop)
        self._exposure = None
        end = self._clock.now()
        return exposure.lasting(end - start, end)

    async def _let_pass(self, end: float) -> None:
        """Wait for the end of an exposure, and show how long that still takes."""
        while not self._clock.instant and not self._stop.is_set():
            left = end - self._clock.now()
            if left <= 0:
                break
            await self.post(TimeRemaining_RBV=left)
            await self._sleep(min(left, _UPDATE * self._clock.factor))
        await asyncio.sleep(0)
        while self.faults.is_on("endless") and not self._stop.is_set():
            self._faults_changed.clear()
            await self._faults_changed.wait()

    async def _sleep(self, seconds: float) -> None:
        """Wait simulated seconds, less if stopped."""
        try:
            async with asyncio.timeout(self._clock.real(seconds)):
                await self._stop.wait()
        except TimeoutError:
            pass

    async def _read_out(self, looks: Sequence[Look]) -> None:
        """Make the frame, count it, pass it on unless it is to be lost."""
        await self.post(
            TimeRemaining_RBV=0.0, ShutterStatus_RBV=0, DetectorState_RBV=STATES.index("Readout")
        )
        counter = self.setting("ArrayCounter") + 1
        array = NDArray(await self._frame(looks), counter, time.time())
        await self.show_array(
            array,
            ArrayCounter=counter,
            ArrayCounter_RBV=counter,
            NumImagesCounter_RBV=self.setting("NumImagesCounter") + 1,
        )
        lose = int(self.faults.number("lose"))
        if lose <= 0 or counter % lose:
            await self.pass_on(array)
        await self.post_changes(NumQueuedArrays=self.pipeline.queued)

    async def _frame(self, looks: Sequence[Look]) -> Array:
        region, data_type = self.region, self.setting("DataType")
        rows, columns = region.shape
        gain = self.number("Gain_RBV")
        return await self.pipeline.compute(
            rows * columns, self._sensor.frame, looks, region, data_type, gain
        )


def _shown(message: str) -> str:
    """Return a message as clients can be told it."""
    return message.encode("latin-1", "replace").decode("latin-1")[:LONGEST_TEXT]
