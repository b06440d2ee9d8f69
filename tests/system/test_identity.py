"""A stranger's package of one of our names, met at the start."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("name", ["devices", "reduction", "callbacks", "planlib"])
def test_a_session_refuses_to_start_with_a_strangers_package(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "blueline", "shell", "--data", str(tmp_path / "data")],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert f"the package {name!r} is found in {tmp_path / name}" in done.stderr
    assert "Traceback" not in done.stderr
