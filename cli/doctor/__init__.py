"""`aftercart doctor`: what is well and what is not, and what to do about it."""
