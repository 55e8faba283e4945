"""One choice under many futures: what is drawn, the problem in each future, how a choice fares."""
