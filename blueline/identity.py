"""Make sure that our packages are ours.

``devices`` or ``callbacks`` are names that a stranger's package may have too; importing the wrong
one silently would be worse than not starting.
"""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from blueline.errors import BluelineError

PACKAGES = ("blueline", "callbacks", "devices", "planlib", "reduction", "sim_ioc")


def check_identity(packages: Iterable[str] = PACKAGES) -> None:
    """Refuse to go on where one of our packages resolves outside our distribution.

    Raises
    ------
    BluelineError
        With the package and where it was found.
    """
    home = Path(__file__).parent.parent
    for name in packages:
        spec = find_spec(name)
        origin = Path(spec.origin).parent if spec is not None and spec.origin else None
        if origin != home / name:
            message = (
                f"the package {name!r} is found in {origin}, not in {home}: another package of "
                "that name is installed or on PYTHONPATH; remove it"
            )
            raise BluelineError(message)
