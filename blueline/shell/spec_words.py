"""Words that people of SPEC type and that are no commands here: what is typed instead; pure.

Those that mean the same as a command of ours are words for it, see `TYPED_AS`. Of the others a
sentence tells what comes nearest: nothing is done that somebody may have meant otherwise. What
they mean in SPEC is from its reference manual, certif.com/spec_manual.
"""

from collections.abc import Mapping

#: Words that can be typed for a command, as the name is Python's or nobody's.
TYPED_AS: Mapping[str, str] = {
    "set": "set_pos",
    "comment": "elog_print",
    "newfile": "newdataset",
    "sleep": "countdown",
    "help": "help_me",
    "qdo": "user_script_run",
    "chg_dial": "set_dial",
    "p": "print",
    "print": "print",
}
#: What is typed here instead, for words that mean something else, or more than one thing.
INSTEAD: Mapping[str, str] = {
    "A": "x.position is where an axis is, wmr(x) gives it as a number",
    "CEN": "goto_cen goes to the center of the last scan, cen tells it",
    "abort": "RE.abort() ends a scan that is paused; Ctrl-C pauses one",
    "ca": "check(ascan(...)) tells what a scan would do; there is no diffractometer geometry",
    "br": "umv moves the axes themselves; there is no diffractometer geometry",
    "chg_offset": "set_pos x 0 calls where an axis stands 0, and so changes its offset",
    "config": "lsconfig lists what the beamline's folder declares; blueline config check checks it",
    "counters": "counters(scaler) chooses what scans read, lscnt lists what there is",
    "do": "user_script_run runs a script of Python, in the folder scripts beside the data",
    "getangles": "wmr(x) gives the position of an axis as a number",
    "getcounts": "ct 1 counts and gives the values",
    "h": "help_me lists all commands; help_me ascan shows one",
    "lscmd": "help_me lists all commands",
    "lsdef": "help_me lists all commands, prdef ascan prints the source of one",
    "move": "mv x 3 moves and waits, mmv(x=3) does not wait",
    "pl_xMAX": "goto_peak goes to the highest point of the last scan, peak tells where it is",
    "printf": 'print(f"{x.position:.3f}") prints',
    "resume": "RE.resume() goes on with a scan that is paused",
    "rplot": "replot draws the newest scan again, plotselect It chooses what is plotted",
    "save": "nothing has to be saved: positions, settings and data are kept as they change",
    "savstate": "nothing has to be saved: positions, settings and data are kept as they change",
    "scan_on": "RE.resume() goes on with a scan that is paused, repeat runs the last one again",
    "setplot": "plotselect It chooses what is plotted",
    "setscans": "options are typed with each scan, as settle=0.2; help_me ascan lists them",
    "show_cnts": "ct 1 counts and shows the values",
    "splot": "plots are drawn while scans run and kept as files, which blueline runs show -1 names",
    "startup": "newproposal, newsample and newdataset say what is measured and where data go",
    "th2th": "d2scan tth -1 1 th -0.5 0.5 20 0.1 scans two axes together",
    "u": "!ls runs a command of the system",
    "uct": "ct 1 counts, and shows how long that still takes",
    "unix": "!ls runs a command of the system",
    "wait": "waitmove waits for axes that mmv has started; scans and mv wait by themselves",
    "wh": "wa shows where all axes are, wm x some of them",
}


def instead_of(word: str) -> str:
    """Give what is typed instead of a word of SPEC's; empty where it is none.

    Examples
    --------
    >>> print(instead_of("wh"))
    SPEC's wh is in blueline: wa shows where all axes are, wm x some of them
    """
    found = INSTEAD.get(word)
    return f"SPEC's {word} is in blueline: {found}" if found else ""
