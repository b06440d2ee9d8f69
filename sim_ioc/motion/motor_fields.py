"""The fields of our motor record: names, types and menus of the EPICS motor record (R7-4).

Source of names, types, menus and initial values: motorRecord.dbd of the EPICS motor module; of
units, and of limits of VELO: get_units() and get_control_double() in its motorRecord.cc. Links and
commands that only a controller would follow (RDBL, DOL, RLNK, STOO, INIT …) are there to be read
and empty.
"""

from sim_ioc.channel_access.fields import Field, Kind, double, menu, readback, short, string, table
from sim_ioc.channel_access.record import COMMON_FIELDS, SCANS, SEVERITIES

#: Motor records count steps in 32 bits, RDIF too, which is the difference of two positions.
MOST_STEPS = 2**30 - 1
#: Steps per revolution of the motor at first, as in the record.
STEPS_PER_REVOLUTION = 200

_USER = ("LLM", "HLM")
_DIAL = ("DLLM", "DHLM")
_UNIT = "{EGU}"
_SPEED = "{EGU}/sec"
_NO_YES = ("No", "Yes")


def _position(name: str, description: str, *, writable: bool = True) -> Field:
    return Field(
        name,
        Kind.DOUBLE,
        description,
        unit=_UNIT,
        limits=_DIAL if name.startswith("D") else _USER,
        writable=writable,
        alarms=name in {"VAL", "RBV"},
    )


def _flag(name: str, description: str, initial: int = 0) -> Field:
    return short(name, description, initial, writable=False)


def _steps(name: str, description: str, *, writable: bool = False) -> Field:
    return Field(name, Kind.LONG, description, writable=writable)


def _severity(name: str, description: str, initial: int = 0) -> Field:
    return menu(name, description, SEVERITIES, initial)


def _fixed_menu(name: str, description: str, choices: tuple[str, ...], initial: int = 0) -> Field:
    return Field(name, Kind.ENUM, description, initial, choices, writable=False)


def _link(name: str, description: str) -> Field:
    return string(name, description, writable=False)


_POSITIONS = (
    _position("VAL", "User position wanted"),
    _position("DVAL", "Dial position wanted"),
    _steps("RVAL", "Steps wanted", writable=True),
    double("RLV", "Relative move from VAL; returns to 0", unit=_UNIT),
    _position("RBV", "User position", writable=False),
    _position("DRBV", "Dial position", writable=False),
    _steps("RRBV", "Steps of motor, or of encoder where UEIP is Yes"),
    _steps("RMP", "Steps of the motor"),
    _steps("REP", "Steps of the encoder"),
    readback("DIFF", "DVAL − DRBV", _UNIT),
    _steps("RDIF", "DIFF in steps of the motor"),
    _steps("RVEL", "Steps per second"),
    _position("LVAL", "VAL of the last move", writable=False),
    _position("LDVL", "DVAL of the last move", writable=False),
    _steps("LRVL", "RVAL of the last move"),
    readback("LRLV", "RLV last dealt with", _UNIT),
)
_STATE = (
    _flag("DMOV", "Done moving to VAL", 1),
    _flag("MOVN", "Moving"),
    _flag("TDIR", "Direction of travel in steps: 0 negative, 1 positive"),
    _flag("CDIR", "Direction commanded in steps: 0 negative, 1 positive"),
    _flag("HLS", "At user high limit switch"),
    _flag("LLS", "At user low limit switch"),
    _flag("RHLS", "At limit switch of increasing steps"),
    _flag("RLLS", "At limit switch of decreasing steps"),
    _flag("LVIO", "Last target was beyond the soft limits"),
    _flag("ATHM", "At the home switch"),
    _flag("MISS", "Ran out of retries, or was not let move"),
    _flag("RCNT", "Retries made"),
    Field("MIP", Kind.LONG, "Motion in progress, bits of the record", writable=False),
    readback("MSTA", "Motor status bits"),
    _fixed_menu("LSPG", "SPMG as last acted on", ("Stop", "Pause", "Move", "Go"), 3),
)
_COMMANDS = (
    short("STOP", "Stop now; returns to 0"),
    menu("SPMG", "Stop, pause, one move, go", ("Stop", "Pause", "Move", "Go"), 3),
    short("TWF", "Tweak forward by TWV; returns to 0"),
    short("TWR", "Tweak backward by TWV; returns to 0"),
    double("TWV", "Tweak step", 1.0, _UNIT),
    short("JOGF", "Jog forward while 1"),
    short("JOGR", "Jog backward while 1"),
    short("HOMF", "Home forward; returns to 0"),
    short("HOMR", "Home backward; returns to 0"),
    short("SYNC", "Make the position the target; returns to 0"),
    menu("STUP", "Read the controller once; returns to OFF", ("OFF", "ON", "BUSY")),
    Field("PROC", Kind.CHAR, "Process: read the controller once"),
    menu("CNEN", "Torque; without it nothing moves", ("Disable", "Enable"), 1),
)
_DYNAMICS = (
    Field("VELO", Kind.DOUBLE, "Velocity", 1.0, unit=_SPEED, limits=("VBAS", "VMAX")),
    double("VBAS", "Lowest velocity", 0.0, _SPEED),
    double("VMAX", "Highest velocity; 0: any", 0.0, _SPEED),
    double("S", "VELO in revolutions", 0.0, "rev/sec"),
    double("SBAS", "VBAS in revolutions", 0.0, "rev/sec"),
    double("SMAX", "VMAX in revolutions", 0.0, "rev/sec"),
    double("SBAK", "BVEL in revolutions", 0.0, "rev/sec"),
    double("ACCL", "Time to velocity", 0.2, "sec"),
    double("ACCS", "Acceleration that ACCL makes of VELO", 5.0, "{EGU}/s/s"),
    menu("ACCU", "Which of the two stays when VELO changes", ("Use ACCL", "Use ACCS")),
    double("BDST", "Backlash distance, dial: moves end in its direction", 0.0, _UNIT),
    double("BVEL", "Backlash velocity", 1.0, _SPEED),
    double("BACC", "Backlash time to velocity", 0.2, "sec"),
    Field("FRAC", Kind.FLOAT, "Part of the way that each try makes", 1.0),
    double("JVEL", "Jog velocity", 1.0, _SPEED),
    double("JAR", "Jog acceleration", 5.0, "{EGU}/s/s"),
    double("HVEL", "Home velocity", 1.0, _SPEED),
    double("DLY", "Time to settle before the position is judged", 0.0, "s"),
)
_LIMITS = (
    double("HLM", "User high limit; LLM = HLM: none", unit=_UNIT),
    double("LLM", "User low limit", unit=_UNIT),
    double("DHLM", "Dial high limit; DLLM = DHLM: none", unit=_UNIT),
    double("DLLM", "Dial low limit", unit=_UNIT),
    readback("RHLM", "High limit in steps"),
    readback("RLLM", "Low limit in steps"),
    double("HOPR", "Highest to show on a scale", unit=_UNIT),
    double("LOPR", "Lowest to show on a scale", unit=_UNIT),
)
_ALARMS = (
    double("HIHI", "RBV from here on is alarming, if HHSV says so", unit=_UNIT),
    double("HIGH", "RBV from here on is alarming, if HSV says so", unit=_UNIT),
    double("LOW", "RBV up to here is alarming, if LSV says so", unit=_UNIT),
    double("LOLO", "RBV up to here is alarming, if LLSV says so", unit=_UNIT),
    _severity("HHSV", "Severity of HIHI"),
    _severity("HSV", "Severity of HIGH"),
    _severity("LSV", "Severity of LOW"),
    _severity("LLSV", "Severity of LOLO"),
    _severity("HLSV", "Severity of limit switches and of a target beyond the limits", 2),
    double("ADEL", "Archive deadband; kept only", unit=_UNIT),
    double("MDEL", "Smallest change of RBV that monitors show", unit=_UNIT),
    readback("ALST", "RBV last archived", _UNIT),
    readback("MLST", "RBV last shown to monitors", _UNIT),
)
_CALIBRATION = (
    double("OFF", "User offset", unit=_UNIT),
    menu("DIR", "User direction", ("Pos", "Neg")),
    menu("SET", "Use a position, or set it", ("Use", "Set")),
    short("SSET", "Put SET to Set"),
    short("SUSE", "Put SET to Use"),
    short("IGSET", "Ignore SET"),
    menu("FOFF", "What setting a position changes", ("Variable", "Frozen")),
    short("FOF", "Put FOFF to Frozen"),
    short("VOF", "Put FOFF to Variable"),
    double("MRES", "Size of a step", 1e-4, _UNIT),
    double("ERES", "Size of an encoder step", 1e-4, _UNIT),
    readback("RRES", "Size of a step of the readback link", _UNIT),
    Field("SREV", Kind.LONG, "Steps per revolution", STEPS_PER_REVOLUTION, unit="steps/rev"),
    double("UREV", "Way per revolution", 0.02, "{EGU}/rev"),
    double("RDBD", "Deadband around the target, at least one step", 1e-4, _UNIT),
    double("SPDB", "Targets so near to the readback move nothing", 0.0, _UNIT),
    short("RTRY", "Retries allowed; 0: none", 10),
    menu("RMOD", "How retries go", ("Default", "Arithmetic", "Geometric", "In-Position")),
    menu("UEIP", "Use the encoder, if there is one", _NO_YES),
    _fixed_menu("URIP", "Use the readback link", _NO_YES),
    menu("NTM", "Watch for new targets; a new one always redirects", ("NO", "YES"), 1),
    Field("NTMF", Kind.LONG, "Deadband of NTM; kept only", 2),
    menu("RSTM", "Restore mode; kept only", ("Never", "Always", "NearZero", "Conditional"), 2),
    double("PCOF", "Proportional gain, 0 to 1; kept only"),
    double("ICOF", "Integral gain, 0 to 1; kept only"),
    double("DCOF", "Derivative gain, 0 to 1; kept only"),
)
_DISPLAY = (
    string("EGU", "Unit"),
    short("PREC", "Decimals to show", 4),
    Field("VERS", Kind.FLOAT, "Version of the record that is followed", 7.4, writable=False),
    _flag("CARD", "Card number"),
)
_RECORD = (
    _fixed_menu("DTYP", "Device type", ("Simulation",)),
    _fixed_menu("SCAN", "When the record processes by itself", SCANS),
    _fixed_menu("OMSL", "Where VAL comes from", ("supervisory", "closed_loop")),
    _fixed_menu("LOCK", "Soft channel position lock", ("NO", "YES")),
    _flag("DISP", "Puts disabled"),
    _flag("DISA", "Disabled where equal to DISV"),
    _flag("DISV", "Value of DISA that disables", 1),
    _flag("PACT", "Record active"),
    _flag("UDF", "Value undefined"),
    _link("OUT", "Controller"),
    _link("RDBL", "Readback link"),
    _link("RLNK", "Link that gets the readback"),
    _link("DOL", "Link that VAL comes from"),
    _link("STOO", "Link of STOP"),
    _link("DINP", "Link that DMOV comes from"),
    _link("RINP", "Link that RMP comes from"),
    _link("FLNK", "Record that processes next"),
    _link("INIT", "Commands at the start"),
    _link("PREM", "Commands before a move"),
    _link("POST", "Commands after a move"),
)

MOTOR_FIELDS = table(
    (
        *_POSITIONS,
        *_STATE,
        *_COMMANDS,
        *_DYNAMICS,
        *_LIMITS,
        *_ALARMS,
        *_CALIBRATION,
        *_DISPLAY,
        *_RECORD,
        *COMMON_FIELDS,
    )
)
