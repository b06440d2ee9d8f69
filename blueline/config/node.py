"""A value of a configuration that knows where it was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blueline.yaml_scalars import Scalar

Content = "dict[str, Node] | list[Node] | Scalar"


@dataclass(slots=True)
class Node:
    """A mapping, a list or a scalar, with its place.

    Parameters
    ----------
    value
        Nodes by key, a list of nodes, or what a word means.
    line
        Where it begins, or where its key stands; from 1.
    """

    value: "dict[str, Node] | list[Node] | Scalar"
    file: Path
    line: int

    def plain(self) -> Any:  # noqa: ANN401 - what the file holds
        """Give it in Python's own types."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    @property
    def items(self) -> "list[Node]":
        """The nodes of a list; none of anything else."""
        return self.value if isinstance(self.value, list) else []

    def child(self, step: str | int) -> "Node | None":
        """Give the node at a key or an index."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return self.value[step]
        return None

    def find(self, where: Sequence[str | int]) -> tuple["Node", list[str]]:
        """Give the deepest node on a path, and its name in words; other steps are left out."""
        node, names = self, []
        for step in where:
            below = node.child(step)
            if below is None:
                continue
            names.append(str(step))
            node = below
        return node, names


def merged(base: Node, own: Node) -> Node:
    """Give a mapping with what it inherits: mappings key by key, all else as a whole."""
    if not isinstance(base.value, dict) or not isinstance(own.value, dict):
        return own
    keys = dict(base.value)
    for key, node in own.value.items():
        keys[key] = merged(keys[key], node) if key in keys else node
    return Node(keys, own.file, own.line)
