"""Send items with bluesky-queueserver-api, run them all, and tell what became of them.

A program of its own, since the library leaves its sockets to the end of the process.
"""

import json
import sys

from bluesky_queueserver_api.zmq import REManagerAPI

#: Items that the manager takes well within the two seconds for which the library waits.
BATCH = 10


def main() -> None:
    """Take the manager's address and seconds as arguments, a list of items on standard input."""
    manager = REManagerAPI(zmq_control_addr=f"tcp://{sys.argv[1]}")
    items = json.load(sys.stdin)
    for first in range(0, len(items), BATCH):
        batch = items[first : first + BATCH]
        manager.item_add_batch(batch, user="tester", user_group="primary")
    manager.queue_mode_set(mode={"ignore_failures": True})
    manager.queue_start()
    manager.wait_for_idle(timeout=float(sys.argv[2]))
    json.dump(manager.history_get()["items"], sys.stdout)
    manager.close()


if __name__ == "__main__":
    main()
