"""Names of files: templates as areaDetector's users write them, and directories."""

import pytest

from sim_ioc.area_detector.file_names import (
    check_template,
    full_name,
    is_writable,
    make_directories,
    with_separator,
)
from sim_ioc.errors import PutRefusedError


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("%s%s_%6.6d.h5", "/data/scan_000012.h5"),
        ("%s%s_%3.3d.tif", "/data/scan_012.tif"),
        ("%s%s%04d", "/data/scan0012"),
        ("%s%s.h5", "/data/scan.h5"),
        ("%s%s_%d%%.h5", "/data/scan_12%.h5"),
        ("%s%s_%5d", "/data/scan_   12"),
    ],
)
def test_template_is_filled_as_printf_does(template, name):
    check_template(template)
    assert full_name(template, "/data/", "scan", 12) == name


@pytest.mark.parametrize("template", ["%d%s", "%s%s%d%d", "%n", "%s%s_%999999999d", "plain", "%"])
def test_template_that_asks_for_more_is_refused(template):
    with pytest.raises(PutRefusedError, match="FileTemplate takes"):
        check_template(template)


@pytest.mark.parametrize(("depth", "made"), [(0, False), (-1, False), (-2, True), (-9, True)])
def test_negative_depth_makes_so_many_levels(tmp_path, depth, made):
    wanted = tmp_path / "a" / "b"
    if made:
        make_directories(f"{wanted}/", depth)
    else:
        try:
            make_directories(f"{wanted}/", depth)
        except FileNotFoundError:
            pass
    assert wanted.is_dir() == made


def test_directory_without_separator_gets_one():
    assert with_separator("/data") == with_separator("/data/") == "/data/"


def test_only_a_directory_that_exists_is_writable(tmp_path):
    assert is_writable(f"{tmp_path}/")
    assert not is_writable(f"{tmp_path}/missing/")
    assert not is_writable("")
