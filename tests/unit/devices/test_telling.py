"""What is being told is given to who is told, and to nobody else."""

from concurrent.futures import ThreadPoolExecutor

from devices.telling import Telling


def test_another_thread_is_told_nothing():
    telling = Telling()
    with telling.of(1.5), ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: telling.now).result() is None
        assert telling.now == 1.5


def test_zero_is_something():
    telling = Telling()
    with telling.of(0.0):
        assert telling.now == 0.0


def test_afterwards_nothing_is_told():
    telling = Telling()
    with telling.of(1.5):
        pass
    assert telling.now is None
