"""The PVs of every plugin that writes files: those of NDFile.template of ADCore."""

from sim_ioc.area_detector.pairs import integer, pairs, shown_integer, shown_word, yes_no
from sim_ioc.area_detector.plugin_fields import PLUGIN_FIELDS
from sim_ioc.channel_access.fields import Field, Kind, menu, string, table, text

SINGLE, CAPTURE, STREAM = range(3)
_LONGEST_NAME = 512


def file_fields(form: str) -> dict[str, Field]:
    """Return the table of a plugin that writes files of one format."""
    return _FILE_FIELDS | table(
        (
            menu("FileFormat", "Format of the files", (form, "Invalid")),
            shown_word("FileFormat_RBV", "Format of the files", (form, "Undefined")),
        )
    )


_NAMES = (
    *pairs(
        text("FilePath", "Directory of the files"),
        text("FileName", "Name of the files, without number"),
        text("FileTemplate", "How path, name and number make a file name", "%s%s_%3.3d.dat"),
        integer("FileNumber", "Number of the next file", 1),
        yes_no("AutoIncrement", "Each file gets a number of its own", 1),
        integer("CreateDirectory", "Levels of directories to make, as a negative number"),
        string("TempSuffix", "Behind the name of a file that is being written"),
    ),
    yes_no("FileNumber_Sync", "Sets the number: without effect"),
    integer("FileNumber_write", "Sets the number: without effect"),
    Field(
        "FullFileName_RBV",
        Kind.TEXT,
        "Name of the last file",
        "",
        writable=False,
        length=_LONGEST_NAME,
    ),
    shown_word("FilePathExists_RBV", "The directory exists and can be written to", ("No", "Yes")),
)
_WRITING = (
    *pairs(
        yes_no("AutoSave", "Write each frame as it comes"),
        menu("FileWriteMode", "One frame, many at the end, many as they come",
             ("Single", "Capture", "Stream")),
        integer("NumCapture", "Frames of a file; 0: any number", 1),
        yes_no("DeleteDriverFile", "Delete the camera's own file: it has none"),
        yes_no("LazyOpen", "Open the file when the first frame comes"),
    ),
    menu("WriteFile", "Write the last frame, or those captured", ("Done", "Write")),
    shown_word("WriteFile_RBV", "A file is being written", ("Done", "Writing")),
    menu("ReadFile", "Read a file: is refused", ("Done", "Read")),
    shown_word("ReadFile_RBV", "A file is being read", ("Done", "Reading")),
    menu("Capture", "Capture frames, or write them as they come", ("Done", "Capture")),
    shown_word("Capture_RBV", "Frames are captured", ("Done", "Capturing")),
    shown_integer("NumCaptured_RBV", "Frames captured, or in the file"),
    menu("FreeCapture", "Forget captured frames", ("Done", "Free")),
    shown_word("WriteStatus", "Whether it could be written", ("Write OK", "Write error")),
    text("WriteMessage", "Why it could not", writable=False),
)  # fmt: skip

_FILE_FIELDS = PLUGIN_FIELDS | table((*_NAMES, *_WRITING))
