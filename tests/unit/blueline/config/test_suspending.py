"""Guards that watch what tells of no value are refused before an engine stumbles over them."""

from blueline.config.build import make_beamline

FILES = {
    "a": "devices:\n  - {name: pump, class: ophyd.Device, prefix: 'P:'}\n"
    "  - {name: gauge, class: ophyd.Signal, arguments: {value: 1.0}}\n",
    "g": "suspenders:\n  - {name: bad, signal: $pump, low: 5}\n"
    "  - {name: good, signal: $gauge, low: 5}\n",
}


def test_a_guard_of_a_device_without_a_value_is_told_and_the_others_are_made(loaded):
    beamline = make_beamline(loaded(**FILES))
    assert list(beamline.suspenders) == ["good"]
    assert beamline.failed == {
        "bad": "scans are not protected by it: $pump has no value of its own: name a signal of it"
    }
