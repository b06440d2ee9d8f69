"""The PVs of the camera: those of ADBase.template of ADCore and simDetector.template."""

from sim_ioc.area_detector.pairs import integer, pairs, shown_integer, shown_word, yes_no
from sim_ioc.area_detector.port_fields import PORT_FIELDS
from sim_ioc.area_detector.trigger_input import TRIGGER_MODES
from sim_ioc.channel_access.fields import double, menu, readback, table, text

#: DetectorState_RBV.
STATES = (
    "Idle",
    "Acquire",
    "Readout",
    "Correct",
    "Saving",
    "Aborting",
    "Error",
    "Waiting",
    "Initializing",
    "Disconnected",
    "Aborted",
)
SINGLE, MULTIPLE, CONTINUOUS = range(3)

_ACQUISITION = (
    menu("Acquire", "Acquire frames; 0 stops", ("Done", "Acquire")),
    shown_word("Acquire_RBV", "Frames are being acquired", ("Done", "Acquiring")),
    shown_word(
        "AcquireBusy", "The acquisition, or what it waits for, goes on", ("Done", "Acquiring")
    ),
    yes_no("WaitForPlugins", "The acquisition is over when plugins are done"),
    *pairs(
        double("AcquireTime", "Time of one exposure", 0.1, "s"),
        double("AcquirePeriod", "Time from one exposure to the next, at least", 0.0, "s"),
        integer("NumExposures", "Exposures added in one frame", 1),
        integer("NumImages", "Frames of one acquisition", 1),
        menu("ImageMode", "How many frames to take", ("Single", "Multiple", "Continuous"), 2),
        menu("TriggerMode", "What begins an exposure, or all, and what ends it", TRIGGER_MODES),
        menu(
            "FrameType",
            "What a frame is for",
            ("Normal", "Background", "FlatField", "DblCorrelation"),
        ),
    ),
    menu("TriggerSignal", "Level at the trigger input, besides pulses", ("Low", "High")),
    shown_integer("NumExposuresCounter_RBV", "Exposures of this frame so far"),
    shown_integer("NumImagesCounter_RBV", "Frames of this acquisition so far"),
    readback("TimeRemaining_RBV", "Time that the exposure still takes", "s"),
    shown_word("DetectorState_RBV", "What the camera does", STATES),
    text("StatusMessage_RBV", "What the camera does, in words", "Idle", writable=False),
    text("StringToServer_RBV", "Last words to the camera", writable=False),
    text("StringFromServer_RBV", "Last words of the camera", writable=False),
    integer("ReadStatus", "Ask the camera how it is"),
)
_SENSOR = (
    shown_integer("MaxSizeX_RBV", "Columns of the sensor", unit="pixels"),
    shown_integer("MaxSizeY_RBV", "Rows of the sensor", unit="pixels"),
    *pairs(
        integer("BinX", "Columns added in one", 1, "pixels"),
        integer("BinY", "Rows added in one", 1, "pixels"),
        integer("MinX", "First column of the region", unit="pixels"),
        integer("MinY", "First row of the region", unit="pixels"),
        integer("SizeX", "Columns of the region", unit="pixels"),
        integer("SizeY", "Rows of the region", unit="pixels"),
        yes_no("ReverseX", "Columns are read from right to left"),
        yes_no("ReverseY", "Rows are read from bottom to top"),
        double("Gain", "Counts are multiplied by this", 1.0),
        double("Temperature", "Temperature to cool to", 25.0, "C"),
    ),
    readback("TemperatureActual", "Temperature of the sensor", "C"),
)
_SHUTTER = (
    *pairs(
        menu("ShutterMode", "Which shutter is used", ("None", "EPICS PV", "Detector output")),
        menu("ShutterControl", "Open or close the shutter", ("Close", "Open")),
        double("ShutterOpenDelay", "Time from the command until it is open", 0.0, "s"),
        double("ShutterCloseDelay", "Time from the command until it is closed", 0.0, "s"),
    ),
    shown_word("ShutterStatus_RBV", "State of the shutter", ("Closed", "Open")),
    shown_word("ShutterControlEPICS", "Asked of the shutter behind PVs", ("Closed", "Open")),
    shown_word("ShutterStatusEPICS_RBV", "State of the shutter behind PVs", ("Closed", "Open")),
    shown_integer("ShutterFanout", "Tells the shutter behind PVs"),
    shown_integer("ShutterOpenEPICS", "What opens the shutter behind PVs"),
    shown_integer("ShutterCloseEPICS", "What closes the shutter behind PVs"),
)
#: ADSimDetector draws patterns with these; a camera that looks at physics only keeps them.
_PATTERN = pairs(
    menu(
        "SimMode", "Pattern: without effect", ("LinearRamp", "Peaks", "Sine", "Offset&Noise"), 1
    ),
    integer("Reset", "Begin the pattern anew: without effect"),
    *(double(f"Gain{part}", f"Gain {part} of the pattern: without effect", 1.0)
      for part in ("X", "Y", "Red", "Green", "Blue")),
    double("Offset", "Offset of the pattern: without effect"),
    double("Noise", "Noise of the pattern: without effect"),
    double("PeakVariation", "Variation of the pattern: without effect"),
    *(integer(f"Peak{part}{axis}", f"{part} of peaks of the pattern, {axis}: without effect")
      for part in ("Num", "Start", "Step", "Width") for axis in ("X", "Y")),
)  # fmt: skip

CAMERA_FIELDS = PORT_FIELDS | table((*_ACQUISITION, *_SENSOR, *_SHUTTER, *_PATTERN))
