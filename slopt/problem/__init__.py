"""The choice problem: numbers with labels, no business and no solver."""
