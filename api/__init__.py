"""HTTP in, HTTP out, under /v1; no rule and no SQL."""
