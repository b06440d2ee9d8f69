"""Export the spectra of a finished run: ``python -m callbacks.nexus_spectra JOURNAL FOLDER``.

One ``.mca`` file for each point, as SPEC writes spectra; of a map also an HDF5 file with rows,
columns and channels, whatever way its lines were gone (PS-126). It is a program of its own, as HDF5
has no place in the process that scans.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from callbacks.errors import CallbackError, ConsumerError
from callbacks.replay import Replay
from callbacks.spec_format import TO_CHANNELS
from callbacks.spectra import Cube, Spectra, cube_of, spectra_of

#: Channels in one line of a file, as many as SPEC writes.
_A_LINE = 16


def export(journal: Path, folder: Path, key: str = "", monitor: str = "") -> list[Path]:
    """Write the files, and give them; a file that is there is never overwritten.

    Raises
    ------
    CallbackError
        The run has no spectra, or a file is there already or cannot be written.
    """
    spectra = spectra_of(Replay(journal), key)
    is_map = len(spectra.start.get("shape") or ()) == 2
    cube = cube_of(spectra, monitor) if is_map or monitor else None
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{journal.stem.partition('_')[0]}_{spectra.key}"
    made = [
        _made(folder / f"{stem}_{number:05}.mca", lambda at, text=text: _write(at, text))
        for number, text in enumerate(mca_texts(spectra), start=1)
    ]
    if cube is not None:
        made.append(_made(folder / f"{stem}_map.h5", lambda at: write_cube(at, spectra, cube)))
    return made


def _made(path: Path, write: Callable[[Path], None]) -> Path:
    """Have a file that is whole or not there."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        os.link(temporary, path)  # unlike a rename, refuses to replace
    except FileExistsError as error:
        message = f"{path} is there already; export to another folder"
        raise ConsumerError(message) from error
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}"
        raise ConsumerError(message) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def mca_texts(spectra: Spectra) -> Iterator[str]:
    """Give the file of each point: where its axes stood, its calibration, its channels."""
    scan = spectra.start.get("scan_id", "?")
    terms = spectra.channels.calibration or TO_CHANNELS
    channels = spectra.values.shape[1]
    first = spectra.channels.first
    names = list(spectra.scanned)
    for number, row in enumerate(spectra.values):
        places = [f"{spectra.columns[name][number]:.9g}" for name in names]
        head = [
            f"#S {number + 1}  {spectra.key} at point {number + 1} of scan {scan}",
            f"#N {max(len(names), 1)}",
            f"#L {'  '.join(names) or 'point'}",
            f"#@MCA %{_A_LINE}C",
            f"#@CHANN {channels} {first} {first + channels - 1} 1",
            f"#@CALIB {' '.join(f'{term:.9g}' for term in terms)}",
            " ".join(places) or str(number + 1),
        ]
        yield "\n".join([*head, _block(row), ""])


def _block(row: np.ndarray) -> str:
    numbers = [f"{value:.9g}" for value in row]
    lines = [" ".join(numbers[at : at + _A_LINE]) for at in range(0, len(numbers), _A_LINE)]
    return "@A " + "\\\n ".join(lines)


def write_cube(path: Path, spectra: Spectra, cube: Cube) -> None:
    """Write an HDF5 file that opens as an image of spectra: NXdata with its axes."""
    import h5py  # noqa: PLC0415 - in this program alone

    energies = spectra.channels.energies(spectra.values.shape[1])
    axis = "channel" if energies is None else "energy"
    third = spectra.channels.numbers(spectra.values.shape[1]) if energies is None else energies
    with h5py.File(path, "w") as file:
        file.attrs["default"] = "entry"
        entry = file.create_group("entry")
        entry.attrs.update({"NX_class": "NXentry", "default": "spectra"})
        entry["title"] = str(spectra.start.get("scan_command", ""))
        entry["run"] = str(spectra.start.get("uid", ""))
        group = entry.create_group("spectra")
        signal = "counts" if cube.normalised is None else "normalised"
        axes = [cube.slow[0], cube.fast[0], axis]
        group.attrs.update({"NX_class": "NXdata", "signal": signal, "axes": axes})
        group.create_dataset("counts", data=cube.values, compression="gzip", compression_opts=1)
        if cube.normalised is not None:
            group.create_dataset("normalised", data=cube.normalised, compression="gzip")
        for name, values in (cube.slow, cube.fast, (axis, third)):
            group[name] = values
        if energies is not None:
            group[axis].attrs["units"] = spectra.channels.units


def main(arguments: list[str]) -> int:
    """Export, and say which files were made; 1 with a sentence where that cannot be."""
    journal, folder, *rest = arguments
    try:
        made = export(Path(journal), Path(folder), *rest)
    except CallbackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{path}\n" for path in made))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
