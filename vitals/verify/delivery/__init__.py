"""What a change means for the stacks that run, shown where it is reviewed.

This room turns what `pulumi preview` printed and what ``rendered/`` says into text. It runs nothing, makes no calls and
holds no credentials; the workflow that does so hands it files.
"""

from vitals.verify.delivery.comment import LONGEST, Preview, comment, previews_in
from vitals.verify.delivery.versions import ComparedProgram, parts, versions_page

__all__ = ["LONGEST", "ComparedProgram", "Preview", "comment", "parts", "previews_in", "versions_page"]
