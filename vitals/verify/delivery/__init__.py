"""What a change means for the stacks that run, told where it is reviewed.

This room turns what `pulumi preview` printed and what ``rendered/`` says into text. It runs nothing, asks nobody and
holds no credentials; the workflow that does so hands it files.
"""

from vitals.verify.delivery.comment import LONGEST, Preview, comment, previews_in
from vitals.verify.delivery.versions import Part, parts, versions_page

__all__ = ["LONGEST", "Part", "Preview", "comment", "parts", "previews_in", "versions_page"]
