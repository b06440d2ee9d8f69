"""The examples in the docstrings of derived axes are true."""

import doctest
import importlib

import pytest

MODULES = (
    "mirror_axes",
    "modulo_axis",
    "pseudo",
    "pseudo_group",
    "pseudo_motor",
    "scattering_axes",
    "slit",
    "soft_axis",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_are_true(name):
    options = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    module = importlib.import_module(f"devices.axes.{name}")
    result = doctest.testmod(module, optionflags=options)
    assert result.attempted > 0
    assert result.failed == 0
