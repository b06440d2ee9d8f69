"""The PVs of the statistics plugin: those of NDStats.template of ADCore."""

from collections.abc import Iterator

from sim_ioc.area_detector.pairs import (
    READBACK,
    integer,
    pairs,
    shown_integer,
    shown_word,
    yes_no,
)
from sim_ioc.area_detector.plugin_fields import PLUGIN_FIELDS
from sim_ioc.channel_access.fields import Field, Kind, array, double, menu, readback, table

#: Bins that a histogram may have, and points that a series may have.
MOST_BINS, MOST_POINTS = 4096, 2048

#: What is told of each frame, by the name that readback and series share.
STATISTICS = {
    "MinValue": "Lowest pixel",
    "MinX": "Column of the lowest pixel",
    "MinY": "Row of the lowest pixel",
    "MaxValue": "Highest pixel",
    "MaxX": "Column of the highest pixel",
    "MaxY": "Row of the highest pixel",
    "MeanValue": "Mean of the pixels",
    "Sigma": "Standard deviation of the pixels",
    "Total": "Sum of the pixels",
    "Net": "Sum above the background at the edges",
}
MOMENTS = {
    "CentroidTotal": "Sum of the pixels above the threshold",
    "CentroidX": "Middle of the light, columns",
    "CentroidY": "Middle of the light, rows",
    "SigmaX": "Width of the light, columns",
    "SigmaY": "Width of the light, rows",
    "SigmaXY": "Correlation of columns and rows",
    "SkewX": "Skewness, columns",
    "SkewY": "Skewness, rows",
    "KurtosisX": "Excess kurtosis, columns",
    "KurtosisY": "Excess kurtosis, rows",
    "Eccentricity": "How far from round",
    "Orientation": "Angle of the longer axis",
}
#: What a series collects besides.
TIMESTAMP = "Timestamp"
#: Readbacks that may be set to anything, as their records are written once at the start.
_SETTABLE = {"Sigma": "SigmaValue"}
_PROFILES = {
    "Average": "Mean over the other axis",
    "Threshold": "Mean of what is above the threshold",
    "Centroid": "At the centroid",
    "Cursor": "At the cursor",
}

_SETTINGS = pairs(
    yes_no("ComputeStatistics", "Compute statistics", 1),
    integer("BgdWidth", "Width of the edge that is background", 1, "pixels"),
    yes_no("ComputeCentroid", "Compute the moments"),
    double("CentroidThreshold", "Least pixel that moments heed", 1.0),
    yes_no("ComputeProfiles", "Compute profiles"),
    integer("CursorX", "Column of the cursor", 256, "pixels"),
    integer("CursorY", "Row of the cursor", 256, "pixels"),
    yes_no("ComputeHistogram", "Compute the histogram"),
    integer("HistSize", "Bins of the histogram", 256),
    double("HistMin", "Middle of the first bin"),
    double("HistMax", "Middle of the last bin", 255.0),
    integer("HistBelow", "Pixels below the histogram"),
    integer("HistAbove", "Pixels above the histogram"),
    double("HistEntropy", "Entropy of the histogram"),
)
_SERIES = (
    menu("TSControl", "Control the series", ("Erase/Start", "Start", "Stop", "Read"), 2),
    integer("TSNumPoints", "Points of a series", MOST_POINTS),
    shown_integer("TSCurrentPoint", "Points so far"),
    shown_word("TSAcquiring", "Points are being added", ("Done", "Acquiring")),
    menu("TSRead", "Update the arrays of the series", ("Done", "Read")),
    *(
        array(f"TS{name}", Kind.DOUBLE, f"Series: {what}", MOST_POINTS)
        for name, what in (STATISTICS | MOMENTS | {TIMESTAMP: "Time since 1990"}).items()
    ),
)
_RESETS = tuple(integer(name, "Set statistics to 0") for name in ("Reset", "Reset1", "Reset2"))


def _values() -> Iterator[Field]:
    for name, what in (STATISTICS | MOMENTS).items():
        unit = "deg" if name == "Orientation" else ""
        yield double(_SETTABLE.get(name, name), what, unit=unit)
        yield readback(name + READBACK, what, unit)


def _profiles(columns: int, rows: int) -> Iterator[Field]:
    for axis, pixels in (("X", columns), ("Y", rows)):
        yield shown_integer(f"ProfileSize{axis}_RBV", f"Pixels of the profiles, {axis}")
        yield shown_integer(f"MaxSize{axis}", f"Pixels that come in, {axis}")
        yield shown_integer(f"Set{axis}HOPR", f"Sets limits of displays, {axis}")
        for name, what in _PROFILES.items():
            yield array(f"Profile{name}{axis}_RBV", Kind.DOUBLE, f"Profile, {axis}: {what}", pixels)


def stats_fields(columns: int, rows: int) -> dict[str, Field]:
    """Return the table for frames of up to so many pixels."""
    histogram = (
        array("Histogram_RBV", Kind.DOUBLE, "Pixels in each bin", MOST_BINS),
        array("HistogramX_RBV", Kind.DOUBLE, "Middle of each bin", MOST_BINS),
        readback("CursorVal", "Pixel at the cursor"),
    )
    own = (*_values(), *_profiles(columns, rows), *histogram)
    return PLUGIN_FIELDS | _SHARED | table(own)


_SHARED = table((*_SETTINGS, *_SERIES, *_RESETS))
