"""Where data go and what they are called: proposals, samples, collections, data sets (BL-42)."""

from blueline.data_policy.errors import DataPolicyError
from blueline.data_policy.following import following
from blueline.data_policy.images import DataSetImages
from blueline.data_policy.layout import ESRF, LAYOUTS, SIMPLE, Layout, Place
from blueline.data_policy.policy import DataPolicy

__all__ = [
    "ESRF",
    "LAYOUTS",
    "SIMPLE",
    "DataPolicy",
    "DataPolicyError",
    "DataSetImages",
    "Layout",
    "Place",
    "following",
]
