"""What merchants who come from other systems expect: 128 cases with figures, each answered by our own code."""
