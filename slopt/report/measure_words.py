"""Names of service measures, of their phases and of the stages of a customer's life, as sentences.

The economics and the vocabulary name them for documents; here they are marked for translation.
"""

from __future__ import annotations

from slopt.sayings import later

PHASES = (later("before"), later("during"), later("after"))
MEASURES = (
    later("conversion"),
    later("acquisition cost"),
    later("sales cycle"),
    later("answer time"),
    later("quotes kept"),
    later("market share"),
    later("order accuracy"),
    later("on time"),
    later("on time in full"),
    later("unit fill rate"),
    later("line fill rate"),
    later("order fill rate"),
    later("order time"),
    later("agreement kept"),
    later("undamaged"),
    later("cost per contact"),
    later("abandonment"),
    later("utilisation"),
    later("complaint rate"),
    later("return rate"),
    later("claims"),
    later("first-contact resolution"),
    later("resolution time"),
    later("installations in time"),
    later("repairs in time"),
    later("spare parts at hand"),
    later("loaners at hand"),
    later("traced products"),
    later("churn"),
    later("retention"),
    later("stable customers"),
    later("repeat purchase"),
    later("cost to serve"),
    later("service cost per customer"),
    later("value per acquisition cost"),
    later("referral"),
)
