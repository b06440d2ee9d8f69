from reduction.run_plot import default_plot, hinted_keys, scanned_keys

NUMBER = {"dtype": "number", "shape": []}
DESCRIPTOR = {
    "data_keys": dict.fromkeys(["x", "x_setpoint", "y", "I0", "It", "If"], NUMBER)
    | {"image": {"dtype": "array", "shape": [4, 4]}, "label": {"dtype": "string", "shape": []}},
    "hints": {
        "x": {"fields": ["x"]},
        "camera": {"fields": ["image"]},
        "scaler": {"fields": ["It", "label", "If", "I0"]},
    },
}


def test_scanned_keys_follow_the_command():
    assert scanned_keys({"motors": ["y", "x"]}, DESCRIPTOR) == ("y", "x")


def test_scanned_keys_of_foreign_plans_come_from_their_hints():
    start = {"hints": {"dimensions": [[["y"], "primary"], [["x"], "primary"]]}}
    assert scanned_keys(start, DESCRIPTOR) == ("y", "x")


def test_a_device_whose_readback_has_another_name_is_found_by_its_hints():
    descriptor = {"data_keys": {"m_rbv": NUMBER}, "hints": {"m": {"fields": ["m_rbv"]}}}
    assert scanned_keys({"motors": ["m"]}, descriptor) == ("m_rbv",)


def test_hinted_numbers_are_plotted_against_what_is_scanned():
    start = {"motors": ["x"]}
    assert hinted_keys(start, DESCRIPTOR) == ("It", "If", "I0")
    assert default_plot(start, DESCRIPTOR).x == "x"
    assert default_plot(start, DESCRIPTOR).y == ("It", "If", "I0")


def test_counters_come_in_the_order_of_the_command():
    hints = {"other": {"fields": ["I0"]}, "scaler": {"fields": ["It"]}}
    start = {"detectors": ["scaler", "other"]}
    assert hinted_keys(start, DESCRIPTOR | {"hints": hints}) == ("It", "I0")


def test_a_run_without_motors_is_plotted_against_time():
    assert default_plot({}, DESCRIPTOR).x == "time"


def test_a_plot_of_what_is_not_there_falls_back():
    start = {"motors": ["x"], "plot": {"x": "nothing", "y": ["nothing", "It"]}}
    assert default_plot(start, DESCRIPTOR).x == "time"
    assert default_plot(start, DESCRIPTOR).y == ("It",)


def test_a_single_counter_may_be_asked_for_as_text():
    assert default_plot({"plot": {"y": "If"}}, DESCRIPTOR).y == ("If",)


def test_derived_columns_may_be_asked_for():
    start = {"derived": {"mu": {"expression": "log(I0/It)"}}, "plot": {"y": ["mu"]}}
    assert default_plot(start, DESCRIPTOR).y == ("mu",)
