"""slopt: service-level planning with proven plans."""

__version__ = "0.1.0"
