"""The pure mathematics that plans, callbacks and analysis share; it imports none of them."""
