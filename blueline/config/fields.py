"""What the models of a configuration have in common: strictness, names, class paths, addresses."""

import keyword
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

#: Characters of the longest name: it is a column of tables and files.
LONGEST_NAME = 60
_CLASS_PATH = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*([.:])[A-Za-z]\w*(\.[A-Za-z]\w*)*")


class Strict(BaseModel):
    """A mapping with these keys and no others; texts are no numbers."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def _checked_name(name: str) -> str:
    if keyword.iskeyword(name):
        message = f"{name!r} is a word of Python: give it another name"
        raise ValueError(message)
    if not name.isidentifier() or not name.isascii() or name.startswith("_"):
        message = "a name is letters, digits and _, and begins with a letter"
        raise ValueError(message)
    return name


def _checked_class_path(path: str) -> str:
    if not _CLASS_PATH.fullmatch(path) or "__" in path:
        message = "a class is written as devices.Motor or package.module:Class"
        raise ValueError(message)
    return path


def _checked_inside(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    if path.startswith("/") or ".." in parts or not path.strip():
        message = "a file of the beamline's own folder is needed, such as setup/user.py"
        raise ValueError(message)
    return path


def _checked_address(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        message = "an address is written as host:port, such as 127.0.0.1:5577"
        raise ValueError(message)
    return address


Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_checked_name)]
ClassPath = Annotated[str, Field(max_length=200), AfterValidator(_checked_class_path)]
InsidePath = Annotated[str, Field(max_length=200), AfterValidator(_checked_inside)]
Address = Annotated[str, Field(max_length=200), AfterValidator(_checked_address)]
Words = Annotated[str, Field(max_length=2000)]
Port = Annotated[int, Field(ge=1, le=65535)]


def each_once(names: list[str]) -> list[str]:
    """Refuse names that come more than once."""
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"{', '.join(twice)} stands twice"
        raise ValueError(message)
    return names
