"""The dashboards, one file each: which question, which panels, in which order. How they look is decided elsewhere."""
