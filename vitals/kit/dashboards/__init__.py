"""What a dashboard is made of, and the checks that each one passes."""
