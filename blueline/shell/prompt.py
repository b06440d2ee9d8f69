"""IPython with a session in it."""

import functools
import signal
import sys
import textwrap
import types
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from blueline.config.taken_names import COMMANDS, PARTS, PLANS
from blueline.presses import interrupt
from blueline.session import Session
from blueline.shell.commands import member_names
from blueline.shell.completion import matcher
from blueline.shell.error_log import ErrorLog
from blueline.shell.errors import explain, root_of
from blueline.shell.forgotten import explain_at
from blueline.shell.help_pages import Help
from blueline.shell.helper import TypingHelper
from blueline.shell.interrupts import (
    FROM_A_PAUSE,
    ScanEndedError,
    ask_when_paused,
    settle,
)
from blueline.shell.known_words import known_words
from blueline.shell.leaving import leaves
from blueline.shell.magics import register_magics
from blueline.shell.own_names import own_names
from blueline.shell.session_log import add_runs, log_answer, log_error, log_typed
from blueline.shell.spec_words import TYPED_AS
from blueline.shell.vocabulary import Vocabulary
from callbacks.terminal import width_of

if TYPE_CHECKING:
    from IPython.terminal.embed import InteractiveShellEmbed

#: Characters of a line where there is no terminal, and the fewest that text is folded to.
_WIDTH, _NARROWEST = 100, 40
#: What bluesky says of this is no advice.
_PAUSED = f"a scan is paused: {FROM_A_PAUSE}"
_ENDED = "the scan was ended by Ctrl-C, what was measured is saved"
_INTERRUPTIONS = frozenset({"RunEngineInterrupted"})
#: Names at the prompt that are no commands, though they can be called.
_NO_COMMANDS = frozenset({"RE", "session"})
_OURS = frozenset({"blueline", "callbacks", "planlib"})


def run_shell(session: Session) -> None:
    """Open the prompt on a session, which is not closed when it ends."""
    Prompt(session).run()


class Prompt:
    """A prompt on a session.

    Parameters
    ----------
    session
        It is not closed when the prompt ends.

    Examples
    --------
    >>> Prompt(session).run()  # doctest: +SKIP
    """

    def __init__(self, session: Session) -> None:
        from IPython.terminal.embed import InteractiveShellEmbed

        self._session = session
        names = session.namespace()  # the very same, so that setup files can be run again
        commands = commands_among(names, session.devices)
        self.vocabulary = Vocabulary(names, commands, TYPED_AS, session.beamline.why_absent)
        self.errors = ErrorLog()
        self.helper = TypingHelper(self.vocabulary, functools.partial(print, flush=True))
        names["last_error"] = self.errors.last_error
        names["typing_helper"] = self.helper.typing_helper
        names["help_me"] = Help(self.vocabulary)
        commands |= {name: names[name] for name in ("last_error", "help_me")}
        aliases = getattr(session.beamline, "aliases", {})
        devices = {**member_names(session), **session.devices, **aliases}
        self._own = own_names(names, devices, COMMANDS | PLANS | PARTS)
        self._typed = ""
        self.shell = InteractiveShellEmbed(banner1=banner(session), user_ns=names, enable_tip=False)
        self._teach(self.shell)
        _ask_before_leaving(self.shell, leaves(session, ask_when_paused(session)))
        add_runs(session.log, session.RE.subscribe)

    def run(self) -> None:
        """Show the prompt until somebody leaves it."""
        before = signal.signal(signal.SIGINT, interrupt)
        try:
            self.shell()
        finally:
            signal.signal(signal.SIGINT, before)
            self.errors.clear()

    def _teach(self, shell: "InteractiveShellEmbed") -> None:
        """Have IPython read, complete, show and log as it should."""
        session = self._session
        shell.input_transformers_post.append(self.helper)
        completer: Any = shell.Completer
        completer.use_jedi = False  # it may ask devices for values, and takes seconds to load
        known = known_words(session, self.vocabulary)
        completer.custom_matchers.append(matcher(self.vocabulary, lambda: session.devices, known))
        explain_at(shell)
        register_magics(shell, self.vocabulary, session.devices)
        shell.set_custom_exc((Exception, KeyboardInterrupt), self._show)
        shell.events.register("pre_run_cell", self._begin)
        shell.events.register("post_run_cell", self._end)
        _switch_by_key(shell, self.helper.typing_helper)
        _end_quietly(shell, lambda: session.interrupts is not None and session.interrupts.ending)

    def _begin(self, info: Any) -> None:  # noqa: ANN401 - IPython's
        self._typed = str(info.raw_cell)
        log_typed(self._typed)

    def _end(self, result: Any) -> None:  # noqa: ANN401 - IPython's
        log_answer(result.result)
        _warn(self._own.changes())
        if not self._session.RE.is_closed:
            settle(self._session)  # a status line that goes later would wipe the prompt

    def _show(self, *arguments: Any, **_: Any) -> None:  # noqa: ANN401 - IPython's
        """Show an error in short; IPython gives shell, class, error and traceback."""
        error = arguments[2]
        self.errors.keep(self._typed, error)
        log_error(error)
        lines = interruption_lines(error, is_paused=str(self._session.RE.state) == "paused")
        lines = lines or explain(error, self._typed, self.vocabulary, _columns())
        _warn([*lines, *filter(None, [self._own.hint(self._typed)])])


def _warn(lines: Sequence[str]) -> None:
    if lines:
        print("\n".join(lines), file=sys.stderr, flush=True)  # noqa: T201 - the prompt


def interruption_lines(error: BaseException, *, is_paused: bool) -> list[str]:
    """Give what is shown where a scan is paused or was ended, which is no error; else nothing.

    Examples
    --------
    >>> interruption_lines(KeyboardInterrupt(), is_paused=False)
    ['interrupted by Ctrl-C']
    """
    said = str(error)
    if said == "The RunEngine is in a paused state":
        return [f"{type(error).__name__}: {_PAUSED}"]
    if type(error).__name__ in _INTERRUPTIONS:
        return [_PAUSED if is_paused else _ENDED]
    if isinstance(error, KeyboardInterrupt):
        return ["interrupted by Ctrl-C"]
    return [said] if isinstance(root_of(error), ScanEndedError) else []


def commands_among(names: Mapping[str, object], devices: Mapping[str, object]) -> dict[str, object]:
    """Give what is run by its name alone: our functions, plans among them, and no devices."""
    functions = types.FunctionType | types.MethodType
    return {
        name: each
        for name, each in names.items()
        if isinstance(each, functions)
        and each.__module__.partition(".")[0] in _OURS
        and name not in devices
        and name not in _NO_COMMANDS
    }


def _switch_by_key(shell: object, switch: Callable[[], None]) -> None:
    """Have F7 switch, where the terminal knows such keys."""
    keys = getattr(getattr(shell, "pt_app", None), "key_bindings", None)
    if keys is None:
        return

    @keys.add("f7")
    def pressed(_event: object) -> None:
        from prompt_toolkit.application import run_in_terminal

        run_in_terminal(switch)


def _end_quietly(shell: Any, is_ending: Callable[[], object]) -> None:  # noqa: ANN401 - IPython's
    """Have no traceback, and no advice how to leave, where the process was told to end."""
    show = shell.showtraceback

    def showtraceback(*arguments: Any, **options: Any) -> None:  # noqa: ANN401 - IPython's
        if is_ending() and isinstance(sys.exception(), SystemExit):
            warnings.filterwarnings("ignore", "To exit: use")
            return
        show(*arguments, **options)

    shell.showtraceback = showtraceback


def _ask_before_leaving(shell: Any, may_leave: Callable[[], bool]) -> None:  # noqa: ANN401
    """Have ``exit`` and Ctrl-D say what becomes of what is under way."""
    leave = shell.ask_exit

    def ask_exit() -> None:
        if may_leave():
            leave()

    shell.ask_exit = ask_exit


def banner(session: Session) -> str:
    """Say what is there and what to type first."""
    width = _columns()
    names = ", ".join(session.devices)
    factor = session.RE.md.get("time_factor", 1.0)
    speed = "" if factor == 1.0 else f", {factor:g} times faster than life"
    paragraphs = (
        f"blueline: {_name(session)}{speed}; data go to {session.folder.root}",
        f"devices: {names}",
        "beside them: the plans of planlib, bluesky's as bp and bps, session, last_scan, "
        "health(), consumers(), plotselect(); help_me() lists all commands",
        "try: ascan x -1 3 20 0.1, which is RE(ascan(x, -1, 3, 20, 0.1)); F7 switches that off",
    )
    return "".join(f"{_wrapped(each, width)}\n" for each in paragraphs)


def _columns() -> int:
    return max(_NARROWEST, width_of(sys.stdout) or _WIDTH)


def _name(session: Session) -> str:
    """Name the beamline, and its session where it has others."""
    name = session.RE.md.get("beamline", {}).get("name", "beamline")
    return name if session.name == "default" else f"{name}, session {session.name}"


def _wrapped(line: str, width: int) -> str:
    return textwrap.fill(
        line, width, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    )
