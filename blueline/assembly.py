"""Put the parts of a session together."""

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from blueline.beamline import Beamline
from blueline.connections import Connections, connect
from blueline.consumers import Consumers, make_consumers
from blueline.context import Context, up_to_date
from blueline.data_policy import ESRF, SIMPLE, DataPolicy, Layout, following
from blueline.engine import Engine
from blueline.errors import BluelineError
from blueline.guard import Guard, stoppable
from blueline.guard.following import follow
from blueline.late_imports import known_versions
from blueline.locks import BeamlineLock
from blueline.locks.device_locks import DeviceLocks
from blueline.locks.moving import LockMoved
from blueline.logs import log_to, show_warnings
from blueline.metadata import Metadata
from blueline.preprocessors import Baseline, OnlyConnected
from blueline.scheme import Scheme
from blueline.session import RESULTS_DEADLINE, Session
from blueline.settings import Settings, open_settings
from blueline.signals import Interrupts
from callbacks import DataFolder, LastScan
from callbacks.switches import FIT_SCAN, MetadataSwitch
from callbacks.terminal import StatusScreen
from planlib.scan_hooks import ScanHooks

if TYPE_CHECKING:
    from blueline.config import Configuration
    from blueline.config.made_beamline import MadeBeamline

#: Seconds the prompt waits for the table and the numbers of a scan that has ended.
PROMPT_DEADLINE = 2.0


def assembled(
    scheme: Scheme,
    folder: DataFolder,
    lock: BeamlineLock,
    screen: StatusScreen,
    leaving: contextlib.ExitStack,
    meanwhile: Callable[[], object] | None = None,
) -> Session:
    """Give a session whose devices have been waited for.

    Parameters
    ----------
    leaving
        Takes what must end with the session beside what the session itself closes.
    meanwhile
        Called while the devices connect.
    """
    settings = open_settings(scheme.settings).permitted_by(lock.acquire)
    leaving.callback(settings.close)
    with contextlib.ExitStack() as failing:
        policy = _policy(scheme, settings)
        beamline = scheme.make(policy)
        failing.callback(beamline.destroy)
        if meanwhile is not None:
            meanwhile()
        connections = connect(beamline, must_answer=scheme.config is None)
        failing.callback(connections.close)
        consumers = make_consumers(folder, screen, scheme.stream, scheme.catalog, scheme.consumers)
        failing.callback(consumers.recorder.close)
        parts = (beamline, connections, consumers, policy)
        session = _session(scheme, folder, lock, screen, settings, *parts)
        failing.pop_all()
        failing.callback(session.close)
        session.notices[:0] = consumers.failures
        if scheme.has_guard:
            session.guard = _guarded(session)
        session.interrupts = _interruptible(session)
        session.leaving.callback(show_warnings(consumers.notice))
        if scheme.config is not None:
            _as_described(session, scheme.config)
        failing.pop_all()
    return session


def _session(  # noqa: PLR0913, PLR0917 - its parts
    scheme: Scheme,
    folder: DataFolder,
    lock: BeamlineLock,
    screen: StatusScreen,
    settings: Settings,
    beamline: Beamline,
    connections: Connections,
    consumers: Consumers,
    policy: DataPolicy,
) -> Session:
    choices = settings.namespace(f"session {scheme.session}")
    last = _last(consumers)
    context = Context(beamline, connections, folder.root, consumers.notice, last, choices)
    metadata = Metadata(settings.namespace("metadata"), beamline, connections)
    policy.describe(metadata)
    consumers.switches.keep_in(settings.namespace(f"switches {scheme.session}"))
    consumers.switches.add("fit", MetadataSwitch(metadata, FIT_SCAN))
    locks = DeviceLocks(scheme.state / "devices")
    look = partial(metadata.look_again, connections)
    before_plans: list[Callable[[], object]] = [lock.acquire, look]
    engine = _engine(context, before_plans, consumers, metadata, policy)
    engine.is_others = locks.is_others
    least_free = () if scheme.least_free is None else (scheme.least_free,)
    baseline = Baseline(beamline.baseline, connections, consumers.notice)
    # inside of what has plans wait: what cannot work is refused at once
    engine.preprocessors[:0] = [OnlyConnected(connections), LockMoved(locks)]
    engine.preprocessors += [baseline, ScanHooks(_are_hooks), following(policy, metadata)]
    context.bind(engine)
    return Session(
        engine,
        context,
        beamline,
        connections,
        folder,
        consumers,
        log_to(folder.root / "blueline.log"),
        screen,
        settings,
        lock,
        locks,
        metadata,
        policy,
        scheme.state,
        _names,
        name=scheme.session,
        config=scheme.config,
        notices=[*policy.warnings(*least_free), *filter(None, [policy.notice])],
        before_plans=before_plans,
    )


def _names(session: Session) -> dict[str, Any]:
    from blueline.shell.namespace import prompt_names  # takes long to load

    return prompt_names(session)


def _guarded(session: Session) -> Guard:
    """Have a session's engine watched from now on, and its shutters shut should it die (P1)."""
    shutters = stoppable.shutters(session.devices.values())
    log_file = session.folder.root / "blueline.log"
    guard = Guard(log_file, shutters, stoppable.stops, session.context.tell)
    follow(session.RE, guard)
    return guard


def _interruptible(session: Session) -> Interrupts:
    """Have the plans of a session end well, however its process does.

    A session that is still open when its script ends, paused maybe, is closed then (P5).
    """

    def close() -> None:
        with contextlib.suppress(KeyboardInterrupt, SystemExit):
            session.close()

    interrupts = Interrupts(session.RE, session.context.tell)
    session.RE.undisturbed = interrupts.undisturbed
    interrupts.at_exit(close)
    return interrupts


def _are_hooks() -> bool:
    from devices import MotionHook

    return MotionHook.are_any


def _engine(
    context: Context,
    before_plans: Iterable[Callable[[], object]],
    consumers: Consumers,
    metadata: Metadata,
    policy: DataPolicy,
) -> Engine:
    with known_versions():
        engine = Engine(
            context,
            before_call=lambda: [each() for each in before_plans],
            before_prompt=_before_prompt(consumers),
            md=metadata,
            scan_id_source=policy.scan_number,
        )
    progress, standstill = consumers.progress.progress, engine.standstill
    progress.held, standstill.goes_on = (lambda: standstill.said), progress.go_on
    engine.subscribe(consumers.recorder)
    return engine


def _as_described(session: Session, config: "Configuration") -> None:
    """Do what a configuration says beyond its devices; what fails is told, and the rest is done."""
    from blueline.config.pending_settings import PendingSettings

    made: MadeBeamline = session.beamline  # pyright: ignore[reportAssignmentType] - made by it
    session.notices.insert(0, made.notice())
    pending = PendingSettings(config, session.devices, session.device_locks, session.notices.append)
    if session.lock.is_held:
        pending.put()
    tell = pending.tell = session.context.tell
    for guard in made.suspenders.values():
        if getattr(guard, "tell", tell) is None:
            guard.tell = tell
        session.RE.install_suspender(guard)
    session.before_plans.insert(0, session.connections.require_any)
    session.before_plans += [pending.put, lambda: _require_guards(made, config)]
    session.notices += session.resetup()


def _require_guards(made: "MadeBeamline", config: "Configuration") -> None:
    """Refuse to run anything unprotected (H18)."""
    for name, why in made.failed.items():
        if name in config.suspender_entries:
            place = config.suspender_entries[name].place
            message = f"{name} could not be made ({why}): correct {place}, or say `enabled: false`"
            raise BluelineError(message)


def _policy(scheme: Scheme, settings: Settings) -> DataPolicy:
    facts = {"beamline": scheme.what, "session": scheme.session, "data_set": scheme.data_set}
    layout: Layout = ESRF if scheme.policy == "esrf" else SIMPLE
    if scheme.policy == "simple" and scheme.template:
        layout = Layout("simple", scheme.template, SIMPLE.data_set, SIMPLE.numbered, SIMPLE.joined)
    return DataPolicy(settings, scheme.data, replace(layout, spec_per=scheme.spec_per), facts)


def _last(consumers: Consumers) -> Callable[[], LastScan]:
    return lambda: up_to_date(consumers.last_kept, consumers.last, RESULTS_DEADLINE)


def _before_prompt(consumers: Consumers) -> Callable[[], None]:
    def before_prompt() -> None:
        ends = time.monotonic() + PROMPT_DEADLINE
        for consumer in consumers.awaited:
            consumer.drain(max(0.0, ends - time.monotonic()))
        consumers.progress.hide()

    return before_prompt
