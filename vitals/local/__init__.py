"""What runs a rendered environment on one machine: its processes, its page and the pictures on it."""
