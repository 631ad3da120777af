"""Payment providers behind the Payments port, one file each."""
