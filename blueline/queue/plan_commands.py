"""The commands ``blueline plans``: what the queue can run, and what each plan takes."""

import contextlib
import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blueline.errors import BluelineError

if TYPE_CHECKING:
    from blueline.queue.site_plans import SitePlans

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
    str | None,
    typer.Option(
        "--session",
        envvar="BLUELINE_SESSION",
        help="Whose devices are offered (default: the first).",
    ),
]
OwnPlans = Annotated[
    Path | None,
    typer.Option("--from", help="Python file with plans of one's own, which is run.", exists=True),
]


@app.command("list")
def list_plans(beamline: Named = None, session: SessionName = None, own: OwnPlans = None) -> None:
    """List the plans of the queue: name, where it is from, what it does.

    Those of setup files are as the queue had them when its session was opened last. Plans of one's
    own that cannot be in it are told, with the reason, and the exit status is 1.
    """
    from blueline.queue.offered import Offered
    from blueline.queue.plans import known_plans, plan_sources

    names = _marked_in(own)
    site = _noted(beamline, session)
    refused = list(site.refused)
    with _devices(beamline, session) as devices:
        plans = known_plans(devices, names, refused.append)
        sources = plan_sources(Offered(devices), names)
    told = {name: (sources[name].origin, plan.summary) for name, plan in plans.items()}
    told |= {name: ("site", each) for name, each in (site.summaries or {}).items()}
    width = max(map(len, told))
    for name, (origin, summary) in sorted(told.items()):
        typer.echo(f"{name:<{width}}  {origin:<7}  {summary.partition('. ')[0].rstrip('.')}")
    for sentence in [*refused, *_not_known_yet(beamline, session)]:
        typer.secho(sentence, fg="red", err=True)
    if refused:
        raise typer.Exit(1)


@app.command("schema")
def show_schema(
    name: Annotated[str, typer.Argument(help="A plan, or one in a file: my_plans.py::park.")],
    beamline: Named = None,
    session: SessionName = None,
    own: OwnPlans = None,
) -> None:
    """Print the JSON Schema of what a plan takes, with the devices it may be given."""
    from blueline.queue.plans import known_plans
    from blueline.queue.schema import schema_of

    file, inside, plan = name.rpartition("::")
    names = _marked_in(Path(file) if inside else own)
    site = _noted(beamline, session)
    schemas = {} if names else dict(site.schemas or {})
    refused = [] if names else list(site.refused)
    if plan not in schemas:
        with _devices(beamline, session) as devices:
            plans = known_plans(devices, names, refused.append)
            schemas |= {each: schema_of(described) for each, described in plans.items()}
    if plan not in schemas:
        yet = _not_known_yet(beamline, session)
        raise BluelineError(_not_there(plan, schemas, refused, yet))
    typer.echo(json.dumps(schemas[plan], indent=2, ensure_ascii=False))


def _not_there(plan: str, known: Iterable[str], refused: Iterable[str], yet: Sequence[str]) -> str:
    """Say why a plan is not there."""
    from blueline.queue.item_check import no_such_plan

    why = (sentence for sentence in refused if sentence.startswith(f"{plan} cannot"))
    return next(why, "; ".join([no_such_plan(plan, known), *yet]))


def _noted(beamline: str | None, session: str | None) -> "SitePlans":
    """Give the site's plans as the queue had them last."""
    from blueline.queue.configured import running_queue_folder
    from blueline.queue.site_plans import noted_site_plans

    return noted_site_plans(running_queue_folder(beamline).site_plans, session)


def _not_known_yet(beamline: str | None, session: str | None) -> list[str]:
    """Say that a session's setup files may have plans, where the queue has not had it open.

    They are not run for that: what they do, they do to a beamline.
    """
    from blueline.config import find_configuration, load_configuration

    folder = find_configuration(beamline)
    if folder is None or _noted(beamline, session).session:
        return []
    config = load_configuration(folder)
    included = config.included(session or config.sessions[0])
    files = dict.fromkeys(each.setup for each in included if each.setup)
    marking = [each for each in files if "queue_plan" in _text(config.folder / each)]
    return [
        f"those of {file} are known once the queue has opened its session: `blueline queue up`"
        for file in marking
    ]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


@contextlib.contextmanager
def _devices(beamline: str | None, session: str | None) -> Iterator[Mapping[str, Any]]:
    """Make the devices, without waiting for any of them, and let go of them in the end."""
    made = _made(beamline, session)
    try:
        made.make_later()
        yield made.devices
    finally:
        made.destroy()


def _made(beamline: str | None, session: str | None) -> Any:  # noqa: ANN401 - any beamline
    from blueline.beamline import virtual_beamline
    from blueline.config import find_configuration, load_configuration, make_beamline
    from blueline.epics import DEFAULT_PORT, use_loopback

    folder = find_configuration(beamline)
    if folder is not None:
        config = load_configuration(folder)
        return make_beamline(config, session or config.sessions[0])
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
