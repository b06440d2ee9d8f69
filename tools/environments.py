"""Virtual environments beside that of development, for programs that do not install into it."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

#: Below the environment of development, so that they are ignored and cleaned with it.
FOLDER = Path(__file__).parents[1] / ".venv"
#: Seconds that the package index gets.
INSTALL_DEADLINE = 1800


def python_with(requirements: Path, folder: Path, *, is_complete: bool = False) -> Path:
    """Give the Python of an environment, which is made where it is missing or out of date.

    Parameters
    ----------
    requirements
        What is in it, a file that pip reads.
    folder
        Of the environment.
    is_complete
        The file names all that is needed; what its packages ask for besides is not installed.

    Raises
    ------
    subprocess.CalledProcessError
        The requirements cannot be installed.
    """
    python = folder / "bin" / "python"
    stamp = folder / "requirements.sha256"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not (stamp.exists() and stamp.read_text() == digest):
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(folder)])
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        alone = ["--no-deps"] if is_complete else []
        _run([*pip, *alone, "--requirement", str(requirements)])
        stamp.write_text(digest)
    return python


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, timeout=INSTALL_DEADLINE)  # noqa: S603 - our own
