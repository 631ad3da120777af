"""Explanations hold for every order, and a stored value that is wrong is found."""
