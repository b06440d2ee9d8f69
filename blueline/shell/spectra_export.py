"""Have the spectra of a run in files of their own (PS-126)."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from blueline.errors import BluelineError
from reduction.plural import numbered

if TYPE_CHECKING:
    from blueline.shell.desk import Desk

#: Seconds that an export may take: a map of a hundred thousand spectra is written in less.
DEADLINE = 600.0


def export_spectra(
    desk: "Desk",
    run: str | int = -1,
    *,
    detector: str = "",
    monitor: str = "",
    folder: str = "",
) -> None:
    """Write the spectra of a finished run into files: one for each point, and a cube of a map.

    The `.mca` files are SPEC's; the cube is HDF5 with rows, columns and channels, also where lines
    of the map were gone to and fro, and divided by a monitor where one is named.

    Examples
    --------
    >>> export_spectra()  # doctest: +SKIP
    >>> export_spectra(12, detector="mca", monitor="I0")  # doctest: +SKIP
    """
    from blueline.runs import RunArchive

    record = RunArchive(desk.session.folder.root).find(str(run))
    if not record.stop:
        message = f"the run {record.name} has not ended; export it when it has"
        raise BluelineError(message)
    where = Path(folder) if folder else record.folder.root / "spectra" / record.journal.stem
    command = [sys.executable, "-P", "-m", "callbacks.nexus_spectra", str(record.journal)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [*command, str(where.absolute()), detector, monitor],
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        message = f"the export has not ended within {DEADLINE:g} s; {where} has what it wrote"
        raise BluelineError(message) from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["the export has failed"]
        raise BluelineError(lines[-1])
    made = done.stdout.split("\n")[:-1]
    desk.show(f"{numbered(len(made), 'file')} in {where}, the last {Path(made[-1]).name}")
