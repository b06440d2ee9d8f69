"""The arrows between the packages, and what each may touch, kept by reading the imports."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.parsed import parsed

ROOT = Path(__file__).parents[2]
PACKAGES = ("blueline", "callbacks", "devices", "planlib", "reduction", "sim_ioc")
MAY_IMPORT = {
    "planlib": {"reduction"},
    "devices": {"reduction"},
    "callbacks": {"reduction"},
    "sim_ioc": set(),
    "reduction": set(),
    "blueline": {"planlib", "devices", "callbacks", "sim_ioc", "reduction"},
}
#: Files and folders of arithmetic and decisions, which know no device, engine, socket or file.
PURE = (
    "reduction",
    "sim_ioc/physics",
    "planlib/trajectories",
    "devices/axes/derived_limits.py",
    "devices/axes/kinematics.py",
    "devices/counters/group_switches.py",
    "devices/counters/reading.py",
    "devices/counters/sampling_modes.py",
    "devices/counters/scaler_verdict.py",
    "devices/regulation/settling.py",
    "devices/travel.py",
    "callbacks/file_names.py",
    "callbacks/naming.py",
    "callbacks/run_table.py",
    "callbacks/writer.py",
    "callbacks/xdi_header.py",
    "callbacks/stream_wire.py",
    "callbacks/stream_ring.py",
    "callbacks/table_columns.py",
    "callbacks/spec_format.py",
    "callbacks/nexus_absorption.py",
    "callbacks/nexus_errors.py",
    "callbacks/nexus_items.py",
    "callbacks/nexus_layout.py",
    "callbacks/nexus_metadata.py",
    "callbacks/nexus_plots.py",
    "callbacks/nexus_readings.py",
    "callbacks/nexus_rows.py",
    "callbacks/run_readings.py",
)
IMPURE = {"bluesky", "ophyd", "epics", "caproto", "socket", "subprocess", "h5py", "threading"}
#: The only places that may reach for what is private to libraries, in objects of theirs.
PRIVATE_ACCESS = {
    "blueline/engine/quick.py",
    "blueline/guard/following.py",
    "devices/channel_access.py",
    "devices/kept_channels.py",
    "devices/signals.py",
    "sim_ioc/channel_access/circuit.py",
    "sim_ioc/channel_access/wire.py",
}
#: The only files that may know what is private to bluesky, as `blueline.engine.quick` says.
KNOW_BLUESKY = {
    "blueline/ending.py",
    "blueline/engine/bundler.py",
    "blueline/engine/engine.py",
    "blueline/engine/quick.py",
    "blueline/engine/suspension.py",
    "blueline/guard/following.py",
    "blueline/signals.py",
}
FORBIDDEN_NAMES = {"utils.py", "common.py", "helpers.py", "misc.py"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders or PACKAGES:
        path = ROOT / folder
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def tree(path: Path) -> ast.Module:
    return parsed(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Give the full names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def top(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_what_the_design_allows(package):
    for path in sources(package):
        strangers = (top(imported(path)) & set(PACKAGES)) - MAY_IMPORT[package] - {package}
        assert not strangers, name_of(path)


def test_plans_know_devices_by_protocol_only():
    for path in sources("planlib"):
        assert not top(imported(path)) & {"ophyd", "ophyd_async", "epics"}, name_of(path)


@pytest.mark.parametrize("place", PURE)
def test_pure_code_touches_nothing(place):
    for path in sources(place):
        assert not top(imported(path)) & IMPURE, name_of(path)


def test_hdf5_is_imported_where_files_are_written_or_shown_only():
    files = ("callbacks/nexus_", "callbacks/frame", "sim_ioc/area_detector/hdf5_fi")
    for path in sources():
        if not name_of(path).startswith(files):
            assert "h5py" not in top(imported(path)), name_of(path)


def test_matplotlib_is_imported_by_what_draws_only():
    drawing = ("callbacks/plot", "planlib/trajectories/drawing.py")
    for path in sources():
        if not name_of(path).startswith(drawing):
            assert "matplotlib" not in top(imported(path)), name_of(path)


def test_nothing_can_execute_text_or_unpickle():
    for path in sources():
        assert not top(imported(path)) & {"pickle", "dill", "cloudpickle", "marshal"}, name_of(path)
        for node in ast.walk(tree(path)):
            assert not dangerous(node), f"{name_of(path)}:{getattr(node, 'lineno', 0)}"


def dangerous(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    shell = any(
        keyword.arg == "shell" and ast.unparse(keyword.value) == "True" for keyword in node.keywords
    )
    return shell or called in {"eval", "exec", "os.system", "yaml.load", "yaml.unsafe_load"}


def test_private_names_of_libraries_are_used_in_the_listed_files_only():
    for path in sources():
        if name_of(path) in PRIVATE_ACCESS:
            continue
        ours = {"self", "cls", "super()"} | own_names(path)
        for node in ast.walk(tree(path)):
            # os._exit is public, its name notwithstanding
            if isinstance(node, ast.Attribute) and is_private(node.attr):
                if ast.unparse(node) == "os._exit":
                    continue
                assert owner(node) in ours, f"{name_of(path)}:{node.lineno} {ast.unparse(node)}"


def is_private(name: str) -> bool:
    of_named_tuples = {"_fields", "_replace", "_asdict"}
    return name.startswith("_") and not name.startswith("__") and name not in of_named_tuples


def owner(node: ast.Attribute) -> str:
    return ast.unparse(node.value).partition(".")[0]


def own_names(path: Path) -> set[str]:
    """Give parameters and variables annotated with a class of the same file."""
    classes = {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)}
    return {
        node.arg
        for node in ast.walk(tree(path))
        if isinstance(node, ast.arg)
        and node.annotation is not None
        and ast.unparse(node.annotation).strip("'\"") in classes
    }


def test_what_is_private_to_bluesky_is_known_in_the_listed_files_only():
    known = private_to_bluesky()
    assert {"_task", "_interrupted", "_plan_stack"} <= known
    found = {name_of(path) for path in sources() if known & of_an_engine(path)}
    assert found == KNOW_BLUESKY


def test_the_engine_lists_who_knows_what_is_private_to_bluesky():
    said = ast.get_docstring(tree(ROOT / "blueline/engine/quick.py")) or ""
    for name in KNOW_BLUESKY - {"blueline/engine/quick.py"}:
        module = name.removesuffix(".py").replace("/", ".").removeprefix("blueline.engine.")
        assert f"`{module}`" in said, name


def private_to_bluesky() -> set[str]:
    """Give the private names of an engine and its bundlers."""
    from bluesky import RunEngine
    from bluesky.bundlers import RunBundler

    parts = (parsed(inspect.getsource(each)) for each in (RunEngine, RunBundler))
    named = (each.attr for part in parts for each in ast.walk(part) if is_self(each))
    return set(filter(is_private, named)) | {name for name in dir(RunEngine) if is_private(name)}


def is_self(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"self", "super()"}


def of_an_engine(path: Path) -> set[str]:
    """Give what subclasses of bluesky's engine use of themselves, and others by name or noted."""
    found: set[str] = set()
    engines = {"RunEngine", "SuspendableRunEngine", "QuickRunEngine", "RunBundler"}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and {ast.unparse(base) for base in node.bases} & engines:
            found |= {each.attr for each in ast.walk(node) if is_self(each)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"getattr", "setattr"}:
            owner_of, name = ast.unparse(node.args[0]), ast.unparse(node.args[1]).strip("'")
            if owner_of != "self":
                found.add(name)
        elif isinstance(node, ast.Attribute) and "engine" in owner_text(node).lower():
            found.add(node.attr)
    return found


def owner_text(node: ast.Attribute) -> str:
    return ast.unparse(node.value).rpartition(".")[2]


def test_no_file_is_a_drawer():
    for path in sources():
        assert path.name not in FORBIDDEN_NAMES, name_of(path)


def test_private_seams_still_exist_upstream():
    from bluesky import RunEngine
    from bluesky.bundlers import RunBundler

    assert RunEngine.RunBundler is RunBundler
    assert hasattr(RunBundler, "_prepare_stream")


def test_signals_still_begin_their_monitors_where_we_stand_in():
    from ophyd.signal import EpicsSignalBase

    source = inspect.getsource(EpicsSignalBase._add_callback)
    assert "mon = pv.add_callback(cb, run_now=pv.connected)" in source
    assert "self._monitors[pvname] = mon" in source
