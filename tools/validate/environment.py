"""The virtual environment of the validators, made again when its requirements change."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
#: Below the environment of development, so that it is ignored and cleaned with it.
FOLDER = ROOT / ".venv" / "validators"
#: Seconds that the package index gets.
INSTALL_DEADLINE = 1800


def validators_python(folder: Path = FOLDER) -> Path:
    """Give the Python of the environment, which is made where it is missing or out of date.

    Raises
    ------
    subprocess.CalledProcessError
        The requirements cannot be installed.
    """
    python = folder / "bin" / "python"
    stamp = folder / "requirements.sha256"
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not (stamp.exists() and stamp.read_text() == digest):
        _make(folder, python)
        stamp.write_text(digest)
    return python


def _make(folder: Path, python: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    # the file pins all that is needed; what else the packages ask for is hundreds of megabytes
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--no-deps", "--requirement", str(REQUIREMENTS)])


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, timeout=INSTALL_DEADLINE)  # noqa: S603 - our own
