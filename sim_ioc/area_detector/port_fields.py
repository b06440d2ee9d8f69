"""The PVs that every port has, camera or plugin: those of NDArrayBase.template of ADCore 3.14."""

from sim_ioc.area_detector.ndarray import DATA_TYPES
from sim_ioc.area_detector.pairs import enable, integer, pairs, shown_integer, shown_word, yes_no
from sim_ioc.channel_access.fields import (
    Field,
    Kind,
    array,
    menu,
    readback,
    string,
    table,
    text,
)

#: Dimensions that an NDArray may have.
DIMENSIONS = 10
#: Text of attributes in XML, which may be put in place of a file name.
_XML_LENGTH = 4096
COLOR_MODES = ("Mono", "Bayer", "RGB1", "RGB2", "RGB3", "YUV444", "YUV422", "YUV421")

_IDENTITY = (
    string("PortName_RBV", "Name of the port", writable=False),
    string(
        "ADCoreVersion_RBV", "Version of areaDetector that is followed", "3.14.0", writable=False
    ),
    string("DriverVersion_RBV", "Version of the driver", "1.0.0", writable=False),
    string("Manufacturer_RBV", "Manufacturer", "blueline", writable=False),
    string("Model_RBV", "Model", "simulated", writable=False),
    string("SerialNumber_RBV", "Serial number", "1", writable=False),
    string("SDKVersion_RBV", "Version of the vendor's library", "1.0.0", writable=False),
    string("FirmwareVersion_RBV", "Version of the firmware", "1.0.0", writable=False),
    string("AsynIO", "Record of the port's asyn interface", writable=False),
)
_SIZES = (
    *pairs(
        integer("NDimensions", "Dimensions of the array"),
        array("Dimensions", Kind.LONG, "Sizes of the array, columns first", DIMENSIONS),
    ),
    *(
        field
        for n in range(DIMENSIONS)
        for field in pairs(
            integer(f"Dim{n}SA", f"Size of dimension {n}"),
            shown_integer(f"ArraySize{n}", f"Size of dimension {n}"),
        )
    ),
    shown_integer("ArraySizeX_RBV", "Columns of the arrays made", unit="pixels"),
    shown_integer("ArraySizeY_RBV", "Rows of the arrays made", unit="pixels"),
    shown_integer("ArraySizeZ_RBV", "Colors of the arrays made"),
    shown_integer("ArraySize_RBV", "Size of the arrays made", unit="bytes"),
    string("Codec_RBV", "Compression of the array in memory", writable=False),
    shown_integer("CompressedSize_RBV", "Size of the array in memory", unit="bytes"),
    shown_word("BayerPattern_RBV", "Colors of the pixels", ("RGGB", "GBRG", "GRBG", "BGGR")),
    *pairs(
        menu("DataType", "Type of the pixels", DATA_TYPES, DATA_TYPES.index("UInt16")),
        menu("ColorMode", "What a pixel is", COLOR_MODES),
    ),
)
_ARRAYS = (
    shown_integer("UniqueId_RBV", "Number of the last array"),
    readback("TimeStamp_RBV", "Time of the last array since 1990", "s"),
    shown_integer("EpicsTSSec_RBV", "Time of the last array since 1990, whole seconds", unit="s"),
    shown_integer("EpicsTSNsec_RBV", "Time of the last array, the rest", unit="ns"),
    *pairs(
        integer("ArrayCounter", "Arrays so far; may be set"),
        enable("ArrayCallbacks", "Arrays are passed on to plugins", 1),
    ),
    readback("ArrayRate_RBV", "Arrays per second", "Hz"),
    text("NDAttributesMacros", "Macros for the file of attributes"),
    Field("NDAttributesFile", Kind.TEXT, "File of attributes, or its text", "", length=_XML_LENGTH),
    shown_word(
        "NDAttributesStatus",
        "What became of the file of attributes",
        (
            "Attributes file OK",
            "File not found",
            "XML syntax error",
            "Macro substitution error",
        ),
        1,
    ),
)
_POOL = (
    readback("PoolMaxMem", "Most memory for arrays; 0: any", "MB"),
    readback("PoolUsedMem", "Memory that arrays take", "MB"),
    shown_integer("PoolMaxBuffers", "Most arrays; 0: any"),
    shown_integer("PoolAllocBuffers", "Arrays made"),
    shown_integer("PoolFreeBuffers", "Arrays free"),
    shown_integer("PoolUsedBuffers", "Arrays in use"),
    yes_no("PoolPollStats", "Update what is told of the pool"),
    yes_no("EmptyFreeList", "Give memory back"),
    menu("PreAllocBuffers", "Make arrays ahead", ("Done", "Allocate")),
    *pairs(integer("NumPreAllocBuffers", "Arrays to make ahead", 100)),
    shown_integer("NumQueuedArrays", "Arrays that wait for plugins"),
)

PORT_FIELDS = table((*_IDENTITY, *_SIZES, *_ARRAYS, *_POOL))
