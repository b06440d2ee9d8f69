"""``blueline queue``: bring a queue up, fill it, run it, see what became of it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blueline.queue.errors import QueueError

if TYPE_CHECKING:
    from blueline.queue.chosen import Item
    from blueline.queue.client import QueueClient
    from blueline.queue.places import QueueFolder
    from blueline.queue.settings import QueueSettings

app = typer.Typer(
    help="Run plans one after the other, unattended, for clients on this machine or others.",
    no_args_is_help=True,
)

Beamline = Annotated[
    str | None,
    typer.Option("--beamline", "-b", help="Folder that describes the beamline, or its name."),
]
Data = Annotated[
    Path | None,
    typer.Option(help="Folder of the recorded runs (default: blueline-data, or the beamline's)."),
]
Word = Annotated[
    str, typer.Argument(help="Its number or the beginning of its uid, as list shows them.")
]
_USER = {"user": "blueline", "user_group": "primary"}
# -1 is a position, not an option
_TYPED = {"ignore_unknown_options": True}


class _Queue:
    """The queue that a command is about."""

    def __init__(self, beamline: str | None, data: Path | None) -> None:
        from blueline.queue.configured import running_queue_folder

        self.folder = running_queue_folder(beamline, data)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Give the manager's answer."""
        return self.client.ask(method, **params)

    @property
    def client(self) -> "QueueClient":
        """Whoever asks the manager."""
        from blueline.queue.client import client_of

        return client_of(self.folder)

    @property
    def items(self) -> list[dict[str, Any]]:
        """Those that wait, the next one first."""
        return self.ask("queue_get")["items"]

    def place(self, word: str, items: "Sequence[Item]") -> int:
        """Give the place of the one that is meant, from 0 on."""
        from blueline.queue.chosen import place_of

        return place_of(word, items, lambda: self.ask("history_get")["items"])


@app.command()
def up(  # noqa: PLR0913, PLR0917 - one for each option
    where: Annotated[
        str | None,
        typer.Argument(
            help="Folder that describes the beamline, its name, or one of its sessions."
        ),
    ] = None,
    beamline: Beamline = None,
    session: Annotated[
        str | None, typer.Option("--session", "-s", help="One of its sessions (default: first).")
    ] = None,
    data: Data = None,
    port: Annotated[
        int | None, typer.Option(help="Channel Access port of the IOC.", min=1, max=65535)
    ] = None,
    prefix: Annotated[str | None, typer.Option(help="Begins the names of PVs.")] = None,
    stream: Annotated[
        str | None,
        typer.Option(help="Where others can follow: 127.0.0.1:5577, none (default: a free port)."),
    ] = None,
    redis: Annotated[
        str | None, typer.Option(help="Redis of the site, host:port/db; or which of our own.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="Where the manager listens (default: 60615 or a free port).")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(help="Secret CURVE key file, with a folder clients; for other machines."),
    ] = None,
    allow_scripts: Annotated[
        bool, typer.Option("--allow-scripts", help="Let clients send code to be executed.")
    ] = False,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Stay until SIGTERM: for systemd and containers.")
    ] = False,
) -> None:
    """Start the queue, with a Redis and a worker that has the session open."""
    from blueline.queue.configured import beamline_and_session, queue_settings
    from blueline.queue.launching import bring_up

    beamline, session = beamline_and_session(where, beamline, session)
    settings = queue_settings(
        beamline, session=session, data=data, port=port, prefix=prefix, stream=stream
    )
    said = {"redis": redis, "address": address, "key": key, "scripts": allow_scripts or None}
    settings = replace(settings, **{name: each for name, each in said.items() if each is not None})
    if foreground:
        _stay(settings)
    else:
        _tell_up(settings.place, bring_up(settings))


def _stay(settings: "QueueSettings") -> None:
    import logging

    from blueline.queue.manager import supervise

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    supervise(settings, partial(_tell_up, settings.place))


def _tell_up(place: "QueueFolder", told: dict[str, Any]) -> None:
    from blueline.queue.reports import stream_lines

    _tell_missing(place)
    if told.get("public_key"):
        typer.echo(
            f"the queue is up, with {told['redis']}, at {told['control']}; its public key is"
        )
        typer.echo(f"  {told['public_key']}")
        typer.echo(f"and it answers those whose public keys are in {told['clients']}")
    else:
        typer.echo(f"the queue is up, with {told['redis']}; for other clients:")
        typer.echo(f"  export QSERVER_ZMQ_CONTROL_ADDRESS=tcp://{told['control']}")
    for line in stream_lines(place):
        typer.echo(line)


def _tell_missing(place: "QueueFolder") -> None:
    from blueline.queue.reports import opened_lines

    for line in opened_lines(place):
        typer.echo(line)


@app.command()
def down(
    beamline: Beamline = None,
    data: Data = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also while a plan runs: it is aborted.")
    ] = False,
) -> None:
    """End the queue; its items stay for the next time."""
    from blueline.queue.launching import bring_down

    bring_down(_Queue(beamline, data).folder, even_if_running=force)
    typer.echo("the queue is down")


@app.command()
def reopen(
    beamline: Beamline = None,
    data: Data = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also while a plan runs, or hangs: it is cut off.")
    ] = False,
) -> None:
    """Close the session and open it again, such as after a change of the beamline's files."""
    from blueline.queue.configured import queue_folder
    from blueline.queue.launching import reopen as reopen_session

    folder = queue_folder(beamline, data)  # what it says is checked before anything is closed
    reopen_session(folder, even_if_running=force)
    typer.echo("the session was closed and is open again")
    _tell_missing(folder)


@app.command()
def status(beamline: Beamline = None, data: Data = None) -> None:
    """Say how the queue is, where it has stopped, and what has been mended."""
    from blueline.queue.reports import status_lines

    queue = _Queue(beamline, data)
    waiting = queue.client.answer("queue_get").get("items", [])  # none while Redis is away
    for line in status_lines(queue.client.answer("status"), queue.folder, waiting):
        typer.echo(line)


@app.command(context_settings=_TYPED)
def add(
    plan: Annotated[str, typer.Argument(help="Its name; blueline plans list shows them.")],
    words: Annotated[
        list[str] | None, typer.Argument(help="Arguments as typed; name=value by name.")
    ] = None,
    beamline: Beamline = None,
    data: Data = None,
    front: Annotated[bool, typer.Option("--front", help="Before all others.")] = False,
) -> None:
    """Add a plan: blueline queue add ascan x 0 5 10 0.1"""  # noqa: D400 - an example
    from blueline.queue.reports import item_of, stopped_line

    queue, item = _Queue(beamline, data), item_of(plan, words or [])
    position = "front" if front else "back"
    answer = queue.client.answer("queue_item_add", {"item": item, "pos": position, **_USER})
    if not answer.get("success"):
        raise QueueError(answer.get("msg", ""))
    number = 1 if front else answer["qsize"]
    typer.echo(f"{answer['item']['item_uid'][:8]} added, number {number} of {answer['qsize']}")
    for line in (answer["msg"], stopped_line(queue.items, queue.ask("status")["manager_state"])):
        if line:
            typer.echo(line)


@app.command("list")
def list_items(beamline: Beamline = None, data: Data = None) -> None:
    """List the items with their numbers, the next one first."""
    from blueline.queue.reports import item_line

    answer = _Queue(beamline, data).ask("queue_get")
    running = answer.get("running_item") or {}
    if running:
        typer.echo(f"{item_line(running)}  (running)")
    for number, item in enumerate(answer["items"], start=1):
        typer.echo(item_line(item, number))
    if not running and not answer["items"]:
        typer.echo("the queue is empty; `blueline queue add` adds a plan")


@app.command()
def remove(word: Word, beamline: Beamline = None, data: Data = None) -> None:
    """Remove an item."""
    from blueline.queue.reports import typed

    queue = _Queue(beamline, data)
    items = queue.items
    item = items[queue.place(word, items)]
    left = queue.ask("queue_item_remove", uid=item["item_uid"])["qsize"]
    typer.echo(f"removed {typed(item)}; {left} left in the queue")


@app.command()
def move(
    word: Word,
    place: Annotated[
        int, typer.Argument(help="The number that it is to have; 1 is the next to run.", min=1)
    ],
    beamline: Beamline = None,
    data: Data = None,
) -> None:
    """Move an item to another place."""
    from blueline.queue.reports import typed

    queue = _Queue(beamline, data)
    items = queue.items
    item, to = items[queue.place(word, items)], queue.place(str(place), items)
    queue.ask("queue_item_move", uid=item["item_uid"], pos_dest=to)
    typer.echo(f"{typed(item)} is number {place} of {len(items)} now")


@app.command()
def start(beamline: Beamline = None, data: Data = None) -> None:
    """Run the items, until there is none, one fails, or somebody stops it."""
    from blueline.queue.reports import started_line
    from blueline.queue.running_plan import require_ready

    queue = _Queue(beamline, data)
    require_ready(queue.client)
    items = queue.items
    queue.ask("queue_start")
    typer.echo(started_line(items))


@app.command()
def stop(beamline: Beamline = None, data: Data = None) -> None:
    """Stop after the item that runs."""
    from blueline.queue.running_plan import require_state

    queue = _Queue(beamline, data)
    require_state(queue.client, "executing_queue", "nothing runs, so there is nothing to stop")
    queue.ask("queue_stop")
    typer.echo("the queue stops after what runs now; `blueline queue start` goes on")


@app.command()
def pause(
    beamline: Beamline = None,
    data: Data = None,
    now: Annotated[
        bool, typer.Option("--now", help="At once, not at the next point; resume repeats some.")
    ] = False,
) -> None:
    """Pause the plan that runs."""
    from blueline.queue.running_plan import engine_state

    queue = _Queue(beamline, data)
    engine_state(queue.client, "paused")
    queue.ask("re_pause", option="immediate" if now else "deferred")
    when = "at once" if now else "at its next point"
    typer.echo(f"the plan pauses {when}; `blueline queue resume` goes on, or `abort` ends it")


@app.command()
def resume(beamline: Beamline = None, data: Data = None) -> None:
    """Go on with the plan that is paused."""
    from blueline.queue.running_plan import require_state

    queue = _Queue(beamline, data)
    require_state(queue.client, "paused", "no plan is paused, so none can go on")
    queue.ask("re_resume")
    typer.echo("the plan goes on")


@app.command()
def abort(beamline: Beamline = None, data: Data = None) -> None:
    """End the plan that runs or is paused; its files are finished, it stays in the queue."""
    from blueline.queue.reports import unaborted_line
    from blueline.queue.running_plan import abort_plan

    queue = _Queue(beamline, data)
    if abort_plan(queue.client):
        typer.echo("the plan ends; it is number 1 of the queue again, which has stopped")
    else:
        typer.echo(unaborted_line(queue.items, queue.ask("status")["manager_state"]))


@app.command()
def history(
    beamline: Beamline = None,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """Show what became of the items, the newest last."""
    from blueline.queue.reports import history_lines

    items = _Queue(beamline, data).ask("history_get")["items"]
    if as_json:
        typer.echo(json.dumps(items, indent=2))
        return
    for item in items:
        for line in history_lines(item):
            typer.echo(line)


@app.command()
def clear(
    beamline: Beamline = None,
    data: Data = None,
    history_too: Annotated[bool, typer.Option("--history", help="The history as well.")] = False,
) -> None:
    """Remove all items that wait."""
    from reduction.plural import numbered

    queue = _Queue(beamline, data)
    removed = numbered(len(queue.items), "item")
    queue.ask("queue_clear")
    if history_too:
        queue.ask("history_clear")
    typer.echo(f"removed {removed}{', and the history' if history_too else ''}")
