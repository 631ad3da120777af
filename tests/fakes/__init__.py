"""Hand-written stand-ins for the outside, one per port; they keep state and can be told to fail."""
