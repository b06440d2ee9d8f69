"""The module that the RE Manager imports in each new worker, and whose names it takes.

Importing it anywhere else does nothing: the manager sets the variable in its worker alone.
"""

import os

from blueline.queue.worker_session import names_or_reason

if os.environ.get("_QSERVER_RE_WORKER_ACTIVE") == "1":
    globals().update(names_or_reason())
