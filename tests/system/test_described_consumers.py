"""Consumers that a description switches off or adds, in a real scan."""

import io
import re
from pathlib import Path

from blueline import open_session
from blueline.config.example_beamline import write_example
from blueline.runs import recover_all
from planlib import ascan
from tests.waiting import PATIENCE

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "describe-a-beamline.md"


def shown(kind, beginning):
    """Give a block of the guide."""
    found = re.search(rf"```{kind}\n({beginning}.*?)```", GUIDE.read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def test_what_the_guide_describes_consumes_the_documents_of_a_scan(instant_ioc, tmp_path):
    folder = write_example("mine", tmp_path)
    consumers = shown("yaml", "beamline:").partition("name: test\n")[2]
    file = folder / "beamline.yml"
    text = file.read_text().replace('P: "BL:"', f'P: "{instant_ioc.prefix}"')
    file.write_text(text.replace("port: 5064", f"port: {instant_ioc.port}") + consumers)
    (folder / "python").mkdir()
    (folder / "python" / "logbook.py").write_text(shown("python", "class Logbook"))
    screen = io.StringIO()
    with open_session(folder, screen=screen) as session:
        session.RE(ascan(session.devices["x"], 0, 1, 2, 0.1))
        assert session.recorder.drain(PATIENCE)
        states = str(session.recorder.status())
        data = session.folder.root
    assert "the logbook" in states
    assert "the CSV writer" not in states
    assert (data / "logbook.txt").read_text() == "1 ascan\n"
    made = {path.suffix for path in data.iterdir()}
    assert {".spec", ".nxs"} <= made
    assert not {".csv", ".xdi"} & made
    assert recover_all(data) == ["all runs are complete"]
    assert {path.suffix for path in data.iterdir()} == made
