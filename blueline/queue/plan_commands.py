"""The commands ``blueline plans``: what the queue can run, and what each plan takes."""

import contextlib
import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from blueline.errors import BluelineError

app = typer.Typer(help="Look at the plans that the queue can run.", no_args_is_help=True)

Named = Annotated[
    str | None,
    typer.Option(
        "--beamline",
        envvar="BLUELINE_BEAMLINE",
        help="Name or folder of a beamline; without it the one here, or the virtual one.",
    ),
]
SessionName = Annotated[
    str, typer.Option("--session", envvar="BLUELINE_SESSION", help="Whose devices are offered.")
]
OwnPlans = Annotated[
    Path | None,
    typer.Option("--from", help="Python file with plans of one's own, which is run.", exists=True),
]


@app.command("list")
def list_plans(
    beamline: Named = None, session: SessionName = "default", own: OwnPlans = None
) -> None:
    """List the plans of the queue: name, where it is from, what it does.

    Plans of one's own that cannot be in it are told, with the reason, and the exit status is 1.
    """
    from blueline.queue.offered import Offered
    from blueline.queue.plans import known_plans, plan_sources

    names = _marked_in(own)
    refused: list[str] = []
    with _devices(beamline, session) as devices:
        plans = known_plans(devices, names, refused.append)
        sources = plan_sources(Offered(devices), names)
    width = max(map(len, plans))
    for name, plan in sorted(plans.items()):
        sentence = plan.summary.partition(". ")[0].rstrip(".")
        typer.echo(f"{name:<{width}}  {sources[name].origin:<7}  {sentence}")
    for sentence in refused:
        typer.secho(sentence, fg="red", err=True)
    if refused:
        raise typer.Exit(1)


@app.command("schema")
def show_schema(
    name: Annotated[str, typer.Argument(help="A plan, or one in a file: my_plans.py::park.")],
    beamline: Named = None,
    session: SessionName = "default",
    own: OwnPlans = None,
) -> None:
    """Print the JSON Schema of what a plan takes, with the devices it may be given."""
    from blueline.queue.item_check import no_such_plan
    from blueline.queue.plans import known_plans
    from blueline.queue.schema import schema_of

    file, inside, plan = name.rpartition("::")
    names = _marked_in(Path(file) if inside else own)
    with _devices(beamline, session) as devices:
        plans = known_plans(devices, names)
        if plan not in plans:
            raise BluelineError(no_such_plan(plan, plans))
        typer.echo(json.dumps(schema_of(plans[plan]), indent=2, ensure_ascii=False))


@contextlib.contextmanager
def _devices(beamline: str | None, session: str) -> Iterator[Mapping[str, Any]]:
    """Make the devices, without waiting for any of them, and let go of them in the end."""
    made = _made(beamline, session)
    try:
        made.make_later()
        yield made.devices
    finally:
        made.destroy()


def _made(beamline: str | None, session: str) -> Any:  # noqa: ANN401 - any beamline
    from blueline.beamline import virtual_beamline
    from blueline.config import find_configuration, load_configuration, make_beamline
    from blueline.epics import DEFAULT_PORT, use_loopback

    folder = find_configuration(beamline)
    if folder is not None:
        return make_beamline(load_configuration(folder), session)
    use_loopback([DEFAULT_PORT])
    return virtual_beamline()


def _marked_in(path: Path | None) -> dict[str, Any]:
    """Run a Python file, and give its names.

    Raises
    ------
    BluelineError
        It is none, or fails.
    """
    if path is None:
        return {}
    specification = importlib.util.spec_from_file_location(path.stem, path)
    if specification is None or specification.loader is None or not path.is_file():
        message = f"{path} is no Python file: name one that ends in .py"
        raise BluelineError(message)
    module = importlib.util.module_from_spec(specification)
    try:
        specification.loader.exec_module(module)
    except Exception as error:  # whatever people write there
        message = f"{path} cannot be run: {type(error).__name__}: {error}"
        raise BluelineError(message) from error
    return dict(vars(module))
