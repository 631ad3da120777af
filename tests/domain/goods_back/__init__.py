"""The way of goods back, from what a shop expects."""
