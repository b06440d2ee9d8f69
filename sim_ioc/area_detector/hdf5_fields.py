"""The PVs of the HDF5 plugin: those of NDFileHDF5.template of ADCore."""

from collections.abc import Iterator

from sim_ioc.area_detector.file_fields import file_fields
from sim_ioc.area_detector.hdf5_layout import BLOSC_COMPRESSORS, BLOSC_SHUFFLES, COMPRESSIONS
from sim_ioc.area_detector.pairs import OFF_ON, integer, pairs, shown_word, yes_no
from sim_ioc.channel_access.fields import Field, Kind, double, menu, readback, string, table

#: Dimensions that may stand before rows and columns, fastest first.
EXTRA_DIMENSIONS = ("N", "X", "Y", *(str(n) for n in range(3, 10)))
_XML_LENGTH = 2048

_CHUNKS = pairs(
    yes_no("ChunkSizeAuto", "A chunk is one frame high and wide", 1),
    integer("NumRowChunks", "Rows of a chunk; 0: all", unit="pixels"),
    integer("NumColChunks", "Columns of a chunk; 0: all", unit="pixels"),
    integer("NumFramesChunks", "Frames of a chunk; 0: one"),
    *(integer(f"ChunkSize{n}", f"Size of a chunk, dimension {n}") for n in range(2, 10)),
    integer("NDAttributeChunk", "Numbers of a chunk of attributes; 0: 16384"),
    integer("BoundaryAlign", "Alignment in the file: without effect", unit="bytes"),
    integer("BoundaryThreshold", "Least size that is aligned: without effect", 1, "bytes"),
    integer("NumFramesFlush", "Frames after which readers see them; 0: each"),
)
_COMPRESSION = pairs(
    menu("Compression", "How chunks are compressed", COMPRESSIONS),
    integer("NumDataBits", "Bits that N-bit keeps; 0: all", unit="bit"),
    integer("DataBitsOffset", "First bit that N-bit keeps", unit="bit"),
    integer("SZipNumPixels", "Pixels of a block of szip", 16),
    integer("ZLevel", "Level of zlib", 6),
    menu("BloscCompressor", "Method of Blosc", BLOSC_COMPRESSORS),
    menu("BloscShuffle", "How Blosc orders bytes", BLOSC_SHUFFLES, 1),
    integer("BloscLevel", "Level of Blosc", 5),
    integer("JPEGQuality", "Quality of JPEG, which is refused", 90),
)
_MODES = pairs(
    menu("SWMRMode", "A reader may follow the file", OFF_ON),
    menu("PositionMode", "Frames go where attributes say: without effect", OFF_ON),
    yes_no("StoreAttr", "Store number and time of each frame", 1),
    yes_no("StorePerform", "Store how long writing took"),
    yes_no("DimAttDatasets", "Attributes have the dimensions of the data: without effect"),
    double("FillValue", "What stands where no frame was written"),
    Field("XMLFileName", Kind.TEXT, "Layout: without effect", "", length=_XML_LENGTH),
    integer("NumExtraDims", "Dimensions beyond the number of the frame"),
)  # fmt: skip
_SHOWN = (
    menu("FlushNow", "Let readers see what was written", ("Done", "Flush")),
    readback("RunTime", "Time that writing took", "s"),
    readback("IOSpeed", "Speed of writing", "Mbit/s"),
    Field("XMLErrorMsg_RBV", Kind.TEXT, "What is wrong with the layout", "", writable=False,
          length=256),
    shown_word("XMLValid_RBV", "The layout is valid", ("No", "Yes"), 1),
    shown_word("SWMRSupported_RBV", "Readers may follow files", ("Not Supported", "Supported"), 1),
    shown_word("SWMRActive_RBV", "Readers may follow this file", ("Off", "Active")),
    integer("SWMRCbCounter_RBV", "How often readers were shown more", writable=False),
)  # fmt: skip


def _extra() -> Iterator[Field]:
    for name in EXTRA_DIMENSIONS:
        where = f"dimension {name} before rows and columns"
        yield string(f"ExtraDimName{name}_RBV", f"Name of {where}", name, writable=False)
        yield from pairs(
            integer(f"ExtraDimSize{name}", f"Size of {where}", 1),
            integer(f"ExtraDimChunk{name}", f"Chunk of {where}: always 1", 1),
            string(f"PosNameDim{name}", f"Attribute that gives the place in {where}: no effect"),
            string(f"PosIndexDim{name}", f"Attribute with the index in {where}: no effect"),
        )


HDF5_FIELDS = file_fields("HDF5") | table((*_CHUNKS, *_COMPRESSION, *_MODES, *_SHOWN, *_extra()))
