"""What is right of a wrong description, so that all other problems are told with those it has."""

from blueline.config.node import Node
from blueline.config.validation import Model, keys_of, validated

#: Keys on which nothing else depends: where they are wrong, they hide no other problem.
_ASIDE = frozenset({
    "consumers",
    "data",
    "documentation",
    "formulas",
    "labels",
    "later",
    "location",
    "master",
    "policy",
    "scripts",
    "settings",
    "setup",
    "shares_channels",
    "sleep",
    "synoptic",
})  # fmt: skip
_STAND_IN = "stand_in"


def right_so_far(node: Node, model: type[Model]) -> Model | None:
    """Give the model of a wrong node without what is wrong; None where others may depend on it.

    Keys that are unknown are left out, then those on which nothing depends; a wrong name is kept.
    """
    if not isinstance(node.value, dict):
        return None
    known = set(keys_of(model)) & set(node.value)
    for keys in (known, known - _ASIDE):
        found = _of_keys(node, keys, model) or _under_its_name(node, keys, model)
        if found is not None:
            return found
    return None


def _of_keys(node: Node, keys: set[str], model: type[Model]) -> Model | None:
    pairs = node.value if isinstance(node.value, dict) else {}
    rest = {key: value for key, value in pairs.items() if key in keys}
    return validated(Node(rest, node.file, node.line), model, "")[0]


def _under_its_name(node: Node, keys: set[str], model: type[Model]) -> Model | None:
    """Look at what has a wrong name under a right one."""
    named = node.child("name")
    if named is None or not isinstance(named.value, str) or not isinstance(node.value, dict):
        return None
    pairs = {**node.value, "name": Node(_STAND_IN, named.file, named.line)}
    found = _of_keys(Node(pairs, node.file, node.line), keys, model)
    return None if found is None else found.model_copy(update={"name": named.value})
