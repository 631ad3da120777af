"""The aftercart command."""
