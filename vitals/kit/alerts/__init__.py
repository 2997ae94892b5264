"""What an alert is made of, hand-written rule files, and how long a notification takes."""
