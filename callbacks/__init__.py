"""Everything that consumes documents: the journal, and isolated from it files and views.

What imports h5py or matplotlib is not imported here, so that the acquisition process never has
them: `callbacks.nexus_file`, `callbacks.plot`; nor is what takes seconds: `callbacks.catalog`.
"""

from callbacks.errors import CallbackError, ConsumerError, JournalError
from callbacks.isolate import InProcess, InThread
from callbacks.journal import Journal, next_scan_id, require_writable
from callbacks.last_scan import LastScan
from callbacks.naming import DataFolder
from callbacks.peaks import Peaks
from callbacks.recorder import Recorder
from callbacks.recover import Recovered, interrupted, recover
from callbacks.replay import Replay
from callbacks.run_columns import read_columns
from callbacks.spec_file import SpecWriter
from callbacks.table import LiveTable

__all__ = [
    "CallbackError",
    "ConsumerError",
    "DataFolder",
    "InProcess",
    "InThread",
    "Journal",
    "JournalError",
    "LastScan",
    "LiveTable",
    "Peaks",
    "Recorder",
    "Recovered",
    "Replay",
    "SpecWriter",
    "interrupted",
    "next_scan_id",
    "read_columns",
    "recover",
    "require_writable",
]
