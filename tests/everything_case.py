"""A case with everything: tiers, a level, a stock room and a desk, under one budget."""

from __future__ import annotations

from pathlib import Path

TABLES = {
    "segments": """segment,customers,orders_per_customer,revenue_per_order,margin,base_churn,\
current_tier,min_level,max_level,current_level
plants,40,60,820,0.26,0.05,standard,,,
web,4000,2,85,0.38,0.35,economy,,,
online,3000,6,90,0.35,0.25,,0.6,0.99,0.8
""",
    "tiers": """tier,service_level,cost_per_order
economy,0.90,5.5
standard,0.95,9
express,0.985,17
""",
    "response": """segment,lost_order_share,leave_probability,listeners,prospect_share,deterrence,\
prospect_value
*,0.3,0.04,9,0.02,0.25,120
""",
    "resources": """resource,capacity
stock_value,9000
""",
    "level_costs": """segment,term,shape,per_customer,per_order
online,base,linear,2,
online,speed,nines,,1.1
""",
    "items": """item,room,unit_cost,holding_rate,order_quantity,lead_time,use:stock_value
pump,central,60,0.25,40,0.05,60
valve,central,25,0.25,80,0.05,25
""",
    "item_demand": """item,segment,mean,spread
pump,plants,500,120
valve,web,900,160
""",
    "call_types": """call_type,segment,handle_time,patience,sale_probability,answer_within
sales,online,300,150,0.4,20
""",
    "time_blocks": """block,hours,times
day,8,250
""",
    "call_volumes": """call_type,block,calls
sales,day,150
""",
    "agent_pools": """pool,desk,wage
sellers,phone,21
""",
    "pool_skills": """pool,call_type
sellers,sales
""",
}
PEOPLE = ("call_types", "time_blocks", "call_volumes", "agent_pools", "pool_skills")
ITEMS = ("items", "item_demand")


def write_everything(folder: Path, budget: float | None = 320_000, without=()) -> Path:
    """The case as a folder, without some of its tables."""
    folder.mkdir(parents=True, exist_ok=True)
    limits = "" if budget is None else f"\n[limits]\nbudget = {budget}\n"
    settings = f'[case]\nname = "Everything"\ncurrency = "EUR"\ndiscount_rate = 0.1\n{limits}'
    (folder / "case.toml").write_text(settings, encoding="utf-8")
    for name, text in TABLES.items():
        if name not in without:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
