"""What the process that scans has in it, and does not."""

import json
import subprocess
import sys

#: They can end their process, or take seconds to load.
HEAVY = ("h5py", "hdf5plugin", "matplotlib", "databroker", "tiled", "lmfit", "xraydb")

SCRIPT = """
import json, sys
from blueline import open_session
from planlib import ascan
folder, port, prefix, *heavy = sys.argv[1:]
with open_session(data=folder, port=int(port), prefix=prefix, screen=sys.stderr) as session:
    session.RE(ascan(session.devices["x"], 0, 1, 5, 0.001))
    session.recorder.drain(30)
    print(json.dumps([name for name in heavy if name in sys.modules]))
"""


def test_a_session_that_has_scanned_never_imports_what_could_end_it(tmp_path, instant_ioc):
    where = [str(tmp_path / "data"), str(instant_ioc.port), instant_ioc.prefix]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *where, "h5py", "hdf5plugin", "matplotlib"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert list((tmp_path / "data").glob("*.nxs"))


def test_the_package_of_consumers_imports_nothing_heavy():
    script = "import json, sys, callbacks; print(json.dumps(list(sys.modules)))"
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=50
    )
    loaded = {name.partition(".")[0] for name in json.loads(said.stdout)}
    assert loaded.isdisjoint(HEAVY)
