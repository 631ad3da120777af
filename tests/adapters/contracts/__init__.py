"""What every adapter of a port must do, and every fake of it too."""
