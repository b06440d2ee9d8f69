"""The fields of our motor record: names, types and menus of the EPICS motor record (R7)."""

from enum import IntFlag

from sim_ioc.channel_access.fields import Field, Kind, double, menu, readback, short, string, table
from sim_ioc.channel_access.record import COMMON_FIELDS

#: Motor records count steps in 32 bits, RDIF too, which is the difference of two positions.
MOST_STEPS = 2**30 - 1

_USER = ("LLM", "HLM")
_DIAL = ("DLLM", "DHLM")
_SPEED = "{EGU}/s"


def _position(
    name: str, description: str, limits: tuple[str, str], *, writable: bool = True
) -> Field:
    return Field(name, Kind.DOUBLE, description, unit="{EGU}", limits=limits, writable=writable)


def _flag(name: str, description: str, initial: int = 0) -> Field:
    return short(name, description, initial, writable=False)


_POSITIONS = (
    _position("VAL", "User position wanted", _USER),
    _position("DVAL", "Dial position wanted", _DIAL),
    Field("RVAL", Kind.LONG, "Steps wanted"),
    double("RLV", "Relative move from VAL", unit="{EGU}"),
    _position("RBV", "User position", _USER, writable=False),
    _position("DRBV", "Dial position", _DIAL, writable=False),
    Field("RRBV", Kind.LONG, "Steps", writable=False),
    readback("DIFF", "DVAL − DRBV", "{EGU}"),
    Field("RDIF", Kind.LONG, "RVAL − RRBV", writable=False),
)
_STATE = (
    _flag("DMOV", "Done moving", 1),
    _flag("MOVN", "Moving"),
    _flag("TDIR", "Direction of travel: 0 negative, 1 positive"),
    _flag("HLS", "At user high limit switch"),
    _flag("LLS", "At user low limit switch"),
    _flag("LVIO", "Last target was beyond the soft limits"),
    _flag("ATHM", "At home: dial 0"),
    _flag("MISS", "Stands further from the target than RDBD"),
    _flag("RCNT", "Retries made"),
    readback("MSTA", "Motor status bits"),
)
_COMMANDS = (
    short("STOP", "Stop now; returns to 0"),
    menu("SPMG", "Stop, pause, one move, go", ("Stop", "Pause", "Move", "Go"), 3),
    short("TWF", "Tweak forward by TWV"),
    short("TWR", "Tweak backward by TWV"),
    double("TWV", "Tweak step", 1.0, "{EGU}"),
    short("JOGF", "Jog forward while 1"),
    short("JOGR", "Jog backward while 1"),
    short("HOMF", "Home forward; returns to 0"),
    short("HOMR", "Home backward; returns to 0"),
    menu("CNEN", "Torque", ("Disable", "Enable"), 1),
)
_DYNAMICS = (
    double("VELO", "Velocity", 1.0, _SPEED),
    double("VBAS", "Lowest velocity", 0.0, _SPEED),
    double("VMAX", "Highest velocity; 0: any", 0.0, _SPEED),
    double("ACCL", "Time to velocity", 0.2, "s"),
    double("BDST", "Backlash distance", 0.0, "{EGU}"),
    double("BVEL", "Backlash velocity", 1.0, _SPEED),
    double("BACC", "Backlash time to velocity", 0.2, "s"),
    double("JVEL", "Jog velocity", 1.0, _SPEED),
    double("JAR", "Jog acceleration", 5.0, "{EGU}/s2"),
    double("HVEL", "Home velocity", 1.0, _SPEED),
)
_LIMITS = (
    double("HLM", "User high limit; LLM = HLM: none", unit="{EGU}"),
    double("LLM", "User low limit", unit="{EGU}"),
    double("DHLM", "Dial high limit; DLLM = DHLM: none", unit="{EGU}"),
    double("DLLM", "Dial low limit", unit="{EGU}"),
)
_CALIBRATION = (
    double("OFF", "User offset", unit="{EGU}"),
    menu("DIR", "User direction", ("Pos", "Neg")),
    menu("SET", "Use a position, or set it", ("Use", "Set")),
    menu("FOFF", "What setting a position changes", ("Variable", "Frozen")),
    double("MRES", "Size of a step", 1e-4, "{EGU}"),
    double("ERES", "Size of an encoder step", 1e-4, "{EGU}"),
    double("RDBD", "Deadband around the target", 1e-4, "{EGU}"),
    short("RTRY", "Retries allowed", 10),
    menu("UEIP", "Use the encoder", ("No", "Yes")),
)
_DISPLAY = (
    string("EGU", "Unit"),
    short("PREC", "Decimals to show", 4),
)

MOTOR_FIELDS = table(
    (
        *_POSITIONS,
        *_STATE,
        *_COMMANDS,
        *_DYNAMICS,
        *_LIMITS,
        *_CALIBRATION,
        *_DISPLAY,
        *COMMON_FIELDS,
    )
)


class Status(IntFlag):
    """Name the bits of MSTA, numbered as motor.h of the EPICS motor module numbers them."""

    FORWARD = 1 << 0
    DONE = 1 << 1
    AT_HOME = 1 << 3
    POSITION_KEPT = 1 << 5
    MOVING = 1 << 10
    TORQUE_SWITCHABLE = 1 << 11
    HOMED = 1 << 14
