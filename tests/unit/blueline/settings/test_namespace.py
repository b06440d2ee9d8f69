import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from blueline.settings import NotJsonError, open_settings
from tests.unit.blueline.settings.test_plain import values

keys = st.sampled_from(["a", "b", "", "ü", "a/b"]) | st.text(max_size=4)
calls = st.one_of(
    st.tuples(st.just("__setitem__"), keys, values),
    st.tuples(st.just("__delitem__"), keys),
    st.tuples(st.just("__getitem__"), keys),
    st.tuples(st.just("__contains__"), keys),
    st.tuples(st.just("get"), keys, values),
    st.tuples(st.just("pop"), keys),
    st.tuples(st.just("pop"), keys, values),
    st.tuples(st.just("setdefault"), keys, values),
    st.tuples(st.just("update"), st.dictionaries(keys, values, max_size=3)),
    st.tuples(st.just("popitem")),
    st.tuples(st.just("clear")),
)


def outcome(mapping, call):
    name, *arguments = call
    try:
        return getattr(mapping, name)(*arguments)
    except KeyError:
        return KeyError


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), calls), max_size=12))
def test_a_namespace_in_two_processes_behaves_like_one_dictionary(settings, others, steps):
    ours, theirs, model = settings.namespace("n"), others.namespace("n"), {}
    ours.clear()
    for is_ours, call in steps:
        acting, looking = (ours, theirs) if is_ours else (theirs, ours)
        assert outcome(acting, call) == outcome(model, call)
        assert list(looking.items()) == list(acting.items()) == list(model.items())
        assert (len(looking), list(looking), looking == model) == (len(model), list(model), True)


def test_values_survive_a_restart(where):
    with open_settings(where) as before:
        before.namespace("sample")["name"] = {"formula": "Cu", "thickness": 5e-6}
    with open_settings(where) as after:
        assert dict(after.namespace("sample")) == {"name": {"formula": "Cu", "thickness": 5e-6}}


def test_namespaces_do_not_mix(settings):
    settings.namespace("a")["x"] = 1
    settings.namespace("b")["x"] = 2
    assert settings.namespace("a").copy() == {"x": 1}


def test_a_nested_value_is_a_copy(settings):
    kept = settings.namespace("n")
    given_in = {"list": [1]}
    kept["x"] = given_in
    given_in["list"].append(2)
    kept["x"]["list"].append(3)
    kept.copy()["x"]["list"].append(4)
    next(iter(kept.values()))["list"].append(5)
    kept.setdefault("x", None)["list"].append(6)
    assert kept["x"] == {"list": [1]}


def test_of_an_update_that_cannot_be_kept_nothing_is(settings):
    kept = settings.namespace("n")
    with pytest.raises(NotJsonError, match="n/b cannot be kept: object has no JSON"):
        kept.update(a=1, b=object())
    assert kept.copy() == {}


def test_a_key_that_is_no_text_is_refused_when_set_and_missing_when_read(settings):
    kept = settings.namespace("n")
    with pytest.raises(NotJsonError, match="keys are texts"):
        kept.update({1: 2})
    assert 1 not in kept


def test_an_error_within_a_change_changes_nothing(settings):
    kept = settings.namespace("n")
    kept["x"] = 1

    def fail(_value):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kept.edit("x", fail)
    assert kept.edit("x", lambda value: (value + 1, "answer")) == "answer"
    assert kept["x"] == 2


def test_an_engine_takes_its_metadata_from_a_namespace(settings, engines):
    from bluesky import RunEngine
    from bluesky import plan_stubs as bps

    kept = settings.namespace("metadata")
    kept["sample"] = "Cu foil"
    engine = engines(RunEngine(kept, call_returns_result=False))
    starts = []
    engine.subscribe(lambda _, doc: starts.append(doc), "start")

    def plan():
        yield from bps.open_run(md={"purpose": "test"})
        yield from bps.close_run()

    engine(plan())
    engine(plan())
    assert [(start["sample"], start["scan_id"]) for start in starts] == [
        ("Cu foil", 1),
        ("Cu foil", 2),
    ]
    assert kept["scan_id"] == 2


def test_a_dictionary_that_is_kept_is_amended(settings, others):
    kept = settings.namespace("scans")
    kept["align"] = {"stop": 1, "used": None}
    assert others.namespace("scans").amend("align", used=2.0)
    assert kept["align"] == {"stop": 1, "used": 2.0}


def test_to_amend_what_is_gone_keeps_nothing(settings):
    kept = settings.namespace("scans")
    assert not kept.amend("align", used=2.0)
    assert dict(kept) == {}
