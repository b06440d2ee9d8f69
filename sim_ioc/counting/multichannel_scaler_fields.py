"""The PVs of a multichannel scaler.

Names and menus as in SIS38XX.template of https://github.com/epics-modules/mca.
"""

from collections.abc import Mapping
from functools import lru_cache

from sim_ioc.channel_access.fields import Field, Kind, double, menu, readback, short, table

_NO_YES = ("No", "Yes")
_NORMAL_INVERTED = ("Normal", "Inverted")


def _button(name: str, description: str, word: str) -> Field:
    return menu(name, description, ("Done", word))


def _shown(name: str, description: str, choices: tuple[str, ...], initial: int = 0) -> Field:
    return Field(name, Kind.ENUM, description, initial, choices, writable=False)


def _shown_integer(name: str, description: str, initial: int = 0) -> Field:
    return Field(name, Kind.LONG, description, initial, writable=False)


@lru_cache(maxsize=8)
def scaler_group_fields(channels: int) -> Mapping[str, Field]:
    """Return the members of a group with so many channels."""
    return table(
        (
            _button("EraseAll", "Erase", "Erase"),
            _button("EraseStart", "Erase and start; completes at the end", "Erase"),
            _button("StartAll", "Go on; completes at the end", "Start"),
            _button("StopAll", "Stop", "Stop"),
            _shown("Acquiring", "Acquiring", ("Done", "Acquiring")),
            _shown("HardwareAcquiring", "Counters are on", ("Done", "Acquiring")),
            readback("ElapsedReal", "Time since the start", "s"),
            _button("ReadAll", "Show what has been counted", "Read"),
            _button("ReadAllOnce", "Show what has been counted", "Read"),
            _button("DoReadAll", "Show what has been counted", "Read"),
            Field("NuseAll", Kind.LONG, "Channels to count", min(channels, 1000)),
            _shown_integer("CurrentChannel", "Channel that counts, from 0"),
            double("Dwell", "Time of a channel with internal advance", 0.1, "s"),
            double("PresetReal", "Time after which it ends, 0 for none", 0.0, "s"),
            menu("ChannelAdvance", "What ends a channel", ("Internal", "External")),
            menu("CountOnStart", "Count before the first external pulse", _NO_YES),
            menu("InitialChannelAdvance", "The start is the first pulse", _NO_YES),
            menu("SoftwareChannelAdvance", "Any put ends the channel", _NO_YES),
            menu("Channel1Source", "What signal 1 counts", ("Int. clock", "External")),
            Field("Prescale", Kind.LONG, "External pulses per channel", 1),
            menu("EnableClientWait", "Starts wait for the client", ("Disable", "Enable")),
            _button("SetClientWait", "Have the next start wait", "SetClientWait"),
            menu("ClientWait", "A client still reads", ("Done", "Wait")),
            _shown("AcquireMode", "What the electronics are used as", ("MCS", "Scaler")),
            short("MUXOutput", "Signal on output 7", 3),
            menu("UserLED", "Lamp at the front", ("Low/Off", "High/On")),
            menu("InputMode", "Use of inputs", tuple(f"Mode {n}" for n in range(7)), 3),
            menu("InputPolarity", "Polarity of inputs", _NORMAL_INVERTED),
            menu("OutputMode", "Use of outputs", tuple(f"Mode {n}" for n in range(4)), 3),
            menu("OutputPolarity", "Polarity of outputs", _NORMAL_INVERTED),
            menu("LNEStretcherEnable", "Longer advance pulse", ("Disable", "Enable")),
            menu("LNEOutputPolarity", "Polarity of the advance pulse", _NORMAL_INVERTED),
            double("LNEOutputWidth", "Width of the advance pulse", 0.0, "s"),
            double("LNEOutputDelay", "Delay of the advance pulse", 0.0, "s"),
            _shown("Model", "Model", ("SIS3801", "SIS3820"), 1),
            _shown_integer("Firmware", "Firmware", 0x0111),
            _shown_integer("MaxChannels", "Channels there are", channels),
            _shown("SNL_Connected", "Sequencer", ("Not connected", "Connected"), 1),
        )
    )
