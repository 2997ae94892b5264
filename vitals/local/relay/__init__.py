"""The relay of pictures: the text of a notification goes out as always, the picture of the alert's panel follows.

Alertmanager says what it notifies people of and waits for no picture. The relay draws the panel that the notification
links to and replies to the message that went out. It can fail, hang or be missing: no text ever passes through it.
"""
