"""All commands of the prompt, and what people know them as from SPEC, BLISS and Py4Syn."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blueline.shell import (
    at_ctrl_c,
    camera_rois,
    clicks,
    configured,
    debugging,
    instruments,
    last_scan,
    listing,
    locking,
    log_book,
    moves,
    named_scans,
    own_devices,
    plotting,
    positions_view,
    proposals,
    redefining,
    regulation_plot,
    rocking,
    scripts,
    sharing,
    simulation,
    spectra_export,
    states,
    synoptic,
    timing,
    transcript,
    tweak,
)
from blueline.shell.calling import bound
from blueline.shell.desk import Desk
from blueline.shell.usage import examples

if TYPE_CHECKING:
    from blueline.session import Session


@dataclass(frozen=True)
class Command:
    """A command, and its names in other systems; empty where they have none.

    Parameters
    ----------
    function
        Takes the `Desk` first; its docstring begins with one sentence and has an example.
    group
        Under which heading it is listed.
    needs
        What the session must have for it, such as ``"device_locks"``; nothing where empty.
    """

    function: Callable[..., Any]
    group: str
    spec: str = ""
    bliss: str = ""
    py4syn: str = ""
    needs: str = ""

    @property
    def name(self) -> str:
        """What is typed."""
        return self.function.__name__

    @property
    def sentence(self) -> str:
        """What it does, the first line of its docstring."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def example(self) -> str:
        """How it is typed, the last example of its docstring."""
        return examples(self.function)[-1]


_WHERE, _MOVE, _STATE = "Where axes are", "Move axes", "States and limits"
_MEAN, _LIST, _DATA = "What positions mean", "What there is", "What was measured"
_SAVED, _NAMED, _PLACE = "Saved positions", "Named scans", "Where data go"
_PLOTS = "Plots"
_KEPT = "What is kept and shared"
_NOTE, _TIME = "Log book, log file, scripts", "Time, and what goes on meanwhile"

COMMANDS: tuple[Command, ...] = (
    Command(positions_view.wa, _WHERE, "wa", "wa", "wa"),
    Command(synoptic.synoptic, _WHERE, "", "synoptic", needs="config"),
    Command(positions_view.wu, _WHERE, "wu", "wu"),
    Command(positions_view.wm, _WHERE, "wm", "wm", "wm"),
    Command(positions_view.wmr, _WHERE, "A[]", "axis.position", "wmr"),
    Command(listing.wid, _WHERE, "", "wid"),
    Command(moves.mv, _MOVE, "mv", "mv", "mv"),
    Command(moves.mvr, _MOVE, "mvr", "mvr", "mvr"),
    Command(moves.mvd, _MOVE, "mvd", "mvd"),
    Command(moves.mvdr, _MOVE, "", "mvdr"),
    Command(moves.umv, _MOVE, "umv", "umv", "umv"),
    Command(moves.umvr, _MOVE, "umvr", "umvr", "umvr"),
    Command(moves.umvd, _MOVE, "", "umvd"),
    Command(moves.umvdr, _MOVE, "", "umvdr"),
    Command(moves.mmv, _MOVE, "", "move(wait=False)", "mmv"),
    Command(moves.mmvr, _MOVE, "", "", "mmvr"),
    Command(moves.waitmove, _MOVE, "waitmove", "axis.wait_move"),
    Command(moves.ummv, _MOVE, "", "umv", "ummv"),
    Command(moves.ummvr, _MOVE, "", "umvr", "ummvr"),
    Command(clicks.goto_click, _MOVE, "", "goto_click"),
    Command(tweak.tw, _MOVE, "tw", "tweak_cli", "tw"),
    Command(states.stop, _MOVE, "stop", "axis.stop", "stop"),
    Command(at_ctrl_c.ctrl_c, _MOVE, needs="settings"),
    Command(states.sta, _STATE, "", "sta"),
    Command(states.stm, _STATE, "", "stm"),
    Command(positions_view.lm, _STATE, "lm", "lm", "lm"),
    Command(positions_view.lms, _STATE, "", "", "lms"),
    Command(redefining.set_lm, _STATE, "set_lm", "axis.limits", "set_lm"),
    Command(states.pon, _STATE, "", "pon"),
    Command(states.poff, _STATE, "", "poff"),
    Command(redefining.set_pos, _MEAN, "set", "axis.position", "set"),
    Command(redefining.set_dial, _MEAN, "set_dial", "axis.dial", "set_dial"),
    Command(redefining.sync, _MEAN, "sync", "sync"),
    Command(listing.lsmot, _LIST, "", "lsmot"),
    Command(listing.lscnt, _LIST, "", "lscnt"),
    Command(listing.lsmg, _LIST, "", "lsmg"),
    Command(listing.lsobj, _LIST, "", "lsobj"),
    Command(listing.lsconfig, _LIST, "", "lsconfig"),
    Command(listing.info, _LIST, "", "info"),
    Command(listing.prdef, _LIST, "prdef", "prdef"),
    Command(own_devices.add_device, _LIST, "", "", "createMotor", needs="connections"),
    Command(locking.lock, _LIST, "", "lock", needs="device_locks"),
    Command(locking.unlock, _LIST, "", "unlock", needs="device_locks"),
    Command(locking.lslock, _LIST, "", "lslock", needs="device_locks"),
    Command(configured.settings_to_config, _KEPT, "", "axis.settings_to_config", needs="config"),
    Command(configured.apply_config, _KEPT, "", "axis.apply_config", needs="config"),
    Command(sharing.parameters, _KEPT, "", "ParametersWardrobe", needs="settings"),
    Command(sharing.channel, _KEPT, "", "Channel", needs="state"),
    Command(instruments.instrument, _SAVED, needs="settings"),
    Command(instruments.remove_instrument, _SAVED, needs="settings"),
    Command(instruments.save_position, _SAVED, needs="settings"),
    Command(instruments.restore_position, _SAVED, needs="settings"),
    Command(instruments.positions, _SAVED, needs="settings"),
    Command(instruments.rename_position, _SAVED, needs="settings"),
    Command(instruments.note_position, _SAVED, needs="settings"),
    Command(instruments.remove_position, _SAVED, needs="settings"),
    Command(named_scans.define, _NAMED, needs="settings"),
    Command(named_scans.do_scan, _NAMED, needs="settings"),
    Command(named_scans.scans, _NAMED, needs="settings"),
    Command(named_scans.copy_scan, _NAMED, needs="settings"),
    Command(named_scans.rename_scan, _NAMED, needs="settings"),
    Command(named_scans.remove_scan, _NAMED, needs="settings"),
    Command(proposals.newproposal, _PLACE, "", "newproposal", needs="data_policy"),
    Command(proposals.endproposal, _PLACE, "", "endproposal", needs="data_policy"),
    Command(proposals.newsample, _PLACE, "", "newsample", needs="data_policy"),
    Command(proposals.newcollection, _PLACE, "", "newcollection", needs="data_policy"),
    Command(proposals.newdataset, _PLACE, "newfile", "newdataset", needs="data_policy"),
    Command(proposals.wdata, _PLACE, needs="data_policy"),
    Command(last_scan.where, _DATA, "", "where"),
    Command(last_scan.runs, _DATA),
    Command(spectra_export.export_spectra, _DATA),
    Command(last_scan.timing, _DATA),
    Command(last_scan.as_scan, _DATA, "", "return_scan"),
    Command(last_scan.add_comment, _DATA, "", "scan.add_comment"),
    Command(plotting.plot, _PLOTS, "", "plot", "plot"),
    Command(plotting.new_plot, _PLOTS, "", "flint().get_plot", "createAxis"),
    Command(plotting.live_plot, _PLOTS, "", "flint().get_live_plot"),
    Command(plotting.replot, _PLOTS, "rplot", "replot", "plot"),
    Command(plotting.plotinit, _PLOTS, "", "plotinit"),
    Command(plotting.meshselect, _PLOTS, "", "meshselect"),
    Command(plotting.mark_position, _PLOTS),
    Command(regulation_plot.plot_loop, _PLOTS, "", "loop.plot"),
    Command(camera_rois.edit_roi_counters, _PLOTS, "", "edit_roi_counters"),
    Command(camera_rois.edit_region, _PLOTS),
    Command(log_book.elog_print, _NOTE, "comment", "elog_print"),
    Command(log_book.elog_add, _NOTE, "", "elog_add"),
    Command(log_book.elog_plot, _NOTE, "", "elog_plot"),
    Command(debugging.debugon, _NOTE, "debug", "debugon"),
    Command(debugging.debugoff, _NOTE, "debug", "debugoff"),
    Command(transcript.log_stdout, _NOTE, "", "log_stdout"),
    Command(scripts.user_script_run, _NOTE, "qdo", "user_script_run"),
    Command(scripts.user_script_load, _NOTE, "do", "user_script_load"),
    Command(scripts.user_script_list, _NOTE, "", "user_script_list"),
    Command(scripts.resetup, _NOTE, "", "resetup"),
    Command(timing.countdown, _TIME, "sleep", "countdown"),
    Command(timing.bench, _TIME, "", "bench"),
    Command(rocking.rockit, _TIME, "", "rockit"),
    Command(simulation.restart_simulation, _TIME, needs="simulation"),
)


def make_commands(session: "Session") -> dict[str, Callable[..., Any]]:
    """Give the commands of a session by name, to be called at the prompt.

    Examples
    --------
    >>> commands = make_commands(session)  # doctest: +SKIP
    >>> commands["umv"]("x", 3)  # doctest: +SKIP
    """
    desk = Desk(session)
    desk.commands |= {
        command.name: bound(command.function, desk)
        for command in COMMANDS
        if not command.needs or getattr(session, command.needs, None) is not None
    }
    return dict(desk.commands)


def member_names(session: "Session") -> dict[str, Any]:
    """Give the axes of groups under the names that tables show, such as ``hslit_low``.

    They are to be among the names of the prompt: what `wa` shows can then be typed.
    """
    axes = Desk(session).axes
    return {name: axis for name, axis in axes.items() if name not in session.devices}
