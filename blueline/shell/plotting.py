"""Plots beside those of scans, and the plot of the scan otherwise (BL-153 to BL-155)."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from blueline.errors import BluelineError
from callbacks.naming import slug
from callbacks.plot.picking import Picking
from callbacks.plot.plotter import Plotter
from callbacks.plot.quick import filled
from callbacks.plot.selection import PLOT, PlotSelection

if TYPE_CHECKING:
    from blueline.shell.desk import Desk


def plot(  # noqa: PLR0913 - what may be said of a plot
    desk: "Desk",
    data: ArrayLike | Mapping[str, ArrayLike],
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    name: str = "plot",
    kind: str = "",
    label: str = "",
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
) -> Plotter:
    """Show numbers in a window of their own: curves, an image, a stack of them, or a cloud.

    Numbers of one dimension are a curve, of two an image, of three a stack of images; at places x
    and y they are a cloud; a mapping is one curve for each name. `kind` may be "curve-stack" or
    "time-curve". What is given can be filled further, and shapes can be selected in it.

    Examples
    --------
    >>> plot({"If": counts}, x=places, name="fluorescence")  # doctest: +SKIP
    """
    texts = {"label": label, "title": title, "xlabel": xlabel, "ylabel": ylabel}
    look = {key: text for key, text in texts.items() if text}
    plotter = filled(lambda: plotter_of(desk, name), data, x, y, kind, **look)
    if not os.environ.get("DISPLAY"):
        desk.status.write(f"drawn in {plotter.path}\n")
    return plotter


def new_plot(desk: "Desk", name: str = "plot") -> Plotter:
    """Make an empty window for plots, which createAxis and plot fill.

    Examples
    --------
    >>> new_plot("fluorescence").createAxis("If", xlabel="x (mm)")  # doctest: +SKIP
    1
    """
    return plotter_of(desk, name)


def plotter_of(desk: "Desk", name: str) -> Plotter:
    """Give an empty plot that the process of the session draws."""
    folder = desk.session.folder
    prefix = f"{slug(folder.data_set)}_plot_"
    link = desk.session.consumers.plots
    return Plotter(name, folder=folder.root, prefix=prefix, link=link)


def live_plot(desk: "Desk") -> Picking:
    """Give the window of scans, to select shapes in it or to save what it shows.

    Examples
    --------
    >>> live_plot().select_shape("rectangle").x  # doctest: +SKIP
    (1.2, 1.9)
    """
    return Picking(desk.session.consumers.plots)


def replot(
    desk: "Desk",
    *counters: object,
    right: Sequence[object] = (),
    below: Sequence[Sequence[object]] = (),
    filters: Sequence[str] = (),
    overlay: int = 0,
) -> None:
    """Draw the newest scan again, without marks: as it was, or with other counters.

    Takes what plotselect takes; later scans are not changed by it.

    Examples
    --------
    >>> replot()  # doctest: +SKIP
    >>> replot("log(I0/It)", filters=["derivative"])  # doctest: +SKIP
    """
    more = {"right": right, "below": below, "filters": filters, "overlay": overlay}
    asked = _asked(desk, counters, more)
    _send_replot(desk, asked or None)


def plotinit(
    desk: "Desk",
    *counters: object,
    right: Sequence[object] = (),
    below: Sequence[Sequence[object]] = (),
    filters: Sequence[str] = (),
    overlay: int = 0,
) -> None:
    """Choose what the plot of the next scan shows, and of that one alone.

    Takes what plotselect takes; nothing means what the detectors hint.

    Examples
    --------
    >>> plotinit("If")  # doctest: +SKIP
    """
    more = {"right": right, "below": below, "filters": filters, "overlay": overlay}
    _once(desk).wanted = _asked(desk, counters, more)


def meshselect(desk: "Desk", *counters: object) -> None:
    """Choose which counters maps show, up to four, from now on; none for the first one alone.

    Curves go on showing what plotselect says.

    Examples
    --------
    >>> meshselect("If", "log(I0/It)")  # doctest: +SKIP
    """
    desk.session.namespace()["plotselect"].maps(*counters)


def mark_position(desk: "Desk", *axes: object) -> None:
    """Mark in the plot of the newest scan where axes stand now; without names, all that it shows.

    A dashed line, until the next scan or replot().

    Examples
    --------
    >>> mark_position(x)  # doctest: +SKIP
    """
    stands: dict[str, float] = {}
    for name, axis in desk.chosen(axes).items():
        if not axes and desk.missing(axis):
            continue
        position = float(axis.position)
        keys = getattr(axis, "hints", {}).get("fields", ()) or (name,)
        stands |= dict.fromkeys(map(str, keys), position)
    desk.session.consumers.plots.send("mark", stands=stands)


def _send_replot(desk: "Desk", wanted: Mapping[str, Any] | None) -> None:
    if not desk.session.consumers.last.start:
        message = "no scan was plotted yet: replot() draws the newest one again"
        raise BluelineError(message)
    desk.session.consumers.plots.send("replot", plot=wanted)


def _asked(desk: "Desk", counters: Sequence[object], more: Mapping[str, Any]) -> dict[str, Any]:
    """Give the entry of a start document, as `plotselect` would make it.

    Raises
    ------
    ConsumerError
        A counter or a filter is not known.
    """
    metadata: dict[str, Any] = {}
    known: PlotSelection = desk.session.namespace()["plotselect"]
    known.of(metadata)(*counters, **more)
    return dict(metadata.get(PLOT, {}))


class _NextPlot:
    """Give the next run that says nothing of its plot the one that is wanted, and then go away.

    Parameters
    ----------
    preprocessors
        Of the engine, among which it is until then.
    """

    def __init__(self, preprocessors: list[Any]) -> None:
        self.wanted: dict[str, Any] = {}
        self._preprocessors = preprocessors
        preprocessors.append(self)

    def __call__(self, plan: Iterator[Any]) -> Iterator[Any]:
        """Pass a plan on."""
        from bluesky.preprocessors import msg_mutator

        return msg_mutator(plan, self._with_plot)

    def _with_plot(self, message: Any) -> Any:  # noqa: ANN401 - of bluesky
        is_used = self not in self._preprocessors
        if message.command != "open_run" or is_used or PLOT in message.kwargs:
            return message
        self._preprocessors.remove(self)
        return message._replace(kwargs={**message.kwargs, PLOT: self.wanted})


def _once(desk: "Desk") -> _NextPlot:
    """Give the one that waits for a run, or a new one."""
    preprocessors = desk.session.RE.preprocessors
    found = next((each for each in preprocessors if isinstance(each, _NextPlot)), None)
    return found or _NextPlot(preprocessors)
