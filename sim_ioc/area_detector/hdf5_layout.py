"""What an HDF5 file of frames is to be like: told by the plugin to the process that writes it."""

from dataclasses import dataclass

#: The words of Compression, and of the compressors and shuffles of Blosc.
COMPRESSIONS = ("None", "N-bit", "szip", "zlib", "Blosc", "BSLZ4", "LZ4", "JPEG")
BLOSC_COMPRESSORS = ("BloscLZ", "LZ4", "LZ4HC", "SNAPPY", "ZLIB", "ZSTD")
BLOSC_SHUFFLES = ("None", "Byte", "Bit")


@dataclass(frozen=True, slots=True)
class Compression:
    """Say how chunks are compressed; each number is for one of the methods only."""

    method: str = "None"
    zlib_level: int = 6
    blosc_compressor: str = "BloscLZ"
    blosc_shuffle: int = 1
    blosc_level: int = 5
    szip_pixels: int = 16
    bits: int = 0
    bit_offset: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """Describe a file: frames of `shape` and numpy's `dtype`, in chunks of `chunk`.

    `extra` are the sizes of further dimensions, slowest first; without any, frames are simply
    counted. A reader may follow a file that `is_swmr` while it grows.
    """

    shape: tuple[int, int]
    dtype: str
    chunk: tuple[int, int, int]
    extra: tuple[int, ...] = ()
    compression: Compression = Compression()
    fill_value: float = 0.0
    is_swmr: bool = False
    has_attributes: bool = True
    has_performance: bool = False
    attribute_chunk: int = 16384
    frames_to_flush: int = 1

    @classmethod
    def from_json(cls, told: dict[str, object]) -> "Layout":
        """Return the layout that came as JSON, which knows lists only."""
        given = {key: tuple(v) if isinstance(v, list) else v for key, v in told.items()}
        compression = Compression(**told["compression"])  # type: ignore[arg-type]
        return cls(**given | {"compression": compression})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Stamp:
    """Say which frame it is: its number, and when it was taken in EPICS time, since 1990."""

    unique_id: int
    timestamp: float
    epics_seconds: int
    epics_nanoseconds: int
