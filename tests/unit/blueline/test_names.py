"""What people may call things."""

import pytest

from blueline.data_policy.errors import DataPolicyError
from blueline.errors import BluelineError
from blueline.names import LONGEST, required_name


@pytest.mark.parametrize("name", ["Cu foil, 5 µm", "試料", "a" * LONGEST, "a\u00a0b"], ids=ascii)
def test_any_text_that_can_be_read_is_a_name(name):
    assert required_name("sample", name) == name


@pytest.mark.parametrize("name", ["", " ", "a\nb", "\x1b[31m", "\ud800", 3, None], ids=ascii)
def test_what_cannot_be_read_is_no_name(name):
    with pytest.raises(BluelineError, match="give the sample a name in quotes that can be read"):
        required_name("sample", name)


def test_a_name_that_is_too_long_is_refused_as_its_owner_says():
    with pytest.raises(DataPolicyError, match=r"name of the sample has 301 characters: .* 300"):
        required_name("sample", "a" * (LONGEST + 1), DataPolicyError)
