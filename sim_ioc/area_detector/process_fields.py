"""The PVs of the processing plugin: those of NDProcess.template of ADCore."""

from sim_ioc.area_detector.ndarray import DATA_TYPES
from sim_ioc.area_detector.pairs import enable, integer, pairs, shown_integer, shown_word, yes_no
from sim_ioc.area_detector.plugin_fields import PLUGIN_FIELDS
from sim_ioc.area_detector.processing import COEFFICIENTS, FILTERS
from sim_ioc.channel_access.fields import double, menu, readback, string, table

#: The words of FilterType.
FILTER_TYPES = tuple(FILTERS)
#: The index of the word of DataTypeOut behind those of the types.
AUTOMATIC = len(DATA_TYPES)
_FIRST = dict(zip(COEFFICIENTS, FILTERS["RecursiveAve"], strict=True))
_VALID = ("Invalid", "Valid")
_SEQUENCES = (*(f"{name}Seq" for name in FILTER_TYPES), "FilterTypeSeq")

_CORRECTION = pairs(
    menu("DataTypeOut", "Type of the pixels passed on", (*DATA_TYPES, "Automatic"), AUTOMATIC),
    yes_no("SaveBackground", "Keep the last frame as background"),
    enable("EnableBackground", "Subtract the background"),
    yes_no("SaveFlatField", "Keep the last frame as flat field"),
    enable("EnableFlatField", "Divide by the flat field"),
    double("ScaleFlatField", "What a frame like the flat field becomes", 255.0),
    enable("EnableOffsetScale", "Add Offset, then multiply by Scale"),
    double("Offset", "Added to each pixel"),
    double("Scale", "Multiplies each pixel", 1.0),
    enable("EnableLowClip", "Replace pixels below LowClipThresh"),
    double("LowClipThresh", "Lowest pixel that stays"),
    double("LowClipValue", "What lower pixels become"),
    double("LowClip", "Sets LowClipThresh and LowClipValue"),
    enable("EnableHighClip", "Replace pixels above HighClipThresh"),
    double("HighClipThresh", "Highest pixel that stays", 100.0),
    double("HighClipValue", "What higher pixels become", 100.0),
    double("HighClip", "Sets HighClipThresh and HighClipValue", 100.0),
)
_FILTER = pairs(
    enable("EnableFilter", "Filter with frames before"),
    yes_no("ResetFilter", "Begin anew with the next frame", 1),
    yes_no("AutoResetFilter", "Begin anew after NumFilter frames"),
    menu("FilterCallbacks", "Which frames are passed on", ("Every array", "Array N only")),
    integer("NumFilter", "Frames to filter", 1),
    double("OOffset", "Offset of what is passed on"),
    double("OScale", "Scale of what is passed on", 1.0),
    double("FOffset", "Offset of what is kept"),
    double("FScale", "Scale of what is kept", 1.0),
    double("ROffset", "Offset at the beginning"),
    *(
        double(name, f"Coefficient {name} of the filter", float(_FIRST[name] or 0))
        for name in COEFFICIENTS
    ),
)

PROCESS_FIELDS = PLUGIN_FIELDS | table(
    (
        *_CORRECTION,
        *_FILTER,
        menu("FilterType", "Sets the coefficients", FILTER_TYPES),
        menu("AutoOffsetScale", "Fill the range of the type", ("Done", "Calculating")),
        shown_word("ValidBackground_RBV", "A background that fits is kept", _VALID),
        shown_word("ValidFlatField_RBV", "A flat field that fits is kept", _VALID),
        readback("NumFilterRecip", "1 / NumFilter"),
        shown_integer("NumFiltered_RBV", "Frames filtered so far"),
        string("PortBackup", "Port to return to after a file was read"),
        integer("ReadBackgroundTIFFSeq", "Read a background: without effect"),
        integer("ReadFlatFieldTIFFSeq", "Read a flat field: without effect"),
        *(shown_integer(name, "Sets coefficients, done by FilterType") for name in _SEQUENCES),
    )
)
