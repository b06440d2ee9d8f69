"""How single lines of a SPEC data file are written; pure text, see `callbacks.spec_block`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

#: Motors on one ``#O`` or ``#P`` line.
MOTORS_PER_LINE = 8

#: A number that was not read, as text.
MISSING = "NaN"
#: The calibration of channels that have none.
TO_CHANNELS = (0.0, 1.0, 0.0)
#: A channel that was not counted, as text.
MISSING_CHANNEL = "1.0e999"

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: What the line with the uid of a run begins with.
UID_LINE = "#MD uid = "


def spec_date(timestamp: float) -> str:
    """Write a POSIX time as SPEC does, in local time and English whatever the locale is."""
    then = datetime.fromtimestamp(timestamp).astimezone()
    day, month = _DAYS[then.weekday()], _MONTHS[then.month - 1]
    return f"{day} {month} {then.day:02d} {then:%H:%M:%S} {then.year:04d}"


def one_line(text: object) -> str:
    r"""Write any text on one line; line ends, escapes and the like become ``\n``, ``\x1b``."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in str(text)
    )


def label(name: str) -> str:
    """Give a column or motor name without white space, which separates names in a SPEC file."""
    return "_".join(one_line(name).split()) or "_"


def number(value: object) -> str:
    """Write a number with all its digits; what is none becomes NaN.

    Infinity is written as a number too large for a double, which every reader takes for it, as
    silx and PyMca do not know the word.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, int):
        return str(int(value))
    if not isinstance(value, float) or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "1e999" if value > 0 else "-1e999"
    return repr(value)


def row(values: Sequence[object]) -> str:
    """Write one line of data.

    A NaN at either end of the line is signed: silx and PyMca begin a value only at a digit, sign or
    point, and would otherwise miss a column and drop the line.
    """
    return line_of([number(value) for value in values])


def line_of(numbers: Sequence[str]) -> str:
    """Write numbers that are text already as one line of data; see `row`."""
    tokens = list(numbers)
    for edge in (0, -1):
        if tokens[edge] == MISSING:
            tokens[edge] = f"+{MISSING}"
    return f"{' '.join(tokens)}\n"


def spectrum_line(values: Sequence[object]) -> str:
    """Write the channels of one spectrum, as one line however many there are.

    What is no finite number is written as infinity: silx shows NaN as 0 counts, and spec2nexus
    reads no spectrum that has it. A point in every fraction keeps spec2nexus from taking the line
    for integers. Several spectra of a point follow each other, all as ``@A``: silx takes the 1 of
    ``@A1`` for a channel.
    """
    return f"@A {' '.join(map(_channel, values))}\n"


def _channel(value: object) -> str:
    text = number(value)
    if text == MISSING:
        return MISSING_CHANNEL
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0e{exponent}" if e and "." not in mantissa else text


def spectra_lines(spectra: Sequence["Spectrum"]) -> str:
    """Write what is said of spectra before the points: ``#@MCA``, ``#@CHANN``, ``#@CALIB``."""
    if not spectra:
        return ""
    lines = [f"#@MCA %{max(spectrum.channels for spectrum in spectra)}C\n"]
    for spectrum in spectra:
        last = spectrum.first + spectrum.channels - 1
        lines.append(f"#@CHANN {spectrum.channels} {spectrum.first} {last} 1\n")
        # without one for each, readers would give one spectrum the calibration of another
        lines.append(f"#@CALIB {' '.join(map(number, spectrum.calibration))}\n")
    return "".join(lines)


@dataclass(frozen=True)
class Spectrum:
    """A spectrum per point: data key, number of channels, a + b ch + c ch², and its first ch."""

    key: str
    channels: int
    calibration: tuple[float, float, float] = TO_CHANNELS
    first: int = 0


def position_lines(positions: Mapping[str, object]) -> str:
    """Write motor names (``#O``, ``#o``) and their positions (``#P``) in the same order."""
    names = list(positions)
    groups = [names[i : i + MOTORS_PER_LINE] for i in range(0, len(names), MOTORS_PER_LINE)]
    lines = [f"#O{i} {'  '.join(map(label, group))}\n" for i, group in enumerate(groups)]
    lines += [f"#o{i} {' '.join(map(label, group))}\n" for i, group in enumerate(groups)]
    for i, group in enumerate(groups):
        lines.append(f"#P{i} {row([positions[name] for name in group])}")
    return "".join(lines)


def metadata_lines(metadata: Mapping[str, object]) -> str:
    """Write ``#MD key = value`` lines, which readers that do not know them pass over."""
    return "".join(f"#MD {label(key)} = {one_line(value)}\n" for key, value in metadata.items())


def comment_lines(timestamp: float, comments: Sequence[str]) -> str:
    """Write ``#C`` lines, each with the date."""
    date = spec_date(timestamp)
    return "".join(f"#C {date}  {one_line(comment)}\n" for comment in comments)


def preset_line(count_time: object) -> str:
    """Write the preset of a scan: ``#T`` seconds, or ``#M`` monitor counts where it is negative."""
    if not isinstance(count_time, int | float) or not math.isfinite(count_time):
        return ""
    if count_time < 0:
        return f"#M {number(-count_time)}  (MonitorCounts)\n"
    return f"#T {number(count_time)}  (Seconds)\n"


def file_header(name: str, start: Mapping[str, Any]) -> str:
    """Write what begins a SPEC file, blank line included; the Epoch column counts from its #E."""
    time = float(start.get("time", 0.0))
    user = one_line(start.get("user", "unknown"))
    return (
        f"#F {one_line(name)}\n#E {math.floor(time)}\n#D {spec_date(time)}\n"
        f"#C blueline  User = {user}\n\n"
    )


def healed(text: str) -> str:
    """End interrupted text such that a block may follow it.

    A torn last line becomes a comment, as a number that lost its last digits would read as a
    different number.
    """
    if not text:
        return text
    whole, newline, torn = text.rpartition("\n")
    if torn:
        text = f"{whole}{newline}#C incomplete line: {torn}\n"
    return text if text.endswith("\n\n") else text + "\n"
