"""What is typed as words becomes Python; what is Python stays as it is."""

import ast
import contextlib
import inspect
import io
import sysconfig
import tokenize
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blueline.shell.typing import alone, is_python, typed
from blueline.shell.vocabulary import Callee, Kind, Vocabulary
from planlib.messages import MsgGenerator
from tests.parsed import parsed


def umv(*pairs): ...


def ascan(motor, start, stop, intervals, count_time, *counters) -> MsgGenerator: ...


def wa(): ...


def newproposal(name: str): ...


def show(what: Literal["peak", "all"] = "all", *, title: str = ""): ...


def lsobj(*patterns: str): ...


def ct(count_time=1.0, *counters, after=None) -> MsgGenerator: ...


def again(run: str | int | dict = -1, comment: str = "", **changes) -> MsgGenerator: ...


def steps(number):
    yield from range(number)


COMMANDS = {
    "again": again,
    "ascan": ascan,
    "ct": ct,
    "lsobj": lsobj,
    "newproposal": newproposal,
    "show": show,
    "umv": umv,
    "wa": wa,
}
NAMES = {**COMMANDS, "steps": steps, "th": object(), "x": object(), "peak": ct, "pi": 3.14}
VOCABULARY = Vocabulary(NAMES, COMMANDS)


class EveryName(Vocabulary):
    """Every name is a command that takes anything: the worst that can be meant."""

    def callee(self, dotted):
        signature = inspect.signature(lambda *words, **options: None)
        return Callee(dotted, Kind.PLAN, signature, is_command=True)


EVERYTHING = EveryName({})


@pytest.mark.parametrize(
    ("words", "python"),
    [
        ("ascan th 0 2 20 0.1", "RE(ascan(th, 0, 2, 20, 0.1));"),
        ("ascan th -1 -.5 20 1e-1", "RE(ascan(th, -1, -.5, 20, 1e-1));"),
        ("ascan th, 0, 2, 20, 0.1", "RE(ascan(th, 0, 2, 20, 0.1));"),
        ("umv x 3", "umv(x, 3)"),
        ("umv x 3;", "umv(x, 3);"),
        ("umv x 2*pi", "umv(x, 2*pi)"),
        ("umv x x.position+1", "umv(x, x.position+1)"),
        ("umv x 3 # back", "umv(x, 3)"),
        ("ct 1 [x, th]", "RE(ct(1, [x, th]));"),
        ("ct 1 after=pi", "RE(ct(1, after=pi));"),
        ("ct 1 after=None", "RE(ct(1, after=None));"),
        ("umv x 3; ct 1", "umv(x, 3); RE(ct(1));"),
        ("umv x 3; wa", "umv(x, 3); wa()"),
        ("y = 1; umv x y", "y = 1; umv(x, y)"),
        ("steps 3", "RE(steps(3));"),
    ],
)
def test_words_become_a_call(words, python):
    assert typed(words, VOCABULARY) == python


@pytest.mark.parametrize(
    ("words", "python"),
    [
        ("newproposal hc1234", "newproposal('hc1234')"),
        ("newproposal 'hc1234'", "newproposal('hc1234')"),
        ("newproposal 2026-11", "newproposal('2026-11')"),
        ("lsobj x* [ab]?", "lsobj('x*', '[ab]?')"),
        ("show peak", "show('peak')"),
        ("show peak title=edge", "show('peak', title='edge')"),
        ("umv x open", "umv(x, 'open')"),
        ("umv x closed", "umv(x, 'closed')"),
        ("ct 1 after=peak", "RE(ct(1, after='peak'));"),
        ("ct 1 after=cen", "RE(ct(1, after='cen'));"),
    ],
)
def test_where_text_is_meant_no_quotes_are_needed(words, python):
    assert typed(words, VOCABULARY) == python


@pytest.mark.parametrize(
    ("words", "python"),
    [
        ("again 3", "RE(again(3));"),
        ("again Cu/3", "RE(again('Cu/3'));"),
        ("again data-0001/3", "RE(again('data-0001/3'));"),
        ("again 3f2a", "RE(again('3f2a'));"),
        ("again pi", "RE(again(pi));"),
        ("again 'Cu/3'", "RE(again('Cu/3'));"),
    ],
)
def test_where_text_may_be_meant_it_is_what_is_no_value(words, python):
    assert typed(words, VOCABULARY) == python


@pytest.mark.parametrize(
    ("words", "python"),
    [
        ("again 3 comment=fresh", "RE(again(3, comment='fresh'));"),
        ("again 3 settle=0.2", "RE(again(3, settle=0.2));"),
        ("again 3 good a=1", "RE(again(3, 'good', a=1));"),
        ("newproposal name=hc1", "newproposal(name='hc1')"),
        ("newproposal a=b", "newproposal('a=b')"),
    ],
)
def test_an_option_is_one_also_where_text_comes(words, python):
    assert typed(words, VOCABULARY) == python


@pytest.mark.parametrize(
    "text",
    [
        "ascna th 0 2 20 0.1",  # no such command
        "umv x - 1",  # three words, none of which is a position
        "umv x 3 if pi else 4",
        "umv x 'abc",
        "print 'hello'",
        "x 3",  # a device is no command
        "pi 3",
        "ascan th 0 2; nonsense here",
        "umv x 007",
        ",",
        ", umv x 3",
        "umv, x 3",
        "def f(:",
        "umv x \x00 3",
        "(" * 5000,
    ],
)
def test_what_is_neither_stays_as_it_is(text):
    assert typed(text, VOCABULARY) == text
    assert alone(text, VOCABULARY) == text


def test_a_macro_of_several_lines_is_read_line_by_line():
    macro = 'for at in (1, 2):\n    umv x at\n    ct 1\nnote = """\numv x 3\n"""'
    assert typed(macro, VOCABULARY) == (
        'for at in (1, 2):\n    umv(x, at)\n    RE(ct(1));\nnote = """\numv x 3\n"""'
    )


def test_a_name_that_was_bound_anew_is_no_command_any_more():
    vocabulary = Vocabulary({"wa": 3, "umv": "text"}, COMMANDS)
    assert alone("wa", vocabulary) == "wa"
    assert typed("umv x 3", vocabulary) == "umv x 3"


@pytest.mark.parametrize(
    ("words", "python"),
    [
        ("wa", "wa()"),
        ("wa;", "wa();"),
        ("wa  # where", "wa()  # where"),
        ("ct", "RE(ct());"),
        ("wa; ct", "wa(); RE(ct());"),
        ("ct -10000", "RE(ct(-10000));"),
        ("ct -1e4", "RE(ct(-1e4));"),
        ("µ = 1; wa", "µ = 1; wa()"),
    ],
)
def test_the_name_of_a_command_runs_it(words, python):
    assert alone(words, VOCABULARY) == python


@pytest.mark.parametrize(
    "text",
    [
        "(wa)",
        "ascan",  # needs more than its name
        "steps",  # nobody said that it is a command
        "ct - 10000",
        "ct-10000",
        "ct -x",
        "x",
        "x -1",
        "wa.__name__",
        "f'; wa ;'",
        "wa\nwa",
        "print(wa)",
        "wa = 3",
        "await wa",
    ],
)
def test_other_python_is_not_taken_for_a_command(text):
    assert alone(text, VOCABULARY) == text


@given(st.text(max_size=60))
def test_any_text_that_is_python_is_never_changed(text):
    changed = typed(text, EVERYTHING)
    assert changed == text or not is_python(text)


TOKENS = st.sampled_from(
    "umv x 3 -1 + - * ** ( ) [ ] { } , ; : = == . 'a b' \"\" # lambda if else for in not yield "
    "await def class return f'{x}' 0.1 \n \t ct wa @ ~ ... := -> import as \\".split(" ")
)


@given(st.lists(TOKENS, max_size=12), st.sampled_from(["", " "]))
def test_no_piece_of_python_is_ever_changed(tokens, between):
    text = between.join(tokens)
    changed = typed(text, EVERYTHING)
    if is_python(text):
        assert changed == text
    elif changed != text:
        assert is_python(changed)


@given(st.lists(TOKENS, max_size=12).map(" ".join))
def test_what_is_alone_and_is_no_command_is_never_changed(text):
    plain = Vocabulary({"umv": umv, "ct": 3, "wa": 4, "x": 5}, COMMANDS)
    assert alone(text, plain) == text or "umv" in text


LIBRARY = Path(sysconfig.get_paths()["stdlib"])
#: Packages whose every statement is looked at each time; all of the library is in ``make soak``.
PACKAGES = ("asyncio", "collections", "email", "importlib", "json", "logging", "unittest")


def sources():
    return sorted(path for name in PACKAGES for path in (LIBRARY / name).glob("*.py"))


def statements_of(path):
    with tokenize.open(path) as file:
        text = file.read()
    lines = io.StringIO(text).readlines()
    for node in parsed(text).body:
        yield node, "".join(lines[node.lineno - 1 : node.end_lineno])


@pytest.mark.parametrize("path", sources(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_statement_of_the_standard_library_is_changed(path):
    for node, text in statements_of(path):
        assert typed(text, EVERYTHING) == text
        is_short = isinstance(node, ast.Expr) and isinstance(node.value, ast.Name | ast.BinOp)
        assert alone(text, EVERYTHING) == text or is_short


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.filterwarnings("ignore")
def test_no_statement_of_all_of_the_standard_library_is_changed():
    looked_at = 0
    for path in sorted(LIBRARY.rglob("*.py")):
        with contextlib.suppress(SyntaxError, ValueError):  # some are there to be wrong
            if "site-packages" not in path.parts:
                for _, text in statements_of(path):
                    assert typed(text, EVERYTHING) == text
                    looked_at += 1
    assert looked_at > 10_000
