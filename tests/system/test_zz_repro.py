from devices import Scaler
from reduction.counting import CountPolicy
from tests.another_client import read_pv, write_pv
from tests.waiting import PATIENCE, wait_until

def test_repro(fast_ioc, connected):
    slow = connected(Scaler("F:scaler1", name="scaler", counters={"I0": 2}))
    bad = []
    for i in range(150):
        slow.prepare(CountPolicy(seconds=20.0)).wait(5)
        st = slow.trigger()
        wait_until("c", lambda: read_pv("F:scaler1.CNT") == 1)
        slow.stop()
        st.exception(PATIENCE)
        slow.prepare(CountPolicy(seconds=0.2)).wait(5)
        e = slow.trigger().exception(PATIENCE)
        if e: bad.append(str(e))
    print(len(bad), bad[:3])
