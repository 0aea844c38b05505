"""Media RSS: pictures, clips and codes, as RSS and Atom carry them alike."""

from lxml import etree

from newsroom.deliver.element import add
from newsroom.deliver.markup import line, untagged_line
from newsroom.deliver.media import content_type, linked, notice_covers, sizes
from newsroom.story import Story

MEDIA = "http://search.yahoo.com/mrss/"


def illustrate(element: etree._Element, story: Story) -> None:
    """Add a `media:content` for each picture or clip that can be linked to.

    No media:group: one that has a single member is an error.
    """
    for link, media in linked(story.media):
        content = etree.SubElement(element, f"{{{MEDIA}}}content", url=link)
        content.set("medium", "image" if media.kind == "picture" else media.kind)
        if kind := content_type(media):
            content.set("type", kind)
        for name, size in sizes(media).items():
            content.set(name, str(size))
        add(content, f"{{{MEDIA}}}description", untagged_line(media.caption), type="plain")
        add(content, f"{{{MEDIA}}}credit", line(media.credit))
        if notice_covers(story, media):
            add(content, f"{{{MEDIA}}}copyright", untagged_line(story.copyrightnotice))
