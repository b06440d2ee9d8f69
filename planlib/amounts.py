"""Numbers that arguments of plans may be: hints that forms and the queue can hold people to.

The plans refuse the rest themselves, each in a sentence; these say the same to programs.
"""

from typing import Annotated, TypeAlias

from annotated_types import Ge, Gt, Le

#: More points than anybody can wait for: at 10 ms per point this takes a day (U9).
MOST_POINTS = 10_000_000

#: A number of steps; there is one point more (SC-01).
Intervals: TypeAlias = Annotated[
    int, Ge(1), Le(MOST_POINTS - 1), "Number of steps; there is one point more."
]
#: A number of points, SC-06.
Points: TypeAlias = Annotated[int, Ge(1), Le(MOST_POINTS), "Number of points."]
#: How often something is done again, or an index.
Whole: TypeAlias = Annotated[int, Ge(0), "A whole number from 0 on."]
#: A time that may be none.
Seconds: TypeAlias = Annotated[float, Ge(0), "Seconds, 0 or more."]
#: A time to count, which cannot be none.
LastingSeconds: TypeAlias = Annotated[float, Gt(0), "Seconds, more than 0."]
#: A tolerance, say.
NotNegative: TypeAlias = Annotated[float, Ge(0), "A number, 0 or more."]
#: A step, say.
Positive: TypeAlias = Annotated[float, Gt(0), "A number above 0."]
