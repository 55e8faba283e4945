"""What the columns of a case are called in a report: words instead of the headings of files."""

from __future__ import annotations

from slopt.case.schema import BY_NAME
from slopt.report.language import Language, later
from slopt.vocabulary import Lang

COLUMNS = {
    ("response", "lost_order_share"): later("orders lost when served badly"),
    ("response", "leave_probability"): later("customers who leave after a failure"),
    ("response", "listeners"): later("people told by a dissatisfied customer"),
    ("response", "prospect_share"): later("real prospects among those told"),
    ("response", "deterrence"): later("prospects put off by what they hear"),
    ("response", "prospect_value"): later("value of one prospect"),
    ("response", "passed_on"): later("people told again by each listener"),
    ("response", "praise_listeners"): later("people told by a satisfied customer"),
    ("response", "persuasion"): later("prospects won by what they hear"),
    ("response", "complaint_rate"): later("dissatisfied customers who complain"),
    ("response", "resolved_quickly"): later("complaints made good quickly"),
    ("response", "resolved_slowly"): later("complaints made good slowly"),
    ("response", "leave_if_quick"): later("who leave after a quick remedy"),
    ("response", "leave_if_slow"): later("who leave after a slow remedy"),
    ("response", "leave_if_in_vain"): later("who leave after a complaint in vain"),
    ("response", "cost_per_complaint"): later("cost of one complaint"),
    ("segments", "customers"): later("customers"),
    ("segments", "orders_per_customer"): later("orders per customer"),
    ("segments", "revenue_per_order"): later("revenue per order"),
    ("segments", "current_tier"): later("who has what today"),
    ("segments", "margin"): later("contribution margin"),
    ("segments", "base_churn"): later("customers lost in any case"),
    ("tiers", "service_level"): later("service level of the tiers"),
    ("tiers", "open_cost"): later("cost of opening a tier"),
    ("tiers", "cost_per_customer"): later("service cost per customer"),
    ("tiers", "cost_per_order"): later("service cost per order"),
    ("resources", "capacity"): later("capacity of the resources"),
    ("resources", "unit_cost"): later("cost of a unit of a resource"),
    ("resources", "extra_capacity"): later("extra units of the resources"),
    ("resources", "extra_unit_cost"): later("cost of an extra unit"),
    ("usage", "per_customer"): later("units used per customer"),
    ("usage", "per_order"): later("units used per order"),
    ("usage", "per_segment"): later("units used per segment"),
    ("offers", "service_level"): later("service level of single offers"),
    ("offers", "service_cost"): later("service cost of single offers"),
    ("offers", "lost_sales"): later("lost sales of single offers"),
    ("offers", "lost_orders"): later("lost orders of single offers"),
    ("offers", "lost_customers"): later("lost customers of single offers"),
    ("offers", "lost_prospects"): later("lost prospects of single offers"),
    ("settings", "case.discount_rate"): later("discount rate"),
}


def headings(table: str, column: str, _: Language) -> tuple[str, str]:
    """What table and column may be headed in files of that language: `tiers`, `open_cost`."""
    schema = BY_NAME.get(table)
    if _.lang is not Lang.ZH or schema is None or not schema.names:
        return table, column
    titles = {its.name: its.names[0] for its in schema.columns if its.names}
    return schema.names[0], titles.get(column, column)


def column_words(table: str, column: str, _: Language) -> str:
    """What a column is called; one without words of its own by its table and heading."""
    known = COLUMNS.get((table, column))
    if known is not None:
        return _(known)
    schema = BY_NAME.get(table)
    if _.lang is Lang.ZH and schema is not None:
        titles = {its.name: its.names[0] for its in schema.columns if its.names}
        if column in titles and schema.names:
            return _("{table}: {column}", table=schema.names[0], column=titles[column])
    plain = (name.replace("_", " ").replace("*", _("all")) for name in (table, column))
    return _("{table}: {column}", **dict(zip(("table", "column"), plain, strict=True)))
