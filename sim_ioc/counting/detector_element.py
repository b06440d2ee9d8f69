"""One element of a detector: its mca record, and the PVs of its electronics."""

from sim_ioc.area_detector.pairs import READBACK
from sim_ioc.channel_access.fields import Value
from sim_ioc.channel_access.group import Group
from sim_ioc.counting.element_exposure import Counted, ElementExposure
from sim_ioc.counting.mca_fields import mca_fields
from sim_ioc.counting.multi_element_fields import ELEMENT_FIELDS
from sim_ioc.counting.multi_element_settings import MultiElementSettings
from sim_ioc.counting.signal_record import Electronics, SignalRecord
from sim_ioc.counting.spectrum_record import stop_time

_PHA = mca_fields(1)["MODE"].choices.index("PHA")
#: What holds the number that ends an acquisition, by the index of PresetMode.
_PRESETS = ("", "PRTM", "PLTM", "PresetEvents", "PresetTriggers")


class DetectorElement:
    """Serve ``mca1`` and ``dxp1:`` behind the prefix, or those of another number."""

    def __init__(
        self,
        prefix: str,
        number: int,
        settings: MultiElementSettings,
        exposure: ElementExposure,
        electronics: Electronics,
    ) -> None:
        self.exposure = exposure
        words = f"Element {number}"
        self.mca = SignalRecord(f"{prefix}mca{number}", settings.channels, words, electronics)
        self.mca.values |= {
            "MODE": _PHA,
            "CALO": settings.offset / 1000,
            "CALS": settings.gain / 1000,
            "EGU": "keV",
            "PRTM": 1.0,
        }
        self.dxp = Group(f"{prefix}dxp{number}:", ELEMENT_FIELDS)
        for name in ELEMENT_FIELDS:
            if name + READBACK in ELEMENT_FIELDS:
                self.dxp.handlers[name] = self._copying(name)
        self.records = [self.mca, self.dxp]

    def _copying(self, name: str):  # noqa: ANN202 - a handler
        async def put(value: Value) -> None:
            await self.dxp.post(**{name: value, name + READBACK: value})

        return put

    def heed_preset(self) -> None:
        """Have the next exposure end as the PVs say."""
        mode = int(self.dxp.number("PresetMode"))
        name = _PRESETS[mode]
        holder = self.mca if name in self.mca.fields else self.dxp
        self.exposure.preset = (mode, holder.number(name) if name else 0.0)

    async def show(self, counted: Counted | None = None) -> None:
        """Show what was counted until now, or what is given: the spectrum first."""
        told = counted or self.exposure.counted()
        used = self.mca.channels
        times = self.mca.dead_times(told.real, told.live)
        await self.mca.show_counts(told.spectrum[:used], used, **times, STIM=stop_time())
        await self.mca.warn()
        await self.dxp.post_changes(
            ElapsedRealTime=told.real,
            ElapsedTriggerLiveTime=told.trigger_live,
            ElapsedLiveTime=told.live,
            Triggers=told.triggers,
            Events=told.events,
            InputCountRate=told.input_rate,
            OutputCountRate=told.output_rate,
        )
