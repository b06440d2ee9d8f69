import functools

import pytest
from bluesky import plan_stubs as bps

from planlib.errors import PlanError
from planlib.stepping import Hook, Hooks, Moment
from planlib.stepping.hooks import NO_HOOKS
from planlib.stepping.presets import ChainPreset, PointPreset, ScanPreset


def nothing():
    """Hooks of tests that never run."""


def plan():
    yield from bps.null()


class Callable:
    def __call__(self, point):
        return point


class CallablePlan:
    def __call__(self):
        yield from bps.null()


@pytest.mark.parametrize("thing", [3, "laser", object(), [nothing, None]])
def test_what_cannot_be_called_is_refused_in_a_sentence(thing):
    """PS-90: as Py4Syn's setters do."""
    with pytest.raises(PlanError, match="a hook is a function or a plan, not"):
        Hooks(operation=thing)


def test_plan_that_has_begun_is_refused():
    begun = plan()
    with pytest.raises(PlanError, match="plan has begun already: give the plan itself"):
        Hooks(pre_scan=begun)
    begun.close()


def test_coroutine_is_refused():
    async def later():
        """Never runs."""

    with pytest.raises(PlanError, match="later is a coroutine"):
        Hook(later)


def test_argument_that_nobody_offers_is_refused_by_name():
    def hook(scan, motor):
        """Never runs."""

    with pytest.raises(PlanError, match="hook wants motor: a hook takes scan, idx, pos, point"):
        Hook(hook)


def test_positional_argument_is_refused():
    def hook(scan, /):
        """Never runs."""

    with pytest.raises(PlanError, match="hook wants scan"):
        Hook(hook)


@pytest.mark.parametrize(
    ("call", "wants"),
    [
        (nothing, ()),
        (lambda point: point, ("point",)),
        (lambda pos, idx: (pos, idx), ("pos", "idx")),
        (lambda **about: about, ("scan", "idx", "pos", "point")),
        (lambda shutter=3: shutter, ()),
        (lambda *args: args, ()),
        (functools.partial(lambda shutter, point: (shutter, point), 3), ("point",)),
        (Callable(), ("point",)),
        (print, ()),
    ],
    ids=["nothing", "point", "pos-idx", "all", "default", "args", "partial", "object", "print"],
)
def test_hook_says_once_what_it_takes(call, wants):
    """PS-91."""
    assert Hook(call).wants == wants


@pytest.mark.parametrize(
    ("call", "is_plan"),
    [
        (plan, True),
        (functools.partial(plan), True),
        (bps.null, True),
        (functools.partial(bps.sleep, 1), True),
        (CallablePlan(), True),
        (nothing, False),
        (Callable(), False),
    ],
    ids=["plan", "partial", "decorated", "partial-decorated", "object", "function", "callable"],
)
def test_plans_are_told_from_functions(call, is_plan):
    """PS-93."""
    assert Hook(call).is_plan is is_plan


@pytest.mark.parametrize("policy", ["retry", "", None, True])
def test_unknown_policy_is_refused(policy):
    with pytest.raises(PlanError, match="on_error of nothing is abort, warn or ignore, not"):
        Hook(nothing, on_error=policy)


@pytest.mark.parametrize("deadline", [0, -1, float("nan"), float("inf")])
def test_deadline_that_is_no_time_is_refused(deadline):
    with pytest.raises(PlanError, match="the deadline of nothing must be above 0 s"):
        Hook(nothing, deadline=deadline)


def test_deadline_of_a_plan_is_refused():
    with pytest.raises(PlanError, match="plan is a plan: give deadlines to the messages"):
        Hook(plan, deadline=1)


def test_hooks_cannot_be_changed():
    hooks = Hooks(operation=nothing)
    with pytest.raises(AttributeError):
        hooks.operation = ()


def test_hooks_that_are_added_keep_their_order():
    def later():
        """Never runs."""

    hooks = Hooks(operation=nothing) + Hooks(operation=[later, Hook(nothing, "warn")])
    names = [(hook.name, hook.on_error) for hook in hooks.at(Moment.OPERATION)]
    assert [name.rpartition(".")[2] for name, _ in names] == ["nothing", "later", "nothing"]
    assert [policy for _, policy in names] == ["abort", "abort", "warn"]


def test_adding_leaves_both_as_they_were():
    first, second = Hooks(operation=nothing), Hooks(operation=nothing)
    assert len((first + second).operation) == 2
    assert (len(first.operation), len(second.operation)) == (1, 1)


def test_hooks_add_to_nothing_else():
    with pytest.raises(TypeError):
        Hooks() + nothing


def test_hooks_are_true_where_there_are_any():
    class Silent(ScanPreset):
        """Overrides nothing."""

    assert not NO_HOOKS
    assert not Hooks(presets=Silent())
    assert Hooks(post_scan=nothing)


class Whole(ScanPreset):
    def prepare(self):
        """Never runs."""

    def stop(self):
        """Never runs."""


class Chain(ChainPreset):
    on_error = "warn"

    def before_stop(self):
        """Never runs."""

    def stop(self):
        """Never runs."""


class Point(PointPreset):
    def start(self, point):
        """Never runs."""


def moments(hooks):
    return {
        moment: [hook.name for hook in hooks.at(moment)] for moment in Moment if hooks.at(moment)
    }


def test_presets_are_called_where_they_override():
    """BL-84: those that end a scan in reverse order."""
    assert moments(Hooks(presets=[Whole(), Chain(), Point()])) == {
        Moment.PREPARE: ["Whole.prepare"],
        Moment.START_POINT: ["Point.start"],
        Moment.BEFORE_STOP: ["Chain.before_stop"],
        Moment.STOP: ["Chain.stop", "Whole.stop"],
    }


def test_preset_has_its_policy():
    policies = [hook.on_error for hook in Hooks(presets=[Whole(), Chain()]).at(Moment.STOP)]
    assert policies == ["warn", "abort"]


@pytest.mark.parametrize("thing", [Whole, 3, nothing, "laser"])
def test_what_is_no_preset_is_refused(thing):
    with pytest.raises(PlanError, match="is no ScanPreset, ChainPreset or PointPreset of its own"):
        Hooks(presets=thing)


def test_class_of_a_preset_is_refused_with_a_hint():
    with pytest.raises(PlanError, match=r"give Whole\(\)"):
        Hooks(presets=[Whole])
