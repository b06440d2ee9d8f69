"""``blueline queue``: bring a queue up, fill it, run it, see what became of it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blueline.queue.errors import QueueError

if TYPE_CHECKING:
    from blueline.queue.client import QueueClient
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
    typer.Option(help="Folder of the recorded runs [blueline-data, or the beamline's]."),
]
Uid = Annotated[str, typer.Argument(help="Beginning of the item's uid, as `list` shows it.")]
_USER = {"user": "blueline", "user_group": "primary"}
# -1 is a position, not an option
_TYPED = {"ignore_unknown_options": True, "allow_interspersed_args": False}


class _Queue:
    """The queue that a command is about."""

    def __init__(self, beamline: str | None, data: Path | None) -> None:
        from blueline.queue.configured import queue_folder

        self.folder = queue_folder(beamline, data)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Give the manager's answer."""
        return self.client.ask(method, **params)

    @property
    def client(self) -> "QueueClient":
        """Whoever asks the manager."""
        from blueline.queue.client import client_of

        return client_of(self.folder)

    def whole(self, beginning: str) -> str:
        """Give the uid of the one item that begins so."""
        uids = [item["item_uid"] for item in self.ask("queue_get")["items"]]
        found = [uid for uid in uids if uid.startswith(beginning)]
        if len(found) != 1:
            what = "more than one item" if found else "no item"
            message = f"the queue has {what} {beginning!r}; `blueline queue list` shows them"
            raise QueueError(message)
        return found[0]


@app.command()
def up(  # noqa: PLR0913, PLR0917 - one for each option
    beamline: Beamline = None,
    session: Annotated[
        str | None, typer.Option("--session", "-s", help="One of its sessions [the first].")
    ] = None,
    data: Data = None,
    port: Annotated[
        int | None, typer.Option(help="Channel Access port of the IOC.", min=1, max=65535)
    ] = None,
    prefix: Annotated[str | None, typer.Option(help="Begins the names of PVs.")] = None,
    stream: Annotated[
        str | None, typer.Option(help="Address at which others can follow: 127.0.0.1:5577.")
    ] = None,
    redis: Annotated[
        str | None, typer.Option(help="Redis of the site, host:port/db; or which of our own.")
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="Where the manager listens [60615 or a free port].")
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
    from blueline.queue.configured import queue_settings
    from blueline.queue.launching import bring_up

    settings = queue_settings(
        beamline, session=session, data=data, port=port, prefix=prefix, stream=stream
    )
    said = {"redis": redis, "address": address, "key": key, "scripts": allow_scripts or None}
    settings = replace(settings, **{name: each for name, each in said.items() if each is not None})
    if foreground:
        _stay(settings)
    else:
        _tell_up(bring_up(settings))


def _stay(settings: "QueueSettings") -> None:
    import logging

    from blueline.queue.manager import supervise

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    supervise(settings, _tell_up)


def _tell_up(told: dict[str, Any]) -> None:
    if told.get("public_key"):
        typer.echo(
            f"the queue is up, with {told['redis']}, at {told['control']}; its public key is"
        )
        typer.echo(f"  {told['public_key']}")
        typer.echo(f"and it answers those whose public keys are in {told['clients']}")
        return
    typer.echo(f"the queue is up, with {told['redis']}; for other clients:")
    typer.echo(f"  export QSERVER_ZMQ_CONTROL_ADDRESS=tcp://{told['control']}")


@app.command()
def down(
    beamline: Beamline = None,
    data: Data = None,
    force: Annotated[bool, typer.Option("--force", help="Also while a plan runs.")] = False,
) -> None:
    """End the queue; its items stay for the next time."""
    from blueline.queue.launching import bring_down

    bring_down(_Queue(beamline, data).folder, even_if_running=force)
    typer.echo("the queue is down")


@app.command()
def reopen(beamline: Beamline = None, data: Data = None) -> None:
    """Close the session and open it again, such as after a change of the beamline's files."""
    from blueline.queue.launching import reopen as reopen_session

    reopen_session(_Queue(beamline, data).folder)


@app.command()
def status(beamline: Beamline = None, data: Data = None) -> None:
    """Say how the queue is, and what has been mended."""
    from blueline.queue.reports import status_lines

    queue = _Queue(beamline, data)
    for line in status_lines(queue.client.answer("status"), queue.folder):
        typer.echo(line)


@app.command(context_settings=_TYPED)
def add(
    plan: Annotated[str, typer.Argument(help="Its name; `blueline plans list` shows them.")],
    words: Annotated[
        list[str] | None, typer.Argument(help="Arguments as typed; name=value by name.")
    ] = None,
    beamline: Beamline = None,
    data: Data = None,
    front: Annotated[bool, typer.Option("--front", help="Before all others.")] = False,
) -> None:
    """Add a plan: blueline queue add ascan x 0 5 10 0.1"""  # noqa: D400 - an example
    from blueline.queue.reports import item_of

    item = item_of(plan, words or [])
    position = "front" if front else "back"
    added = _Queue(beamline, data).ask("queue_item_add", item=item, pos=position, **_USER)
    typer.echo(f"{added['item']['item_uid'][:8]} added; {added['qsize']} in the queue")


@app.command("list")
def list_items(beamline: Beamline = None, data: Data = None) -> None:
    """List the items, the next one first."""
    from blueline.queue.reports import item_line

    answer = _Queue(beamline, data).ask("queue_get")
    running = answer.get("running_item") or {}
    if running:
        typer.echo(f"{item_line(running)}  (running)")
    for item in answer["items"]:
        typer.echo(item_line(item))


@app.command()
def remove(uid: Uid, beamline: Beamline = None, data: Data = None) -> None:
    """Remove an item."""
    queue = _Queue(beamline, data)
    queue.ask("queue_item_remove", uid=queue.whole(uid))


@app.command()
def move(
    uid: Uid,
    place: Annotated[int, typer.Argument(help="Counted from 0, the next one to run.")],
    beamline: Beamline = None,
    data: Data = None,
) -> None:
    """Move an item to another place."""
    queue = _Queue(beamline, data)
    queue.ask("queue_item_move", uid=queue.whole(uid), pos_dest=place)


@app.command()
def start(beamline: Beamline = None, data: Data = None) -> None:
    """Run the items, until there is none, one fails, or `stop`."""
    _Queue(beamline, data).ask("queue_start")


@app.command()
def stop(beamline: Beamline = None, data: Data = None) -> None:
    """Stop after the item that runs."""
    _Queue(beamline, data).ask("queue_stop")


@app.command()
def pause(
    beamline: Beamline = None,
    data: Data = None,
    now: Annotated[
        bool, typer.Option("--now", help="At once, not at the next point; resume repeats some.")
    ] = False,
) -> None:
    """Pause the plan that runs."""
    _Queue(beamline, data).ask("re_pause", option="immediate" if now else "deferred")


@app.command()
def resume(beamline: Beamline = None, data: Data = None) -> None:
    """Go on with the plan that is paused."""
    _Queue(beamline, data).ask("re_resume")


@app.command()
def abort(beamline: Beamline = None, data: Data = None) -> None:
    """End the plan that runs or is paused; its files are finished, it stays in the queue."""
    from blueline.queue.reports import abort_plan

    abort_plan(_Queue(beamline, data).client)


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
    _Queue(beamline, data).ask("queue_clear")
    if history_too:
        _Queue(beamline, data).ask("history_clear")
