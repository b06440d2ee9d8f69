"""The commands ``blueline runs``: look at what was recorded, export it and repair it."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from blueline.run_record import RunRecord

app = typer.Typer(help="Look at, export and repair what was recorded.", no_args_is_help=True)

Data = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the recorded runs (default: that of the beamline here, or blueline-data)."
    ),
]
Run = Annotated[str, typer.Argument(help="Scan number, beginning of a uid, or -1: last.")]

# -1 is a run, not an option
_NEGATIVE = {"ignore_unknown_options": True}


@app.command("list")
def list_runs(data: Data = None) -> None:
    """List the runs, the newest last."""
    from blueline.runs import RunArchive, run_lines
    from blueline.shell.tables import cut

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for line in run_lines(list(RunArchive(_folder(data)))):
        typer.echo(line if width is None else cut(line, width))


@app.command("show", context_settings=_NEGATIVE)
def show_run(run: Run, data: Data = None) -> None:
    """Show what one run is and which files it has."""
    typer.echo(_record(run, data).text())


@app.command("comment", context_settings=_NEGATIVE)
def comment_run(
    run: Run,
    text: Annotated[str, typer.Argument(help="What is said of it.")],
    data: Data = None,
) -> None:
    """Keep a comment with a run that is over."""
    typer.echo(_record(run, data).add_comment(text))


@app.command("timing", context_settings=_NEGATIVE)
def show_timing(run: Run, data: Data = None) -> None:
    """Show what the time of one run went into, by device and by message."""
    typer.echo(_record(run, data).timing())


@app.command("export", context_settings=_NEGATIVE)
def export_run(
    run: Run,
    to: Annotated[Path, typer.Option(help="Folder for the new files.")],
    data: Data = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="spec, nexus, plot, csv or xdi; may be repeated (default: all)."
        ),
    ] = None,
) -> None:
    """Write the files of a run again, from its journal, into another folder."""
    from blueline.run_export import FORMATS

    for path in _record(run, data).export(to, formats or FORMATS):
        typer.echo(path)


@app.command("frames", context_settings=_NEGATIVE)
def export_frames_of_run(  # noqa: PLR0913, PLR0917 - one for each option
    run: Run,
    to: Annotated[Path, typer.Option(help="Folder for the new files.")],
    data: Data = None,
    form: Annotated[
        str, typer.Option("--format", help="raw, edf, cbf, fits, nxs or hdf5.")
    ] = "edf",
    compression: Annotated[str, typer.Option(help="none, gzip or bitshuffle.")] = "none",
    frames_per_file: Annotated[
        int, typer.Option(help="Frames in each file; 0: all in one.", min=0)
    ] = 0,
    existing: Annotated[
        str, typer.Option(help="Files there already: abort, overwrite, append or multiset.")
    ] = "abort",
) -> None:
    """Write the frames of a run again, in another format, from the files of its detectors."""
    from callbacks.frame_export import FrameExport, export_frames

    how = FrameExport(form, compression, frames_per_file, existing)
    for path in export_frames(_record(run, data).documents(), to, how):
        typer.echo(path)


@app.command("recover")
def recover_runs(data: Data = None) -> None:
    """Close the runs that were interrupted, and rebuild their files from the journal."""
    from blueline.runs import recover_all

    for sentence in recover_all(_folder(data)):
        typer.echo(sentence)


def _record(run: str, data: Path | None) -> "RunRecord":
    from blueline.runs import RunArchive

    return RunArchive(_folder(data)).find(run)


def _folder(data: Path | None) -> Path:
    """Give the folder that is said, or that of the beamline that we are in, or of none."""
    from blueline.config import find_configuration

    folder = None if data is not None else find_configuration()
    if folder is None:
        return data or Path("blueline-data")
    from blueline.config import load_configuration  # takes long to load

    configuration = load_configuration(folder)
    return Path(configuration.data(configuration.sessions[0]))
