"""The plots of one's own of which the documentation shows a picture, of scans on the simulation."""

from collections.abc import Callable, Mapping

import numpy as np

from callbacks.plot.custom.cells import Cell, CustomFigure, Layer
from tools.pictured_scans import Names

#: Heights of the sample at which it is scanned.
_HEIGHTS = (-1.2, -0.9, -0.6, -0.3)


def own_plots(names: Names) -> CustomFigure:
    """Scan the sample at some heights, and show it in four ways."""
    curves: list[np.ndarray] = []
    for height in _HEIGHTS:
        names.RE(names.bps.mv(names.y, height))
        names.RE(names.ascan(names.x, -1.5, 4, 40, 0.5))
        curves.append(names.session.last_scan.column("If"))
    x = names.session.last_scan.column("x")
    values = np.stack(curves)
    mean = values.mean(axis=0)
    middle = float((x * mean).sum() / mean.sum())
    width = float(np.sqrt(((x - middle) ** 2 * mean).sum() / mean.sum()))
    model = mean.max() * np.exp(-0.5 * ((x - middle) / width) ** 2)
    rng = np.random.default_rng(1)
    places = rng.normal(middle, width, (2, 150))
    cells = (
        Cell(
            "curve",
            "mean",
            "x (mm)",
            "counts",
            layers=(
                Layer("If", marker="o", x=x, y=mean),
                Layer("model", "--", "", "red", x, model),
            ),
        ),
        Cell("curve-stack", "all heights", "x (mm)", layers=(Layer("If", x=x, values=values),)),
        Cell("image", "as an image", "point", "height", layers=(Layer("If", values=values),)),
        Cell(
            "scatter",
            "a cloud",
            "x (mm)",
            "y (mm)",
            layers=(Layer("distance", x=places[0], y=places[1], values=np.hypot(*places)),),
        ),
    )
    return CustomFigure("own plots", "fluorescence of the sample", cells=cells)


#: What the file is called, and what is in it.
OWN: Mapping[str, Callable[[Names], CustomFigure]] = {"own-plots": own_plots}
