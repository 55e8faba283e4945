"""The fixed words of the contract, as enums: goals, rule kinds, periods, statuses.

They stand above all layers so that every layer says the same word for the same thing.
"""

from __future__ import annotations

from enum import StrEnum

LOSSES = ("lost_orders", "lost_customers", "lost_prospects")
"""The three kinds of expected lost sales."""
LIMITS = ("budget", "max_tiers", "max_changes", "min_service_level", "max_lost_sales")
"""The limits of a case, by the names they have in its settings and in every output."""
FIGURES = (
    "buyers",
    "leads",
    "acquisition_spend",
    "new_customers",
    "days_from_lead_to_order",
    "first_orders",
    "hours_until_answer",
    "inquiries",
    "quotes_within_validity",
    "quotes",
    "own_sales",
    "market_sales",
    "correct_orders",
    "orders_on_time",
    "orders_on_time_in_full",
    "units_delivered",
    "units_ordered",
    "lines_filled",
    "lines",
    "orders_filled",
    "hours_from_order_to_delivery",
    "promises_kept",
    "promises",
    "undamaged_orders",
    "contact_cost",
    "contacts",
    "abandoned_contacts",
    "hours_used",
    "hours_paid",
    "complaints",
    "returned_orders",
    "claim_cost",
    "solved_at_first_contact",
    "problems",
    "hours_until_solved",
    "installations_on_time",
    "installations",
    "repairs_on_time",
    "repairs",
    "parts_from_stock",
    "parts_asked_for",
    "loaners_given",
    "loaners_asked_for",
    "products_traced",
    "products_to_trace",
    "customers_lost",
    "customers_at_start",
    "customers_kept",
    "customers_of_every_period",
    "repeat_buyers",
    "referral_revenue",
)
"""What a case may count or sum for service measures, beside what its other tables tell anyway."""


class Goal(StrEnum):
    """What a plan is best at."""

    MIN_TOTAL_COST = "min_total_cost"
    MIN_LOST_SALES = "min_lost_sales"
    MAX_SERVICE = "max_service"
    MIN_BUDGET = "min_budget"

    @property
    def maximises(self) -> bool:
        """True where more is better; all other goals are money to be kept small."""
        return self is Goal.MAX_SERVICE


class Basis(StrEnum):
    """What the figures of a period are: planned, decided in an earlier plan, or what happened."""

    PLAN = "plan"
    DECIDED = "decided"
    ACTUAL = "actual"


class Lang(StrEnum):
    """The languages that slopt speaks."""

    EN = "en"
    ZH = "zh"


class Period(StrEnum):
    """The time that every rate of a case refers to."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"

    @property
    def per_year(self) -> int:
        """How many of this period make a year."""
        return {"year": 1, "quarter": 4, "month": 12}[self.value]


class ValueBasis(StrEnum):
    """What a customer who leaves is worth: the margin of this period, or of all later ones."""

    LIFETIME = "lifetime"
    PERIOD = "period"


class LossKind(StrEnum):
    """How the service level of an offer becomes lost orders, and which failures dissatisfy."""

    FAILURE = "failure"
    STOCK_OUT = "stock_out"
    CURVE = "curve"
    QUALITY = "quality"
    WAITING = "waiting"
    UNSOLD = "unsold"


class CurveShape(StrEnum):
    """How sales answer to the service level."""

    POINTS = "points"
    LOGISTIC = "logistic"
    EXPONENTIAL = "exponential"
    KINKED = "kinked"


class LevelShape(StrEnum):
    """How a term of a segment's cost grows with the service level that is chosen for it."""

    FIXED = "fixed"
    LINEAR = "linear"
    POWER = "power"
    SATURATING = "saturating"
    NINES = "nines"
    LOGISTIC = "logistic"


class RuleKind(StrEnum):
    """What a row of the `rules` table demands."""

    NOT_BELOW = "not_below"
    SAME_TIER = "same_tier"
    MIN_SERVICE_LEVEL = "min_service_level"
    MAX_SERVICE_COST = "max_service_cost"
    MAX_LOST_SALES = "max_lost_sales"
    MIN_IN_TIER = "min_in_tier"
    MAX_IN_TIER = "max_in_tier"

    @property
    def is_floor(self) -> bool:
        """True for the kinds that ask for at least so much."""
        return self in (RuleKind.MIN_SERVICE_LEVEL, RuleKind.MIN_IN_TIER)

    @property
    def is_on_sum(self) -> bool:
        """True for the kinds that limit a sum over segments, false for those that compare them."""
        return self not in (RuleKind.NOT_BELOW, RuleKind.SAME_TIER)


class StockKind(StrEnum):
    """When the stock of an item is ordered: at a level, at a time, or once."""

    CONTINUOUS = "continuous"
    PERIODIC = "periodic"
    SEASON = "season"


class DemandLaw(StrEnum):
    """How the demand for an item varies about its mean."""

    NORMAL = "normal"
    GAMMA = "gamma"


class CostCategory(StrEnum):
    """What the money of a cost line is spent on."""

    LABOUR = "labour"
    MATERIAL = "material"
    DEPRECIATION = "depreciation"
    TECHNOLOGY = "technology"
    MARKETING = "marketing"
    PROCESS = "process"
    MANAGEMENT = "management"
    TRANSPORT = "transport"
    OUTSOURCING = "outsourcing"
    RECOVERY = "recovery"
    OTHER = "other"


class Stage(StrEnum):
    """The stages of a customer's life."""

    ACQUIRE = "acquire"
    SERVE = "serve"
    RETAIN = "retain"
    EXPAND = "expand"
    WIN_BACK = "win_back"


class Visibility(StrEnum):
    """Whether the accounts show a cost, or it is a management estimate."""

    BOOKED = "booked"
    HIDDEN = "hidden"


class CostBehaviour(StrEnum):
    """Whether a cost moves with the volume."""

    FIXED = "fixed"
    VARIABLE = "variable"


class Satisfaction(StrEnum):
    """What a survey's figure is."""

    INDEX = "index"
    GAP = "gap"
    RECOMMENDATION = "recommendation"


class SourceKind(StrEnum):
    """How a number came about, from best to worst."""

    MEASURED = "measured"
    FITTED = "fitted"
    PUBLISHED = "published"
    ASSUMED = "assumed"


class Method(StrEnum):
    """The route from a problem to a plan."""

    AUTO = "auto"
    HIGHS = "highs"
    CORE = "core"
    PRICES = "prices"
    PYOMO = "pyomo"

    @property
    def needs_shared_rows(self) -> bool:
        """True for the routes by prices, which take segments that share rows and little else."""
        return self in (Method.CORE, Method.PRICES)


class RiskMeasure(StrEnum):
    """What a plan is best at where the numbers of its case are uncertain.

    MEAN: its mean over the futures. CVAR: its mean over the worst of them, or a blend of both.
    REGRET: the most by which it is worse than the best plan of a future. ROBUST: its value where
    so many segments turn out at their worst at once.
    """

    MEAN = "mean"
    CVAR = "cvar"
    REGRET = "regret"
    ROBUST = "robust"


class Sampling(StrEnum):
    """How futures are drawn: Latin hypercube, Sobol, or only those that the case lists."""

    LHS = "lhs"
    SOBOL = "sobol"
    LISTED = "listed"


class Distribution(StrEnum):
    """How an uncertain number is spread between its low and its high, and beyond.

    NORMAL, LOGNORMAL and LOGITNORMAL have the value of the case as their median and a side of its
    own below and above it, on the plain scale, that of logarithms and that of log odds.
    """

    UNIFORM = "uniform"
    TRIANGULAR = "triangular"
    NORMAL = "normal"
    LOGNORMAL = "lognormal"
    LOGITNORMAL = "logitnormal"


class Screening(StrEnum):
    """How a sensitivity study looks at uncertain inputs: one at a time, or all together."""

    TORNADO = "tornado"
    MORRIS = "morris"
    SOBOL = "sobol"


class Status(StrEnum):
    """How a solve ended. `exit_code` is the one of the command line."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    NO_PLAN = "no_plan"
    INTERRUPTED = "interrupted"

    @property
    def exit_code(self) -> int:
        """0 proven within the gap, 4 infeasible, 5 limit with plan, 6 without, 7, 130."""
        return {
            "optimal": 0,
            "feasible": 5,
            "infeasible": 4,
            "unbounded": 7,
            "no_plan": 6,
            "interrupted": 130,
        }[self.value]
