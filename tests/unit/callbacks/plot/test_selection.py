import pytest

from callbacks.errors import ConsumerError
from callbacks.plot.selection import PlotSelection

KNOWN = ("I0", "It", "x")


class Counter:
    name = "I0"


@pytest.fixture
def metadata():
    return {"user": "Ada"}


@pytest.fixture
def plotselect(metadata):
    return PlotSelection(metadata, lambda: KNOWN)


def test_the_selection_is_in_the_metadata_of_runs_to_come(plotselect, metadata):
    plotselect("It", "log(I0/It)")
    assert metadata == {"user": "Ada", "plot": {"y": ["It", "log(I0/It)"]}}
    assert plotselect.selected == ("It", "log(I0/It)")


def test_it_tells_what_is_selected(plotselect):
    assert repr(plotselect) == "plots show what the detectors hint"
    plotselect("It", right=["I0"])
    assert repr(plotselect) == "plots show It; right: ['I0']"


def test_counters_are_selected_as_devices_too(plotselect, metadata):
    plotselect(Counter())
    assert metadata["plot"] == {"y": ["I0"]}


def test_everything_that_a_run_can_ask_for_can_be_selected(plotselect, metadata):
    plotselect("It", right=["I0"], below=[["It"]], filters=["mean:3"], overlay=2)
    assert metadata["plot"] == {
        "y": ["It"],
        "right": ["I0"],
        "below": [["It"]],
        "filters": ["mean:3"],
        "overlay": 2,
    }


def test_selecting_nothing_leaves_it_to_the_detectors(plotselect, metadata):
    plotselect("It")
    plotselect()
    assert metadata == {"user": "Ada"}
    assert plotselect.selected == ()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Iq", "no counter Iq to plot; there are I0, It, x"),
        ("log(I0/Iq)", "no counter Iq to plot"),
        ("I0 +", "can not be plotted"),
        ("  ", "is no counter"),
        (3, "3 is no counter"),
    ],
)
def test_what_is_not_known_is_refused_and_changes_nothing(plotselect, metadata, name, said):
    plotselect("It")
    with pytest.raises(ConsumerError, match=said.replace("(", r"\(")):
        plotselect("I0", name)
    assert metadata["plot"] == {"y": ["It"]}


@pytest.mark.parametrize("text", ["mean:4", "integral", "monitor:", 5])
def test_what_is_no_filter_is_refused(plotselect, metadata, text):
    with pytest.raises(ConsumerError, match="there are derivative, negative"):
        plotselect("I0", filters=[text])
    assert "plot" not in metadata


def test_without_a_list_of_counters_any_name_is_taken():
    metadata = {}
    PlotSelection(metadata)("mca1:roi 3")
    assert metadata == {"plot": {"y": ["mca1:roi 3"]}}


def test_what_maps_show_is_chosen_apart_and_stays(plotselect, metadata):
    """BL-155."""
    plotselect.maps("I0", "It")
    plotselect("It")
    assert metadata["plot"] == {"y": ["It"], "maps": ["I0", "It"]}
    plotselect()
    assert metadata["plot"] == {"maps": ["I0", "It"]}
    plotselect.maps()
    assert metadata == {"user": "Ada"}


def test_whoever_shows_a_scan_already_is_told_of_the_selection(metadata):
    heard = []
    plotselect = PlotSelection(metadata, lambda: KNOWN, heard.append)
    plotselect("It")
    plotselect()
    assert heard == [{"y": ["It"]}, {}]


def test_a_selection_made_elsewhere_changes_nothing_here(plotselect, metadata):
    elsewhere = {}
    plotselect.of(elsewhere)("It")
    assert elsewhere == {"plot": {"y": ["It"]}}
    assert metadata == {"user": "Ada"}
