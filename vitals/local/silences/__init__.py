"""Silences of Alertmanager: what is held back, from whom, until when, and why.

A silence without an end outlives the work it was made for, and one without a reason stays because no one knows whether
it may go; neither can be made here. The command and the portal's form ask through this one package and are refused
alike.
"""
