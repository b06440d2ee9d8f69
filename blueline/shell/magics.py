"""bluesky's magics, ``%mov x 3``, which are commands and plans of ours under other names.

Theirs would make an engine of their own and switch off the last line of ours; what is typed with
the percent sign is the same as what is typed without, and gives the same.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from blueline.shell.listing import labels_of
from blueline.shell.typing import alone, is_python, typed
from blueline.shell.words import words

if TYPE_CHECKING:
    from blueline.shell.vocabulary import Vocabulary

#: The magics that bluesky 1.15 has, and what each is typed as here.
TYPED_AS: Mapping[str, str] = {"mov": "umv", "movr": "umvr", "ct": "ct", "wa": "wa"}
#: Seconds that ``%ct`` counts where it is told devices alone.
COUNT_TIME = "1"
#: Those that take labels of devices as well.
_BY_LABEL = frozenset({"ct", "wa"})
#: Labels of bluesky's for what these two look at where nothing is named.
_ALL = frozenset({"motors", "detectors"})


def register_magics(
    shell: Any,  # noqa: ANN401 - IPython's
    vocabulary: "Vocabulary",
    devices: Mapping[str, Any],
) -> None:
    """Have a shell know bluesky's magics.

    Parameters
    ----------
    shell
        IPython's.
    vocabulary
        The names at the prompt, with the commands and plans that the magics stand for.
    devices
        By name: their labels can be typed in their place after ``%ct`` and ``%wa``.
    """

    def registered(magic: str) -> None:
        def run(line: str) -> None:
            shell.ex(meant(magic, line, vocabulary, devices))

        run.__doc__ = f"Do what {TYPED_AS[magic]} does; %{magic} is bluesky's name of it."
        shell.register_magic_function(run, "line", magic)

    for magic in TYPED_AS:
        registered(magic)


def meant(magic: str, line: str, vocabulary: "Vocabulary", devices: Mapping[str, Any]) -> str:
    """Give the Python that a magic and the rest of its line mean.

    Examples
    --------
    >>> from blueline.shell.vocabulary import Vocabulary
    >>> def umv(*moves): ...
    >>> names = {"umv": umv, "x": None}
    >>> meant("mov", "x 3", Vocabulary(names, {"umv": umv}), {})
    'umv(x, 3)'
    """
    arguments = words(line)
    if magic in _BY_LABEL:
        arguments = list(_named(arguments, vocabulary, devices))
    if magic == "ct" and arguments and arguments[0] in devices:
        arguments.insert(0, COUNT_TIME)
    text = " ".join([TYPED_AS[magic], *arguments])
    read = alone if is_python(text) else typed
    return read(text, vocabulary)


def _named(
    arguments: Iterable[str], vocabulary: "Vocabulary", devices: Mapping[str, Any]
) -> Iterable[str]:
    """Give the names of the devices that have a label, in place of the label."""
    for word in arguments:
        if vocabulary.is_known(word) or not word.isidentifier():
            yield word
            continue
        labelled = [name for name, device in devices.items() if word in labels_of(device)]
        if not labelled and word in _ALL:
            continue
        yield from labelled or [word]
