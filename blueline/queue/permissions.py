"""What users of the queue may run: every plan and device, and functions for nobody (S3)."""

#: The group of everybody; the one that clients name where nobody tells them another.
GROUP = "primary"

_HEAD = "# Written at each start of the queue.\nuser_groups:\n"
_RULES = """\
  {group}:
    allowed_plans: [null]
    forbidden_plans: [":^_"]
    allowed_devices: [null]
    forbidden_devices: [":^_:?.*"]
    allowed_functions: [{allowed}]
    forbidden_functions: [{forbidden}]
"""


def permissions(scripts: bool) -> str:
    """Give the file of permissions.

    Parameters
    ----------
    scripts
        Whether functions may be executed.
    """
    allowed, forbidden = ("null", '":^_"') if scripts else ("", '":.*"')
    rules = (
        _RULES.format(group=group, allowed=allowed, forbidden=forbidden)
        for group in ("root", GROUP)
    )
    return _HEAD + "".join(rules)
