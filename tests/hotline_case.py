"""A case in which a trial pays: 29,000 customers, and nobody knows who leaves after a failure."""

from __future__ import annotations

from pathlib import Path

HOTLINE = {
    "case.toml": '[case]\nname = "Hotline"\ncurrency = "EUR"\ndiscount_rate = 0.1\n',
    "segments.csv": "segment,customers,orders_per_customer,revenue_per_order,margin,base_churn\n"
    "homes,20000,2,100,0.4,0.1\nshops,6000,3,150,0.4,0.1\nfarms,3000,2,120,0.4,0.15\n",
    "tiers.csv": "tier,rank,service_level,cost_per_customer,cost_per_order\n"
    "basic,1,0.85,0,5\ngood,2,0.95,5,7\nbest,3,0.99,12,9\n",
    "response.csv": "segment,lost_order_share,leave_probability\n*,0.1,0.12\n",
    "sources.csv": "table,column,segment,tier,kind,low,high\n"
    "response,leave_probability,*,*,assumed,0.02,0.25\n"
    "tiers,service_level,*,best,assumed,0.965,0.995\n"
    "segments,margin,*,*,assumed,0.3,0.5\n",
}


def write_hotline(folder: Path) -> Path:
    """The case in a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in HOTLINE.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
