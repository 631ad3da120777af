"""Measurements, each a module to run; none is part of the program."""
