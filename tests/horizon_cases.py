"""A small case over four quarters, written as a folder: every table over time has a row."""

from __future__ import annotations

from pathlib import Path

SEGMENTS = (
    "segment,customers,orders_per_customer,revenue_per_order,margin,base_churn,current_tier,"
    "notice_periods"
)
RESPONSE = "segment,lost_order_share,leave_probability,listeners,prospect_share,deterrence"
TABLES = {
    "case.toml": """[case]
name = "Small cycle"
currency = "EUR"
period = "quarter"
discount_rate = 0.02

[limits]
min_service_level = 0.7

[solve]
gap = 0.0
""",
    "segments.csv": f"""{SEGMENTS}
North,400,6,40,0.4,0.02,basic,0
South,250,4,60,0.35,0.03,basic,1
West,120,10,55,0.45,0.02,fast,0
""",
    "tiers.csv": """tier,service_level,cost_per_order,open_cost
basic,0.8,1.2,500
fast,0.92,2.6,900
express,0.98,4.5,1200
""",
    "response.csv": f"""{RESPONSE}
*,0.5,0.08,3,0.05,0.3
""",
    "resources.csv": """resource,capacity,extra_capacity,extra_unit_cost
hours,200,400,30
""",
    "usage.csv": """resource,tier,per_order
hours,basic,0.1
hours,fast,0.16
hours,express,0.22
""",
    "periods.csv": """period,budget,carry_over,demand_factor
2027Q1,15000,true,1
2027Q2,15500,true,1.1
2027Q3,17500,true,1.25
2027Q4,16500,false,1
""",
    "segment_periods.csv": """segment,period,acquired
North,*,12
South,*,6
""",
    "staff_options.csv": """option,resource,units,wage,hire_cost,release_cost,lead_periods,ramp
agents,hours,300,9,60,40,1,0.5
""",
    "projects.csv": """project,investment,running_cost,saves,lift_segment,lift_tier,lift
portal,1500,100,900,*,basic,0.04
""",
    "tier_changes.csv": """from_tier,to_tier,cost
*,*,150
""",
}
"""What stands in each file."""


def write_case(folder: Path, **changes: str) -> Path:
    """The case in a folder; `changes` are whole files by name with _ for the dot, as `periods_csv`;
    an empty one is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        **TABLES,
        **{n.replace("_csv", ".csv"): t for n, t in changes.items()},
    }.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder
