"""The PVs that every plugin has: those of NDPluginBase.template of ADCore, besides every port's."""

from sim_ioc.area_detector.pairs import enable, integer, pairs, shown_integer, yes_no
from sim_ioc.area_detector.port_fields import PORT_FIELDS
from sim_ioc.channel_access.fields import double, menu, readback, string, table

#: Arrays that a plugin lets wait before it drops some.
DEFAULT_QUEUE = 20

PLUGIN_FIELDS = PORT_FIELDS | table(
    (
        string("PluginType_RBV", "Kind of plugin", writable=False),
        *pairs(
            string("NDArrayPort", "Port that arrays come from"),
            integer("NDArrayAddress", "Address in that port"),
            enable("EnableCallbacks", "Take arrays"),
            double("MinCallbackTime", "Least time between two arrays that are taken", 0.0, "s"),
            double("MaxByteRate", "Most bytes passed on per second; 0: any", 0.0, "byte/s"),
            double("MaxArrayRate", "Most arrays taken per second; 0: any", 0.0, "Hz"),
            yes_no("BlockingCallbacks", "The camera waits for this plugin"),
            integer("DroppedArrays", "Arrays lost as the queue was full; may be set"),
            integer("DroppedOutputArrays", "Arrays not passed on; may be set"),
            integer("QueueSize", "Arrays that may wait", DEFAULT_QUEUE),
            integer("NumThreads", "Threads", 1),
            menu("SortMode", "Sort arrays by number", ("Unsorted", "Sorted")),
            double("SortTime", "Time between two looks at sorted arrays", 0.1, "s"),
            integer("SortSize", "Arrays that may wait to be sorted", DEFAULT_QUEUE),
            integer("DisorderedArrays", "Arrays out of order; may be set"),
        ),
        readback("MaxArrayRate_COUT", "Least time between arrays, of MaxArrayRate", "s"),
        readback("ExecutionTime_RBV", "Time the last array took", "ms"),
        menu("ProcessPlugin", "Take the last array again", ("Done", "Process")),
        shown_integer("MaxThreads_RBV", "Most threads", 1),
        shown_integer("QueueFree", "Arrays that the queue has room for", DEFAULT_QUEUE),
        shown_integer("QueueUse", "Arrays that wait"),
        shown_integer("QueueFreeLow", "Room below which the queue is nearly full", 5),
        shown_integer("QueueUseHIGH", "Arrays that wait when the queue is nearly full", 15),
        shown_integer("QueueUseHIHI", "Arrays that wait when the queue is full", DEFAULT_QUEUE),
        shown_integer("SortFree", "Room for arrays to be sorted", DEFAULT_QUEUE),
        shown_integer("SortFreeLow", "Room below which that is nearly full", 5),
    )
)
