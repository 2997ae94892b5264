"""What a change means for the stacks that run, told where it is reviewed.

This room turns what `pulumi preview` printed and what ``rendered/`` says into text. It runs nothing, asks nobody and
holds no credentials; the workflow that does so hands it files.
"""

from vitals.delivery.comment import LONGEST, Preview, comment, previews_in

__all__ = ["LONGEST", "Preview", "comment", "previews_in"]
