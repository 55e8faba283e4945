"""A small case of everything at once: tiers, a level, a stock room and a desk under one budget."""

from __future__ import annotations

from pathlib import Path

TABLES = {
    "segments": (
        "segment,customers,orders_per_customer,revenue_per_order,margin,base_churn,current_tier,"
        "min_level,max_level,current_level\n"
        "shops,300,12,200,0.3,0.1,basic,,,\n"
        "farms,120,10,320,0.3,0.1,basic,,,\n"
        "web,900,3,80,0.35,0.3,,0.7,0.99,0.85\n"
    ),
    "tiers": "tier,service_level,cost_per_order\nbasic,0.88,6\nfast,0.96,11\n",
    "response": (
        "segment,lost_order_share,leave_probability,listeners,prospect_share,deterrence,"
        "prospect_value\n*,0.4,0.05,9,0.02,0.25,100\n"
    ),
    "resources": "resource,capacity,unit_cost\nstock_value,9000,0\n",
    "level_costs": "segment,term,shape,per_customer,per_order,exponent\n"
    "web,base,linear,,2,\nweb,speed,saturating,,0.6,0.7\n",
    "items": (
        "item,room,kind,unit_cost,holding_rate,order_cost,lead_time,use:stock_value\n"
        "pump,north,continuous,30,0.2,40,0.1,30\n"
        "seal,north,continuous,4,0.2,20,0.06,4\n"
        "hose,north,continuous,9,0.2,20,0.08,9\n"
    ),
    "item_demand": (
        "item,segment,mean,variation,units_per_order\n"
        "pump,farms,200,0.3,2\nseal,shops,1500,0.2,5\nhose,shops,600,0.25,3\nhose,web,400,0.3,1\n"
    ),
    "call_types": (
        "call_type,segment,handle_time,patience,sale_probability\n"
        "orders,shops,240,120,0.5\nquestions,web,300,180,\n"
    ),
    "time_blocks": "block,hours,times\nmorning,4,250\nafternoon,4,250\n",
    "call_volumes": (
        "call_type,block,calls\norders,morning,60\norders,afternoon,40\n"
        "questions,morning,90\nquestions,afternoon,70\n"
    ),
    "agent_pools": "pool,desk,design,wage\neverybody,phones,mixed,24\n"
    "sellers,phones,split,24\nhelpers,phones,split,22\n",
    "pool_skills": (
        "pool,call_type,handle_factor\neverybody,orders,1\neverybody,questions,1\n"
        "sellers,orders,0.95\nhelpers,questions,0.9\n"
    ),
    "desk_designs": "desk,design,cost,today\nphones,mixed,0,true\nphones,split,20000,\n",
}
LEVELS = ("web",)
ROOM, DESK = "north", "phones"


def write_joint_case(folder: Path, budget: float | None = None, without: str = "") -> Path:
    """The case as a folder; `without` is a prefix of tables that are left out, such as `item`."""
    folder.mkdir(parents=True, exist_ok=True)
    limits = "" if budget is None else f"\n[limits]\nbudget = {budget}\n"
    head = '[case]\nname = "Joint"\ncurrency = "EUR"\ndiscount_rate = 0.1\n'
    (folder / "case.toml").write_text(head + limits, encoding="utf-8")
    for name, text in TABLES.items():
        if not (without and name.startswith(without)):
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
