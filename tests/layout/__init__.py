"""The code keeps to its own rules."""
