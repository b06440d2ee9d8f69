"""Programs that follow a stream, each in a process of its own: ``python -m ... NAME ADDRESS``."""

import json
import sys


def tell(*told: object) -> None:
    print(json.dumps(told), flush=True)


def follow(address: str) -> None:
    """Tell every document and every notice."""
    from callbacks.stream_client import follow

    for name, doc in follow(address, since="oldest", notice=lambda said: tell("notice", said)):
        tell(name, doc)


def dispatch(address: str) -> None:
    """Tell every document, as bluesky's own class gets it."""
    from bluesky.callbacks.zmq import RemoteDispatcher

    dispatcher = RemoteDispatcher(address, deserializer=json.loads, strict=True)
    dispatcher.subscribe(tell)
    tell("ready")
    dispatcher.start()


def proxy() -> None:
    """Stand between publishers and subscribers, and tell where."""
    from bluesky.callbacks.zmq import Proxy

    between = Proxy("127.0.0.1:0", "127.0.0.1:0")
    tell(between.in_port, between.out_port)
    between.start()


def publish(address: str) -> None:
    """Publish journal lines that come on standard input, and tell each."""
    from callbacks.publish import Publisher
    from callbacks.replay import from_line

    publisher = Publisher(address)
    tell(publisher.address)
    for line in sys.stdin.buffer:
        name, doc = from_line(line)
        publisher(name, doc)
        tell(name)
    publisher.close()


if __name__ == "__main__":
    {each.__name__: each for each in (follow, dispatch, proxy, publish)}[sys.argv[1]](*sys.argv[2:])
