"""Money that did not go as planned after its case had ended, or that a bank takes back: followed until it is settled."""
