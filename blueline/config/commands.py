"""``blueline config …`` and ``blueline new …``: messages are ``file:line: sentence``."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from blueline.config.configuration import Configuration
    from blueline.config.errors import ConfigError
    from blueline.config.loading import Look

app = typer.Typer(help="Check and show the configuration of a beamline.", no_args_is_help=True)
new = typer.Typer(help="Write an example to begin with.", no_args_is_help=True)

Where = Annotated[
    str | None,
    typer.Argument(help="Folder or name of a beamline; without it, the one we are in."),
]
Beamline = Annotated[
    str | None, typer.Option("--beamline", "-b", help="Its folder or name (default: the one here).")
]


@app.command()
def check(
    where: Where = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Import no classes: look at the files alone.")
    ] = False,
) -> None:
    """Tell everything that is wrong, with file and line; exit status 1 if anything is."""
    from blueline.config.class_checks import class_problems
    from reduction.plural import numbered

    configuration = _loaded(where, None if offline else class_problems)
    number = len(configuration.device_entries)
    sessions = ", ".join(configuration.sessions)
    typer.echo(
        f"{configuration.name}: {numbered(number, 'device')}, sessions {sessions}: nothing is wrong"
    )


@app.command()
def show(
    where: Where = None,
    device: Annotated[str | None, typer.Option(help="All about one device.")] = None,
    session: Annotated[str, typer.Option(help="Whose devices.")] = "default",
) -> None:
    """List the devices of a session, where each is described, and who consumes its documents."""
    from blueline.config.configuration import macros_of
    from blueline.config.showing import consumers_listing, described, listing

    configuration = _loaded(where)
    if device is not None:
        typer.echo(described(configuration, device))
        return
    typer.echo(listing(configuration, session, macros_of(configuration)))
    typer.echo(consumers_listing(configuration, session))


@app.command()
def sessions(where: Where = None) -> None:
    """List the sessions with how many devices each has; where none is named the first opens."""
    from blueline.config.showing import sessions_listing

    typer.echo(sessions_listing(_loaded(where)))


@app.command("set", context_settings={"ignore_unknown_options": True})
def set_values(
    name: Annotated[str, typer.Argument(help="Of a device, a group, a session or a guard.")],
    values: Annotated[
        list[str], typer.Argument(help="KEY=VALUE, such as settings.velocity=2.0 enabled=false.")
    ],
    beamline: Beamline = None,
) -> None:
    """Change what is written, comments and all else kept, unless something would be wrong then."""
    from blueline.config.editing import put_words
    from blueline.config.errors import ConfigError

    configuration = _loaded(beamline)
    try:
        entry = configuration.entry(name)
        path = put_words(_short(configuration.folder), entry, values)
        typer.echo(f"{_short(path)}: {name} is changed")
    except ConfigError as error:
        _fail(error)


@app.command()
def edit(
    what: Annotated[
        str, typer.Argument(help="A file of it, or what is described in one, such as a device.")
    ] = "beamline.yml",
    beamline: Beamline = None,
) -> None:
    """Open a file in $EDITOR, and put it in place when nothing is wrong with it."""
    from blueline.config.editing import write_text
    from blueline.config.editor import in_editor
    from blueline.config.errors import ConfigError
    from blueline.config.finding import find_configuration

    folder = find_configuration(beamline) or _loaded(beamline).folder
    path = folder / what
    if not path.is_file():
        path = _loaded(beamline).entry(what).file.absolute()
    before = path.read_text(encoding="utf-8")
    text = before
    while (edited := in_editor(text)) != before:
        try:
            write_text(folder, path, edited, before)
        except ConfigError as error:
            typer.echo(str(error), err=True)
            text = edited
            if typer.confirm("Edit it again?", default=True):
                continue
            typer.echo(f"{_short(path)} stays as it was", err=True)
            raise typer.Exit(1) from None
        typer.echo(f"{_short(path)} is changed")
        return
    typer.echo(f"{_short(path)} stays as it was")


@app.command("form")
def class_form(
    path: Annotated[str, typer.Argument(help="Of a class, such as devices.Camera.")],
    beamline: Annotated[
        str | None, typer.Option("--beamline", "-b", help="Whose packages are known as well.")
    ] = None,
) -> None:
    """Print what a class takes, as YAML to fill in."""
    from blueline.config.beamline_model import PACKAGES
    from blueline.config.class_form import form
    from blueline.config.class_paths import reach_own_classes
    from blueline.config.finding import find_configuration

    packages: Sequence[str] = PACKAGES
    if find_configuration(beamline) is not None:
        configuration = _loaded(beamline)
        reach_own_classes(configuration.folder)
        packages = configuration.packages
    typer.echo(form(path, packages))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the files, for editors that check while typing."""
    from blueline.config.reference_page import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="Folder of the one.")],
    changed: Annotated[str, typer.Argument(metavar="NEW", help="Folder of the other.")],
) -> None:
    """Tell what is different between two configurations; exit status 1 if anything is."""
    from blueline.config.comparing import changes

    found = changes(_loaded(old), _loaded(changed))
    for line in found:
        typer.echo(line)
    if found:
        raise typer.Exit(1)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="devices.yml of apsbits, or the JSON of happi.")],
    to: Annotated[Path | None, typer.Option(help="New file; printed without it.")] = None,
) -> None:
    """Turn what other programs describe into devices of ours."""
    from blueline.config.errors import ConfigError
    from blueline.config.foreign import import_devices
    from reduction.plural import numbered

    try:
        found = import_devices(file)
        text = found.text()
    except ConfigError as error:
        _fail(error)
    if to is None:
        typer.echo(text, nl=False)
        return
    try:
        with to.open("x", encoding="utf-8") as written:
            written.write(text)
    except OSError as error:
        typer.echo(f"{to}: it cannot be written: {error.strerror}", err=True)
        raise typer.Exit(1) from None
    for note in found.notes:
        typer.echo(f"{file}: {note}", err=True)
    if found.packages:
        typer.echo(f"add to beamline.yml: packages: [{', '.join(found.packages)}]", err=True)
    typer.echo(f"{to}: {numbered(len(found.devices), 'device')}")


@new.command("beamline")
def new_beamline(
    name: Annotated[str, typer.Argument(help="Of the beamline, and of its new folder.")],
    where: Annotated[Path, typer.Option(help="Folder in which it is made.")] = Path(),
) -> None:
    """Write a beamline that works at once, on simulated hardware, with comments that explain it."""
    from blueline.config.errors import ConfigError
    from blueline.config.example_beamline import write_example

    try:
        folder = write_example(name, where)
    except ConfigError as error:
        _fail(error)
    typer.echo(f"{folder} is a beamline: `blueline shell {folder}` opens it")


@new.command("session")
def new_session(
    name: Annotated[str, typer.Argument(help="Of the session.")],
    beamline: Beamline = None,
) -> None:
    """Describe a session with all devices, and write an empty setup file for it."""
    from blueline.config.errors import ConfigError
    from blueline.config.new_session import add_session

    configuration = _loaded(beamline)
    try:
        file, setup = add_session(configuration, name)
    except ConfigError as error:
        _fail(error)
    folder = _short(configuration.folder)
    typer.echo(f"{_short(file)} describes it, {_short(setup)} runs first")
    typer.echo(f"`blueline shell {folder} --session {name}` opens it")


@new.callback()
def _new() -> None:
    """Write an example to begin with."""


def _loaded(where: str | None, look: "Look | None" = None) -> "Configuration":
    from blueline.config.errors import ConfigError
    from blueline.config.finding import find_configuration
    from blueline.config.loading import load_configuration

    try:
        folder = find_configuration(where)
        if folder is not None:
            return load_configuration(_short(folder), look)
    except ConfigError as error:
        _fail(error)
    sentence = "there is no beamline here or above: `blueline new beamline NAME` writes one"
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def _short(folder: Path) -> Path:
    """Give a folder below the one we are in as people would type it."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _fail(error: "ConfigError") -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(1) from None
