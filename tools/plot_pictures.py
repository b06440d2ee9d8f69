"""Draw the pictures of docs/how-to/look-at-a-scan.md from made-up but reproducible scans.

They are documents of small experiments with seeded noise, drawn by the consumer that draws real
ones. Run: python -m tools.plot_pictures [FOLDER]
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callbacks.plot import draw
from callbacks.plot.board import Board

FOLDER = Path(__file__).parents[1] / "docs" / "images" / "generated"
#: A moment in November 2025.
_BEGAN = 1763719200.0
_SECONDS = 0.37

Documents = list[tuple[str, dict[str, Any]]]
Floats = NDArray[np.float64]


def number(units: str = "") -> dict[str, Any]:
    """Describe one number per point."""
    return {"source": "made up", "dtype": "number", "shape": [], "units": units}


def scan(
    scan_id: int,
    command: str,
    axes: Mapping[str, tuple[str, Floats]],
    counters: Mapping[str, tuple[str, Any]],
    *,
    extra: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Documents:
    """Make the documents of a scan; `axes` and `counters` give a unit and the values."""
    uid = f"picture-{scan_id}"
    start: dict[str, Any] = {
        "uid": uid,
        "time": _BEGAN + 100 * scan_id,
        "scan_id": scan_id,
        "scan_command": command,
        "motors": list(axes),
        "detectors": ["scaler"],
        "sample": "Cu foil",
        "hints": {"dimensions": [[[name], "primary"] for name in axes]},
        **(extra or {}),
    }
    keys = {name: _described(unit, values) for name, (unit, values) in {**axes, **counters}.items()}
    hinted = [name for name in counters if keys[name]["dtype"] == "number"]
    descriptor = {
        "uid": f"{uid}-primary",
        "run_start": uid,
        "name": "primary",
        "time": start["time"],
        "data_keys": keys,
        "hints": {"scaler": {"fields": hinted}, **{name: {"fields": [name]} for name in axes}},
    }
    documents: Documents = [("start", start), ("descriptor", descriptor)]
    everything = {name: values for name, (_, values) in {**axes, **counters}.items()}
    for point in range(len(next(iter(everything.values())))):
        data = {name: _plain(values[point]) for name, values in everything.items()}
        when = start["time"] + 1 + _SECONDS * point
        event = {"uid": f"{uid}-{point}", "descriptor": f"{uid}-primary", "seq_num": point + 1}
        documents.append(("event", {**event, "time": when, "data": data, "timestamps": {}}))
    stop = {"uid": f"{uid}-stop", "run_start": uid, "time": start["time"] + 90, "reason": reason}
    documents.append(("stop", {**stop, "exit_status": "abort" if reason else "success"}))
    return documents


def _described(units: str, values: Any) -> dict[str, Any]:  # noqa: ANN401 - an array or a list
    shape = list(np.shape(values)[1:])
    kind = {"dtype": "array", "shape": shape} if shape else {}
    return {**number(units), **kind, "object_name": "scaler"}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a number or an array
    return value.tolist() if isinstance(value, np.ndarray) else float(value)


def gaussian(x: Floats, center: float, sigma: float) -> Floats:
    """Give a bump of height 1."""
    return np.exp(-0.5 * ((x - center) / sigma) ** 2)


def _counted(rng: np.random.Generator, expected: Floats) -> Floats:
    return rng.poisson(expected).astype(np.float64)


def peak(rng: np.random.Generator, scan_id: int = 12, center: float = 1.3) -> Documents:
    """Scan across a peak with a monitor."""
    x = np.linspace(-2, 4, 41)
    counters = {
        "I0": ("counts", _counted(rng, np.full(x.shape, 1e6))),
        "If": ("counts", _counted(rng, 1200 * gaussian(x, center, 0.6) + 40)),
    }
    asked = {"plot": {"x": "x", "y": ["If"]}}
    return scan(scan_id, "ascan x -2 4 40 0.1", {"x": ("mm", x)}, counters, extra=asked)


def absorption(rng: np.random.Generator) -> Documents:
    """Scan an axis with two counters and a quotient of them on the left."""
    x = np.linspace(-3, 3, 61)
    i0 = _counted(rng, 1e6 * (1 + 0.02 * np.sin(x)))
    counters = {
        "I0": ("counts", i0),
        "It": ("counts", _counted(rng, i0 * np.exp(-1.1 * gaussian(x, -0.4, 0.9)))),
    }
    asked = {"plot": {"x": "th", "y": ["log(I0/It)"], "right": ["It"]}}
    return scan(21, "ascan th -3 3 60 0.2", {"th": ("deg", x)}, counters, extra=asked)


def many(rng: np.random.Generator) -> Documents:
    """Scan with counters of very different sizes, and points that failed."""
    x = np.linspace(0, 10, 81)
    broken = np.where((x > 6) & (x < 6.8), np.nan, 1.0)
    counters = {
        "I0": ("counts", _counted(rng, 1e6 - 3e3 * x)),
        "If": ("counts", _counted(rng, 900 * gaussian(x, 4, 1) + 30) * broken),
        "Ka": ("counts", _counted(rng, 500 * gaussian(x, 4, 1) + 20) * broken),
        "temperature": ("K", 295 + 0.02 * x + rng.normal(0, 0.003, x.size)),
    }
    return scan(22, "ascan y 0 10 80 0.1", {"y": ("mm", x)}, counters)


def filtered(rng: np.random.Generator) -> Documents:
    """Scan a knife edge and look at its derivative, smoothed."""
    x = np.linspace(-1, 1, 81)
    height = 8000 / (1 + np.exp(-(x - 0.15) / 0.08)) + 50
    counters = {
        "I0": ("counts", _counted(rng, np.full(x.shape, 5e5))),
        "diode": ("counts", _counted(rng, height)),
    }
    plot = {"y": ["diode"], "filters": ["monitor:I0", "mean:5", "derivative"]}
    axes = {"vgap": ("mm", x)}
    return scan(23, "dscan vgap -1 1 80 0.1", axes, counters, extra={"plot": plot})


def edge(rng: np.random.Generator) -> Documents:
    """Scan an absorption edge."""
    energy = np.arange(8950.0, 9050.0, 0.75)
    mu = 0.4 + np.arctan((energy - 8979.3) / 1.5) / np.pi + 0.25 * gaussian(energy, 8995, 6)
    i0 = _counted(rng, np.full(energy.shape, 1e6))
    counters = {"I0": ("counts", i0), "It": ("counts", _counted(rng, i0 * np.exp(-mu)))}
    asked = {"plot": {"x": "energy", "y": ["log(I0/It)"]}, "edge_energy": 8979.0}
    return scan(24, "xafs Cu K", {"energy": ("eV", energy)}, counters, extra=asked)


def _plane(points: Floats) -> Floats:
    x, y = points.T
    return 900 * gaussian(np.hypot(x - 0.4, (y + 0.3) * 1.4), 0, 0.8) + 60


def snake(rng: np.random.Generator) -> Documents:
    """Scan a map to and fro, and stop before the end."""
    x, y = np.linspace(-2, 2, 33), np.linspace(-1.5, 1.5, 21)
    rows = [(at, row) for i, row in enumerate(y) for at in (x if i % 2 == 0 else x[::-1])]
    points = np.array(rows)[:560]
    extra = {
        "shape": [21, 33],
        "extents": [[-1.5, 1.5], [-2.0, 2.0]],
        "snaking": [False, True],
        "hints": {"dimensions": [[["y"], "primary"], [["x"], "primary"]]},
        "plot": {"y": ["If"]},
    }
    axes = {"y": ("mm", points[:, 1]), "x": ("mm", points[:, 0])}
    counters = {"If": ("counts", _counted(rng, _plane(points)))}
    command = "mesh x -2 2 32 y -1.5 1.5 20 0.1"
    return scan(25, command, axes, counters, extra=extra, reason="stopped by the user")


def cloud(rng: np.random.Generator) -> Documents:
    """Scan a spiral."""
    turn = np.sqrt(np.arange(300.0)) * 1.6
    points = np.stack([0.062 * turn * np.cos(turn), 0.062 * turn * np.sin(turn)], axis=1)
    extra = {
        "hints": {"dimensions": [[["y"], "primary"], [["x"], "primary"]]},
        "plot": {"y": ["If"]},
    }
    axes = {"y": ("mm", points[:, 1]), "x": ("mm", points[:, 0])}
    counters = {"If": ("counts", _counted(rng, _plane(points)))}
    return scan(26, "spiral x y", axes, counters, extra=extra)


def camera(rng: np.random.Generator) -> Documents:
    """Scan with a camera of which the frames are in the documents."""
    x = np.linspace(-1, 1, 15)
    row, column = np.mgrid[0:120, 0:160]
    spots = [400 * np.exp(-((column - 80 - 30 * at) ** 2 + (row - 55) ** 2) / 220) + 12 for at in x]
    frames = np.stack([_counted(rng, spot) for spot in spots])
    counters = {
        "camera": ("counts", frames),
        "spot": ("counts", frames.sum(axis=(1, 2)) * gaussian(x, 0.1, 0.4)),
    }
    axes = {"mirror": ("mrad", x)}
    return scan(27, "ascan mirror -1 1 14 0.1", axes, counters, extra={"plot": {"y": ["spot"]}})


def spectra(rng: np.random.Generator) -> Documents:
    """Count with a multichannel analyser."""
    channel = np.arange(1024.0)
    mean = 0.6 + 900 * gaussian(channel, 640, 9) + 130 * gaussian(channel, 707, 9)
    mean += 25 * np.exp(-channel / 300) + 45 * gaussian(channel, 880, 16)
    mca = np.stack([_counted(rng, mean) for _ in range(12)])
    counters = {"mca": ("counts", mca)}
    documents = scan(28, "ct 1 mca", {}, counters)
    configuration = {"mca_offset": 15.0, "mca_slope": 12.55, "mca_quadratic": 0.0}
    documents[1][1]["configuration"] = {"scaler": {"data": configuration}}
    return [*documents[:3], documents[-1]] if len(documents) < 4 else documents


def series(rng: np.random.Generator) -> Documents:
    """Watch temperature and flux for a while, with nothing moving."""
    t = np.arange(400.0)
    counters = {
        "temperature": ("K", 295 + 8 * (1 - np.exp(-t / 70)) + rng.normal(0, 0.05, t.size)),
        "I0": ("counts", _counted(rng, 1e6 - 300 * t)),
    }
    return scan(29, "timescan 0.1", {}, counters)


def overlay(rng: np.random.Generator) -> Sequence[Documents]:
    """Scan the same axis again and again."""
    scans = [peak(rng, 30 + i, center) for i, center in enumerate((0.7, 0.9, 1.1, 1.3))]
    scans[-1][0][1]["plot"] = {"y": ["If"], "overlay": 3}
    return scans


#: Name of the file, and what makes the scans in it: the last is drawn.
PICTURES: Mapping[str, Callable[[np.random.Generator], Documents | Sequence[Documents]]] = {
    "peak": peak,
    "left-and-right": absorption,
    "several-plots": many,
    "filtered": filtered,
    "edge": edge,
    "map": snake,
    "scatter": cloud,
    "image": camera,
    "spectrum": spectra,
    "time-series": series,
    "overlay": overlay,
}


def picture(name: str, path: Path) -> None:
    """Draw one of `PICTURES` into a PNG file; the same every time."""
    made = PICTURES[name](np.random.default_rng(1))
    board, shown = Board(), None
    for documents in _scans(made):
        shown = board.end(_taken(board, documents))
    if shown is not None:
        draw(shown.run, shown.earlier).savefig(path, format="png")


def _scans(made: Any) -> Iterable[Documents]:  # noqa: ANN401 - one scan or several
    return [made] if isinstance(made[0], tuple) else made


def _taken(board: Board, documents: Documents) -> Any:  # noqa: ANN401 - a run
    run = board.begin(documents[0][1])
    for name, doc in documents:
        board.take(run, name, doc)
    return run


def write(folder: Path = FOLDER) -> None:
    """Draw all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        picture(name, folder / f"{name}.png")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
