"""Delivery: a partner's product chosen, rendered and written where the partner finds it."""
