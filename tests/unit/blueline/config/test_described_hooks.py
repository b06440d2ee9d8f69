"""Hooks of axes are described with them (BL-59)."""

from types import SimpleNamespace

from blueline.config.build import make_beamline
from blueline.config.loading import load_configuration
from tests.waiting import PATIENCE

CLASSES = """
from ophyd import Component, Device, Signal
from types import SimpleNamespace

from devices import MotionHook, SoftAxis


class AirPads(Device, MotionHook):
    state = Component(Signal, value="off")

    def pre_move(self, motions):
        self.state.put("on")

    def post_move(self, motions):
        self.state.put(f"off after {len(motions)}")


class Brake(MotionHook):
    def __init__(self, word):
        self.word, self.released = word, 0

    def pre_move(self, motions):
        self.released += 1


class Stage(SoftAxis):
    def __init__(self, *, name, **options):
        super().__init__(SimpleNamespace(at=0.0), "at", name=name, **options)
"""
DEVICES = """
beamline: {name: mine, packages: [lab_hooks]}
devices:
  - {name: pads, class: "lab_hooks:AirPads", prefix: ""}
  - {name: x, class: "lab_hooks:Stage", arguments: {hooks: [$pads]}}
  - name: y
    class: lab_hooks:Stage
    arguments:
      hooks: [$pads, {class: "lab_hooks:Brake", arguments: {word: "firm"}}]
"""


def test_a_hook_is_a_device_that_axes_share_or_made_in_place(tmp_path):
    (tmp_path / "beamline.yml").write_text(DEVICES)
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "lab_hooks.py").write_text(CLASSES)
    beamline = make_beamline(load_configuration(tmp_path))
    assert beamline.failed == {}
    found = SimpleNamespace(**beamline.devices)
    found.x.set(1).wait(PATIENCE)
    found.y.set(2).wait(PATIENCE)
    assert found.pads.state.get() == "off after 1"
    assert found.x.hooks[0] is found.y.hooks[0] is found.pads
    assert (found.y.hooks[1].word, found.y.hooks[1].released) == ("firm", 1)
