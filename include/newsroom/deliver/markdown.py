"""Markdown with front matter, for a static site: a file for each story, all of them in one ZIP.

The front matter is YAML with the names that Hugo, Jekyll and their like read, and ours for what they do not
know. What the partner must remove comes as a draft without a word, under the name of the story's own file:
who unpacks the ZIP over the last one, and builds the site, has no killed story on it.
"""

from datetime import datetime
from typing import Any

import yaml

from newsroom.config import House, Partner
from newsroom.deliver import bundle
from newsroom.deliver.bundle import File, file_name, pack
from newsroom.deliver.edition import Edition, Withdrawal
from newsroom.deliver.entry import Entry, newest_first
from newsroom.deliver.markdown_body import body_markdown
from newsroom.deliver.markup import absolute_link, line
from newsroom.deliver.media import content_type, linked, notice_of, sizes
from newsroom.deliver.rss import creators, summary
from newsroom.deliver.values import filled, language_tag, lines, revision_of, rfc3339
from newsroom.story import Media, Story

VERSION = "2"
"""Raised with every change of what this module writes, so that feeds are written anew."""

CONTENT_TYPE = bundle.CONTENT_TYPE

_UNBROKEN = 1_000_000
"""Characters of a line at most: no text is broken into several."""

Matter = dict[str, Any]


def render(_: House, __: Partner, edition: Edition) -> bytes:
    """The partner's files as a ZIP; the same edition gives the same bytes.

    Raises:
        ValueError: a body is not well-formed; `release_check` finds out whose it is.
    """
    stories = (
        File(file_name(each.uri, "md"), edition.parts.of(story_file, each), each.modified)
        for each in newest_first(edition.entries)
    )
    gone = (File(file_name(each.uri, "md"), withdrawn_file(each), each.at) for each in edition.withdrawals)
    return pack([*stories, *gone], edition.made_at)


def story_file(entry: Entry) -> bytes:
    """One story: its front matter, and its body.

    Raises:
        ValueError: the body is not well-formed.
    """
    return f"---\n{_yaml(front_matter(entry))}---\n\n{body_markdown(entry.story)}\n".encode()


def withdrawn_file(withdrawal: Withdrawal) -> bytes:
    """A story that the partner must remove, as what no generator puts on the site (Hugo's, Jekyll's word)."""
    told = {
        "title": "Withdrawn",
        "id": withdrawal.uri,
        "version": withdrawal.version,
        "lastmod": withdrawal.at,
        "expiryDate": withdrawal.at,
        "draft": True,
        "published": False,
        "withdrawn": withdrawal.note,
    }
    return f"---\n{_yaml(told)}---\n".encode()


def front_matter(entry: Entry) -> Matter:
    """What the story knows of itself, by the names of the front matter."""
    story = entry.story
    named = [line(subject.name) for subject in story.subject]
    return filled(
        {
            "title": line(story.headline),
            "subtitle": line(story.subheadline),
            "description": summary(story),
            "id": entry.uri,
            "version": entry.version,
            "date": entry.published,
            "lastmod": entry.modified,
            "expiryDate": story.expires,
            "embargoed": story.embargoed,
            "revision": revision_of(entry),
            "language": language_tag(story),
            "slugline": line(story.slugline),
            "authors": list(creators(story)),
            "byline": line(story.byline),
            "dateline": line(story.dateline),
            "location": line(story.located),
            "source": line(story.source),
            "provider": line(story.provider),
            "credit": line(entry.attribution or story.creditline),
            "canonical_url": absolute_link(story.url),
            "excerpt_only": entry.partial or None,
            "copyright": filled(
                {
                    "notice": line(story.copyrightnotice),
                    "holder": line(story.copyrightholder),
                    "year": story.copyrightyear,
                }
            ),
            "usage_terms": line(story.usageterms),
            "license": absolute_link(story.license) or line(story.license),
            "tdm_reservation": 1 if entry.mining_reserved else None,
            "tdm_policy": absolute_link(entry.mining_policy) if entry.mining_reserved else None,
            "categories": lines([*named, *story.topics]),
            "tags": lines(story.keywords),
            "subjects": [{"code": each.code, "name": line(each.name)} for each in story.subject],
            "genre": line(story.genre),
            "urgency": story.urgency,
            "editors_note": line(story.ednote),
            "signals": lines(story.signals),
            "wire_id": line(story.wire_id),
            "wire_version": line(story.wire_version),
            "images": [link for link, each in linked(story.media) if each.kind == "picture"],
            "media": [_media(story, link, each) for link, each in linked(story.media)],
        }
    )


def _media(story: Story, link: str, media: Media) -> Matter:
    return filled(
        {
            "url": link,
            "kind": media.kind,
            "type": content_type(media),
            "caption": line(media.caption),
            "credit": line(media.credit),
            "copyright": notice_of(story, media),
            **sizes(media),
        }
    )


class _Quoted(str):
    """A text that stands in quotes."""


class _Writer(yaml.CSafeDumper):
    """YAML that a reader of 1.1 takes for the same as one of 1.2."""

    def ignore_aliases(self, _: Any) -> bool:
        """Each value stands where it is told, be it there twice."""
        return True


def _represent_text(writer: _Writer, text: str) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


def _represent_moment(writer: _Writer, moment: datetime) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:timestamp", rfc3339(moment))


_Writer.add_representer(_Quoted, _represent_text)
_Writer.add_representer(datetime, _represent_moment)


def _yaml(told: Matter) -> str:
    """The front matter's lines, one for each field, however long."""
    written: str = yaml.dump(
        _quoted(told), Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_UNBROKEN
    )
    return written


def _quoted(value: Any) -> Any:
    """Every text in quotes: without, `no` and `2026-11-20` are something else to some reader of YAML."""
    if isinstance(value, dict):
        return {key: _quoted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_quoted(each) for each in value]
    return _Quoted(value) if isinstance(value, str) else value
