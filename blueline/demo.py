"""The demonstration: a real experiment on the virtual beamline, from alignment to map."""

import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueline.opening import open_session
from blueline.session import Session
from planlib import Region, ascan, edge_energy, mesh, xafs
from planlib.xafs import TRANSMISSION

#: The Cu K example of acquisition 10.2: 279 points.
COPPER_REGIONS = (
    Region(8950, 8970, step=2, time=1.0),
    Region(8970, 9000, step=0.5, time=0.5),
    Region(9000, 9600, k_step=0.05, time=0.5, final_time=2.0, weight=2),
)
#: Where the sample is aligned: above the edge, where it absorbs strongly.
ALIGNMENT_ENERGY = 9000.0


def run_demo(data: Path, time_factor: float, seed: int) -> None:
    """Align the sample, scan the Cu K edge, map the sample, and say what was found.

    Parameters
    ----------
    data
        Folder for the files.
    time_factor, seed
        Of the virtual beamline.
    """
    from sim_ioc.process import IocProcess

    began = time.monotonic()
    with IocProcess(time_factor=time_factor, seed=seed) as ioc:
        say(
            f"Virtual beamline on 127.0.0.1:{ioc.port}, {time_factor:g} times faster than life, "
            f"noise seed {seed}"
        )
        with open_session(data=data, port=ioc.port, data_set="demo") as session:
            found = Experiment(session).run()
        files = [path for consumer in session.consumers.files for path in consumer.paths]
    report(session, found, files)
    say(f"\nDone in {time.monotonic() - began:.0f} s.")


@dataclass
class Findings:
    """What the experiment found, in words."""

    alignment: str
    edge: str


class Experiment:
    """The steps of the demonstration, on one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.devices = session.devices

    def run(self) -> Findings:
        """Do everything."""
        import bluesky.plan_stubs as bps

        devices = self.devices
        say(f"\n1. Open the shutter, go to {ALIGNMENT_ENERGY:g} eV and align the sample")
        self.session.RE(bps.mv(devices["shutter"], "open", devices["energy"], ALIGNMENT_ENERGY))
        alignment = self.align("x", -1.5, 4.0)
        say("\n2. Measure the Cu K edge with fixed exit")
        uid = self.measure(xafs(devices["energy"], COPPER_REGIONS, element="Cu"))
        edge = self.edge(uid)
        say("\n3. Map the sample")
        self.map()
        return Findings(alignment, edge)

    def measure(self, plan: Any) -> str:  # noqa: ANN401 - a plan
        """Run one scan and give its uid."""
        (uid,) = self.session.RE(plan)
        return uid

    def align(self, name: str, start: float, stop: float) -> str:
        """Scan one sample axis, fit the peak of the absorption and go there."""
        import bluesky.plan_stubs as bps

        axis = self.devices[name]
        plot = {"derived": TRANSMISSION, "plot": {"x": name, "y": ["mu"]}}
        uid = self.measure(ascan(axis, start, stop, 40, 0.2, md=plot))
        fit = self.session.results(uid)["mu"].fit
        if not fit.success:
            return f"{name}: no peak found ({fit.message}); the sample stays where it is"
        self.session.RE(bps.mv(axis, fit.center))
        return (
            f"{name}: centre {fit.center:.4f} ± {fit.center_error:.4f} {axis.egu}, "
            f"FWHM {fit.fwhm:.4f} ± {fit.fwhm_error:.4f} {axis.egu}"
        )

    def edge(self, uid: str) -> str:
        """Find the absorption edge in the data."""
        from reduction.edges import find_edge

        columns = self.session.columns(uid)
        found = find_edge(columns["energy"], columns["mu"])
        if not found.success:
            return f"no edge found: {found.message}"
        tabulated = edge_energy("Cu", "K")
        return (
            f"Cu K edge at {found.energy:.2f} ± {found.error:.2f} eV "
            f"({found.energy - tabulated:+.2f} eV from the tabulated {tabulated:g} eV)"
        )

    def map(self) -> None:
        """Map the absorption around the middle of the sample."""
        x, y = self.devices["x"], self.devices["y"]
        plot = {"derived": TRANSMISSION, "plot": {"x": "x", "y": ["mu"]}}
        self.measure(mesh(x, -1, 3.6, 23, y, -2.2, 1.4, 12, 0.1, md=plot))


def report(session: Session, found: Findings, files: list[str]) -> None:
    """Say what was found, where the files are and how to open them."""
    folder = session.folder
    say("\nFound")
    for line in (found.alignment, found.edge):
        say(f"  {line}")
    say("\nFiles")
    say(f"  {folder.journal_folder}/*.jsonl  (the journals: everything)")
    for path in sorted({*map(str, folder.root.glob("*.spec")), *files}):
        say(f"  {path}")
    command = program()
    say("\nOpen them")
    say(f"  silx view {folder.nexus_dataset_path}")
    say("      the NeXus files; SPEC files too; pip install 'silx[full]', or use PyMca or h5py")
    say(f"  {command} runs show -1 --data {folder.root}")
    say(f"  {command} shell --data {folder.root}")
    say("      scan the virtual beamline yourself")


def program() -> str:
    """Give what to type for this program: its name where the shell finds it, or else its path."""
    typed = sys.argv[0]
    if Path(typed).name != "blueline":
        return f"{sys.executable} -m blueline"
    return "blueline" if shutil.which("blueline") == str(Path(typed).absolute()) else typed


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)  # noqa: T201 - the demonstration talks
