"""The PVs of electronics for several elements: those of the dxp module of EPICS.

Names and words as in dxpMED.template, dxpHighLevel.template and dxpMapping.template of
https://github.com/epics-modules/dxp; filters that change nothing here only keep what is put.
"""

from sim_ioc.area_detector.pairs import integer, pairs, shown_integer, yes_no
from sim_ioc.channel_access.fields import Field, Kind, array, double, menu, readback, table
from sim_ioc.counting.element_exposure import PRESET_MODES

COLLECT_MODES = ("MCA spectra", "MCA mapping", "SCA mapping", "List mapping")
GATE, SYNC = ADVANCE_MODES = ("Gate", "Sync")


def _button(name: str, word: str) -> Field:
    return menu(name, f"Any put: {word}", ("Done", word))


def _shown(name: str, description: str, words: tuple[str, ...]) -> Field:
    return Field(name, Kind.ENUM, description, choices=words, writable=False)


_SYSTEM = (
    _shown("SNL_Connected", "The program behind it runs", ("Not connected", "Connected")),
    _button("EraseAll", "Erase"),
    _button("EraseStart", "Erase"),
    _button("StartAll", "Start"),
    _button("StopAll", "Stop"),
    _button("ReadAllOnce", "Read"),
    _button("StatusAllOnce", "Status"),
    _shown("AcquireBusy", "A start has not completed", ("Done", "Busy")),
    _shown("Acquiring", "Acquiring", ("Done", "Acquiring")),
    menu("PresetMode", "What ends an acquisition", PRESET_MODES, 1),
    double("PresetReal", "Preset real time", 1.0, "s"),
    double("PresetLive", "Preset live time", 0.0, "s"),
    integer("PresetEvents", "Preset events"),
    integer("PresetTriggers", "Preset triggers"),
    readback("ElapsedReal", "Longest elapsed real time", "s"),
    readback("ElapsedLive", "Longest elapsed live time", "s"),
    readback("DeadTime", "Mean dead time", "%"),
    readback("IDeadTime", "Mean dead time since the last status", "%"),
)
_MAPPING = (
    *pairs(
        menu("CollectMode", "One spectrum, or a map", COLLECT_MODES),
        menu("PixelAdvanceMode", "What advances the pixels", ADVANCE_MODES),
        integer("PixelsPerRun", "Pixels that end a map; 0: none do", 1),
        yes_no("AutoPixelsPerBuffer", "As many pixels in a buffer as fit", 1),
        integer("PixelsPerBuffer", "Pixels in a buffer", -1),
        yes_no("IgnoreGate", "The gate inhibits nothing"),
        integer("SyncCount", "Pulses that advance by one pixel", 1),
        menu("InputLogicPolarity", "Logic of the input", ("Normal", "Inverted")),
        yes_no("AutoApply", "Settings are applied at once", 1),
    ),
    _button("NextPixel", "Next"),
    integer("Apply", "Any put applies settings"),
    shown_integer("BufferSize_RBV", "Words of a buffer"),
    shown_integer("CurrentPixel", "Pixels so far"),
    readback("MBytesRead_RBV", "Read so far", "MB"),
    menu("GateSignal", "What arrives at the input; of the simulation only", ("Low", "High")),
)
SYSTEM_FIELDS = table((*_SYSTEM, *_MAPPING))

_FILTERS = (
    ("TriggerPeakingTime", "Peaking time of the fast filter", 0.1, "us"),
    ("TriggerThreshold", "Threshold of the fast filter", 1.0, "keV"),
    ("TriggerGapTime", "Gap of the fast filter", 0.0, "us"),
    ("PeakingTime", "Peaking time of the energy filter", 1.0, "us"),
    ("EnergyThreshold", "Threshold of the energy filter", 0.0, "keV"),
    ("GapTime", "Gap of the energy filter", 0.2, "us"),
    ("MaxWidth", "Longest pulse of the fast filter", 0.4, "us"),
    ("PreampGain", "Gain of the preamplifier", 5.0, "mV/keV"),
    ("MaxEnergy", "Energy of the last channel", 20.0, "keV"),
)
ELEMENT_FIELDS = table(
    (
        *pairs(
            menu("PresetMode", "What ends its acquisition", PRESET_MODES, 1),
            integer("PresetEvents", "Preset events"),
            integer("PresetTriggers", "Preset triggers"),
            *(double(*each) for each in _FILTERS),
        ),
        readback("ElapsedRealTime", "Elapsed real time", "s"),
        readback("ElapsedTriggerLiveTime", "Time the fast filter was ready", "s"),
        readback("ElapsedLiveTime", "Elapsed live time", "s"),
        shown_integer("Triggers", "Pulses the fast filter has seen"),
        shown_integer("Events", "Pulses in the spectrum"),
        shown_integer("Overflows", "Pulses above the spectrum"),
        shown_integer("Underflows", "Pulses below it"),
        readback("InputCountRate", "Triggers per second it was ready", "Hz"),
        readback("OutputCountRate", "Events per second", "Hz"),
    )
)


def buffer_fields(words: int) -> dict[str, Field]:
    """Return the PVs that show the last buffer of a map: those of NDStdArrays that clients use."""
    return table(
        (
            *pairs(menu("EnableCallbacks", "Take buffers", ("Disable", "Enable"))),
            shown_integer("UniqueId_RBV", "Number of the buffer"),
            shown_integer("ArraySize0_RBV", "Words of a module"),
            shown_integer("ArraySize1_RBV", "Modules"),
            array("ArrayData", Kind.LONG, "The last buffer, module by module", words),
        )
    )
