"""From history to a planning case: what logs say about service, cost and the loss of customers."""
