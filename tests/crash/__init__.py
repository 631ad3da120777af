"""Processes are killed at every boundary of a return; nothing may be lost or done twice."""
