"""Everything that consumes documents: the journal, and isolated from it files and views.

What imports h5py or matplotlib is not imported here, so that the acquisition process never has
them: `callbacks.nexus_file`, `callbacks.plot`; nor is what takes seconds: `callbacks.catalog`.
"""

from callbacks.consumer_states import ConsumerStates
from callbacks.csv_file import csv_consumer
from callbacks.denoised import Denoise, Denoised
from callbacks.errors import (
    CallbackError,
    CatalogError,
    ConsumerError,
    JournalError,
    ResultError,
)
from callbacks.formulas import Formulas
from callbacks.guard import Guarded
from callbacks.isolate import Consumer, InProcess, InThread, Policy
from callbacks.journal import Journal, next_scan_id, require_writable
from callbacks.last_scan import LastScan
from callbacks.live_fit import LiveFit, LiveNumbers
from callbacks.naming import DataFolder
from callbacks.peaks import Peaks
from callbacks.per_event import PerEvent
from callbacks.plot.plotter import Plotter
from callbacks.plot.selection import PlotSelection
from callbacks.plot.terminal import TerminalPlot
from callbacks.processed_files import ProcessedFiles, Processing, read_processed
from callbacks.processing import Processed, processed
from callbacks.processing_selection import ProcessingSelection
from callbacks.progress import Progress
from callbacks.progress_line import ProgressLine
from callbacks.publish import Publisher
from callbacks.py4syn_writer import FileWriter, numbered_files, site_files
from callbacks.recorder import Recorder
from callbacks.recover import Recovered, interrupted, recover
from callbacks.region_sums import RegionSums
from callbacks.replay import Replay
from callbacks.results import ResultFiles, read_results
from callbacks.run_columns import read_columns
from callbacks.spec_file import SpecWriter
from callbacks.stream_client import Follower, StreamDispatcher, follow
from callbacks.switches import Switched, Switches
from callbacks.table import LiveTable
from callbacks.terminal import StatusScreen
from callbacks.xdi_file import xdi_consumer
from callbacks.xdi_read import read_xdi

__all__ = [
    "CallbackError",
    "CatalogError",
    "Consumer",
    "ConsumerError",
    "ConsumerStates",
    "DataFolder",
    "Denoise",
    "Denoised",
    "FileWriter",
    "Follower",
    "Formulas",
    "Guarded",
    "InProcess",
    "InThread",
    "Journal",
    "JournalError",
    "LastScan",
    "LiveFit",
    "LiveNumbers",
    "LiveTable",
    "Peaks",
    "PerEvent",
    "PlotSelection",
    "Plotter",
    "Policy",
    "Processed",
    "ProcessedFiles",
    "Processing",
    "ProcessingSelection",
    "Progress",
    "ProgressLine",
    "Publisher",
    "Recorder",
    "Recovered",
    "RegionSums",
    "Replay",
    "ResultError",
    "ResultFiles",
    "SpecWriter",
    "StatusScreen",
    "StreamDispatcher",
    "Switched",
    "Switches",
    "TerminalPlot",
    "csv_consumer",
    "follow",
    "interrupted",
    "next_scan_id",
    "numbered_files",
    "processed",
    "read_columns",
    "read_processed",
    "read_results",
    "read_xdi",
    "recover",
    "require_writable",
    "site_files",
    "xdi_consumer",
]
