"""The command line: what it refuses, in one sentence, before anything is served."""

import pytest

from sim_ioc.__main__ import main


def refusal(capsys, *arguments):
    """Return the one line that a wrong command line is answered with."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert out == ""
    assert err.count("\n") == 1
    return err


@pytest.mark.parametrize("factor", ["0", "-3", "abc", "nan", "inf", "1e300", "1e-9", ""])
def test_time_factor_that_makes_no_sense_is_refused(capsys, factor):
    said = refusal(capsys, "--time-factor", factor)
    assert f"takes a number from 0.001 to 1000000, not {factor!r}" in said


@pytest.mark.parametrize("port", ["-1", "65536", "x", "5064.5"])
def test_impossible_port_is_refused(capsys, port):
    assert "takes an integer from 0 to 65535" in refusal(capsys, "--port", port)


@pytest.mark.parametrize("seed", ["-1", "2147483648", "1.5"])
def test_impossible_seed_is_refused(capsys, seed):
    assert "takes an integer from 0 to 2147483647" in refusal(capsys, "--seed", seed)


@pytest.mark.parametrize("prefix", ["a.b", "a b", "BL:{", "Ä:", "a/b", "x" * 31, "\n", "BL:\n"])
def test_prefix_that_is_no_epics_name_is_refused(capsys, prefix):
    assert "takes up to 30 of the letters" in refusal(capsys, f"--prefix={prefix}")


@pytest.mark.parametrize("arguments", [["--bogus"], ["a.yml", "b.yml"], ["--pre=X:"], ["--port"]])
def test_unknown_or_unfinished_option_is_refused(capsys, arguments):
    assert "--help shows" in refusal(capsys, *arguments)


def test_help_says_how_to_read_a_pv(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for word in ("EPICS_CA_SERVER_PORT", "caproto-get", "--time-factor", "Ctrl-C", "READY"):
        assert word in said


def test_a_file_that_is_not_there_is_told(capsys):
    assert main(["nowhere.yml", "--list"]) == 1
    assert capsys.readouterr().err == "nowhere.yml cannot be read: No such file or directory.\n"


def test_what_is_shown_is_a_file_that_is_taken(capsys, tmp_path):
    assert main(["--show", "--seed=7", "--prefix=T:"]) == 0
    file = tmp_path / "beamline.yml"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main([str(file), "--list"]) == 0
    listed = capsys.readouterr().out
    assert "T:sample:x " in listed
    assert main(["--list", "--prefix=T:"]) == 0
    assert capsys.readouterr().out == listed


def test_the_command_line_changes_what_the_file_says(capsys, tmp_path):
    file = tmp_path / "beamline.yml"
    file.write_text("prefix: 'A:'\nseed: 1\nparts:\n  - {kind: motor, name: m, copies: 2}\n")
    assert main([str(file), "--show", "--prefix=B:"]) == 0
    shown = capsys.readouterr().out
    assert 'prefix: "B:"' in shown
    assert "seed: 1 " in shown
