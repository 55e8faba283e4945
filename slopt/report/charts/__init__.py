"""The charts of a report, by Altair, as SVG. Booked money is solid, expected money is hatched.

Importing this needs the extra `slopt[report]`.
"""

from slopt.report.charts.of_bridge import bridge
from slopt.report.charts.of_frontier import frontier
from slopt.report.charts.of_level import total_by_level
from slopt.report.charts.of_plans import plans
from slopt.report.charts.of_tornado import tornado
from slopt.report.charts.of_whale import whale
from slopt.report.charts.svg import HATCHING, Chart, warm_up

__all__ = [
    "HATCHING",
    "Chart",
    "bridge",
    "frontier",
    "plans",
    "tornado",
    "total_by_level",
    "warm_up",
    "whale",
]
