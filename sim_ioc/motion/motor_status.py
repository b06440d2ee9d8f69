"""What a motor record says of its state in bits: MSTA, MIP, and the switch SPMG."""

from enum import Enum, IntFlag, auto


class Status(IntFlag):
    """Name the bits of MSTA, numbered as motor.h of the EPICS motor module numbers them."""

    FORWARD = 1 << 0
    DONE = 1 << 1
    PLUS_LIMIT = 1 << 2
    AT_HOME = 1 << 3
    POSITION_KEPT = 1 << 5
    STALLED = 1 << 6
    ENCODER_AT_HOME = 1 << 7
    ENCODER_PRESENT = 1 << 8
    PROBLEM = 1 << 9
    MOVING = 1 << 10
    GAIN_SUPPORT = 1 << 11
    NO_ANSWER = 1 << 12
    MINUS_LIMIT = 1 << 13
    HOMED = 1 << 14


class Purpose(Enum):
    """Say why the axis travels, which decides what its end means."""

    NONE = auto()
    MOVE = auto()
    RETRY = auto()
    JOG_FORWARD = auto()
    JOG_BACKWARD = auto()
    BACKLASH_OF_JOG = auto()
    HOME_FORWARD = auto()
    HOME_BACKWARD = auto()
    STOP = auto()
    PAUSE = auto()


#: MIP by purpose: the bits of motorRecord.cc that stand for the same.
IN_PROGRESS = {
    Purpose.NONE: 0x0000,
    Purpose.MOVE: 0x0020,
    Purpose.RETRY: 0x0060,
    Purpose.JOG_FORWARD: 0x0001,
    Purpose.JOG_BACKWARD: 0x0002,
    Purpose.BACKLASH_OF_JOG: 0x4000,
    Purpose.HOME_FORWARD: 0x0008,
    Purpose.HOME_BACKWARD: 0x0010,
    Purpose.STOP: 0x0200,
    Purpose.PAUSE: 0x0200,
}
JOGS = frozenset({Purpose.JOG_FORWARD, Purpose.JOG_BACKWARD})
HOMES = frozenset({Purpose.HOME_FORWARD, Purpose.HOME_BACKWARD})
#: What goes to a target that somebody gave.
MOVES = frozenset({Purpose.MOVE, Purpose.RETRY})


class Hindrance(Enum):
    """Say what kept the axis from where it was sent."""

    NONE = auto()
    SWITCH = auto()
    STALL = auto()
    NO_TORQUE = auto()
    NO_ANSWER = auto()


class Spmg(Enum):
    """Name the positions of the SPMG switch."""

    STOP = 0
    PAUSE = 1
    MOVE = 2
    GO = 3
