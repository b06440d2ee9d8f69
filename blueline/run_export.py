"""The files of a run, made again in another folder."""

from collections.abc import Sequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blueline.errors import BluelineError
from callbacks import DataFolder, SpecWriter
from callbacks.errors import ConsumerError

if TYPE_CHECKING:
    from blueline.run_record import RunRecord

#: What a run can be exported to.
FORMATS = ("spec", "nexus", "plot", "csv", "xdi")


def export_run(record: "RunRecord", to: Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Make files of a run in another folder; see `blueline.run_record.RunRecord.export`."""
    to.mkdir(parents=True, exist_ok=True)
    consumers = [_exporter(each, to, record.folder.data_set) for each in formats]
    with ExitStack() as closing:
        for consumer in consumers:
            closing.callback(consumer.close)
        for name, doc in record.documents():
            told = {**doc, "save": True} if name == "start" and not record.is_saved else doc
            for consumer in consumers:
                consumer(name, told)
    for consumer in consumers:
        for problem in getattr(consumer, "problems", ()):
            raise ConsumerError(problem)
    return [Path(path) for consumer in consumers for path in consumer.paths]


def _exporter(kind: str, to: Path, data_set: str) -> Any:  # noqa: ANN401 - any consumer of files
    if kind == "spec":
        return SpecWriter(DataFolder(to, data_set).spec_path)
    makers = {
        "nexus": "callbacks.nexus_file:nexus_consumer",
        "plot": "callbacks.plot:plot_consumer",
        "csv": "callbacks.csv_file:csv_consumer",
        "xdi": "callbacks.xdi_file:xdi_consumer",
    }
    if kind not in makers:
        message = f"there is no format {kind!r} to export to; there are {', '.join(FORMATS)}"
        raise BluelineError(message)
    module, _, name = makers[kind].partition(":")
    return getattr(import_module(module), name)(str(to), data_set)
