"""Names that mean something at the prompt already: no device, group or alias has one; pure.

They are written out: to import all that can be typed at a prompt takes two seconds, and a check of
a beamline should not. A test compares them with what is there.
"""

import builtins

COMMANDS = frozenset(
    """
    add_comment add_device apply_config as_scan bench channel copy_scan countdown ctrl_c debugoff
    debugon define do_scan edit_region edit_roi_counters elog_add elog_plot elog_print endproposal
    export_spectra goto_click info instrument live_plot lm lms lock log_stdout lscnt lsconfig
    lslock lsmg lsmot lsobj mark_position meshselect mmv mmvr mv mvd mvdr mvr new_plot
    newcollection newdataset newproposal newsample note_position parameters plot plot_loop
    plotinit poff pon positions prdef remove_instrument remove_position remove_scan
    rename_position rename_scan replot resetup restart_simulation restore_position rockit runs
    save_position scans set_dial set_lm set_pos settings_to_config sta stm stop sync synoptic
    timing tw ummv ummvr umv umvd umvdr umvr unlock user_script_list user_script_load
    user_script_run wa waitmove wdata where wid wm wmr wu
    """.split()
)
PLANS = frozenset(
    """
    AdaptiveSteps Agent Bounds ChainPreset Counted DEFAULT_REGIONS Detector Guard Hook Hooks
    NoSessionError NotFoundError NotReachedError OpenAtPoints OpenForScan PlanError
    PointPreset PutTrigger Region Report Retry SafeRates ScanControl ScanHooks ScanPreset
    SessionContext StepScan Target Trajectory a2scan a3mesh a3scan a4scan a5scan adaptive
    agent_scan align amesh anmesh anscan ascan at_each attenuate cen check com count_until ct
    d2scan d3scan d4scan d5scan dmesh dnscan drive dscan edge_energy find_max find_position
    fwhm goto_cen goto_com goto_custom goto_min goto_peak jog jogging lineup lookupscan
    loopscan lup mesh move_to_edge peak pointscan py4syn rate regions_from_bounds repeat
    restore_motor_positions runscan sct sequence step_scan stepscan timescan wait_until xafs
    """.split()
)
#: What a session and its prompt have beside them.
PARTS = frozenset(
    """
    RE bp bps consumers counters data_policy health help_me last_error last_scan plotselect
    process session switches typing_helper
    """.split()
)
#: What IPython gives a prompt.
_PROMPT = frozenset({"In", "Out", "exit", "get_ipython", "quit"})
_BUILT_IN = frozenset(each for each in dir(builtins) if not each.startswith("_"))


def taken(name: str) -> str:
    """Say what a name means at the prompt; nothing where it is free.

    Examples
    --------
    >>> taken("umv"), taken("set"), taken("sample_x")
    ('a command of the prompt', "Python's own", '')
    """
    if name in COMMANDS:
        return "a command of the prompt"
    if name in PLANS:
        return "a plan, or a word of plans"
    if name in PARTS or name in _PROMPT:
        return "a part of the session"
    return "Python's own" if name in _BUILT_IN else ""
