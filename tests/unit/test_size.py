"""Files and functions stay small enough to be read at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.parsed import parsed

ROOT = Path(__file__).parents[2]
CODE = (
    "planlib",
    "devices",
    "callbacks",
    "sim_ioc",
    "reduction",
    "blueline",
    "benchmarks",
    "tools",
)
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 50


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_no_file_is_longer_than_400_lines():
    long = [p for p in files(*CODE, "tests") if len(p.read_text().splitlines()) > MOST_LINES]
    assert long == []


def test_no_function_is_longer_than_50_lines():
    long = []
    for path in files(*CODE):
        for node in ast.walk(parsed(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                code = node.end_lineno - node.lineno + 1 - docstring_lines(node)
                if code > MOST_LINES_OF_A_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {code}")
    assert long == []


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return first.end_lineno - first.lineno + 1 if is_text else 0
