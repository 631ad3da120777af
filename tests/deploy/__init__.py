"""What is deployed is checked without a container engine."""
