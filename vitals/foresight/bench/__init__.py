"""Ours beside other methods, on labelled series and request traces, as the page shows it."""
