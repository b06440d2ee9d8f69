"""A text in the editor of people: ``VISUAL``, or ``EDITOR``."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from blueline.errors import BluelineError

#: Where nobody says which; POSIX has it.
_USUAL = "vi"


def in_editor(text: str) -> str:
    """Give a text as people have left it.

    Raises
    ------
    BluelineError
        The editor is not there, or has failed.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or _USUAL
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "beamline.yml"
        path.write_text(text, encoding="utf-8")
        try:
            # people's own editor, which asks them
            subprocess.run([*shlex.split(command), str(path)], check=True)  # noqa: S603
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            message = f"the editor {command} cannot be used ({error}): set EDITOR to another one"
            raise BluelineError(message) from error
        return path.read_text(encoding="utf-8")
