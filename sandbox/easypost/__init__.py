"""EasyPost's API for return shipments, labels and trackers, as far as Aftercart and its tests use it."""
