"""Follow a running session from another process: ``python examples/follow_stream.py [ADDRESS]``."""

import sys

from callbacks.stream_client import follow

for name, doc in follow(*sys.argv[1:2]):
    if name == "start":
        print("scan", doc.get("scan_id"), doc.get("scan_command", doc.get("plan_name", "")))
    elif name == "event":
        print(doc["seq_num"], doc["data"], flush=True)
    elif name == "stop":
        print("ended:", doc["exit_status"], flush=True)
