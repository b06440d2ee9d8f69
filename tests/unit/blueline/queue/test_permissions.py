"""What users of the queue may run, as the queue server reads it."""

import pytest
from bluesky_queueserver.manager.profile_ops import (
    check_if_function_allowed,
    load_allowed_plans_and_devices,
    load_user_group_permissions,
)

from blueline.queue.permissions import GROUP, permissions


@pytest.fixture
def rules(tmp_path):
    def read(scripts):
        path = tmp_path / "permissions.yaml"
        path.write_text(permissions(scripts))
        return load_user_group_permissions(str(path))

    return read


@pytest.mark.parametrize("group", ["root", GROUP])
@pytest.mark.parametrize("name", ["print", "RE", "anything", "_hidden"])
def test_no_function_may_be_executed(rules, group, name):
    assert not check_if_function_allowed(
        name, group_name=group, user_group_permissions=rules(scripts=False)
    )


def test_functions_may_be_executed_where_that_is_configured(rules):
    may = {"group_name": GROUP, "user_group_permissions": rules(scripts=True)}
    assert check_if_function_allowed("anything", **may)
    assert not check_if_function_allowed("_hidden", **may)


def test_every_plan_may_be_run_but_hidden_ones(rules):
    plans = {name: {"name": name, "parameters": []} for name in ("ct", "_hidden")}
    allowed, _ = load_allowed_plans_and_devices(
        existing_plans=plans, existing_devices={}, user_group_permissions=rules(scripts=False)
    )
    assert set(allowed[GROUP]) == {"ct"}
