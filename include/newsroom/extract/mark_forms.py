"""How wires write their marks: words before a headline, and lines at a story's edges.

A mark in capitals stands before a dash or a colon, in brackets, or alone. What is prose as well (`Embargoed
oil`, `US-China talks`, `Kill Bill`) needs more of a mark's form around it.
"""

import re

_DASH = r"\s*(?:--+|[-–—:|/]|…|\.{2,})\s*"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th|ST|ND|RD|TH)"
_AGENCY = r"(?:AP|AFP|ANSA|CNN|CP|DPA|EFE|PA|REUTERS|TNS|UPI)"
_KILLS = (
    rf"(?:(?:BULLETIN|MANDATORY|STORY|NEWS|PHOTO|{_AGENCY})\s+){{0,2}}KILL(?:\s+KILL)*"
    r"(?:\s+(?:NOTICE|ADVISORY|MANDATORY))?|[Mm]andatory\s+[Kk]ill"
)
_WITHDRAWN = r"(?:STORY|NEWS|ITEM)\s+(?:WITHDRAWN|REMOVED|KILLED|RETRACTED|ELIMINATION)"
_ADVISORY = (
    rf"(?:MEDIA|EDITORS?|SERVICE|PHOTO|COVERAGE|NEWS|{_AGENCY})\s+ADVISORY|ADVISORY\s+TO\s+EDITORS"
    r"|NOT(?:E|ICE)\s+TO\s+EDITORS"
)
_HOLDS = (
    r"HOLD\s+FOR\s+RELEASE|DO\s+NOT\s+(?:USE|PUBLISH|RELEASE|RUN)"
    r"|NOT\s+FOR\s+(?:PUBLICATION|RELEASE|BROADCAST)"
)

_WITHHOLD = (
    rf"HOLD(?:\s+HOLD)*|WITHHOLD|HFR|{_HOLDS}|DISREGARD|RETRACT(?:ED|ION)|ANNULATION|ANULACIÓN|ANNULLAMENTO"
    r"|TEST(?:\s+TEST)+|TEST\s+(?:MESSAGE|STORY|ITEM|ONLY)"
)
_CORRECTION = (
    r"(?:CORRECTED|CORRECTION|CORRECTIVE|CORRECTS|CORRECCIÓN|CORREGIDO|KORREKTUR|BERICHTIGUNG|RECTIFICATIF"
    r"|CORRECTIF|ANNULE\s+ET\s+REMPLACE|ERRATA\s+CORRIGE|RETTIFICA)(?:\s*-?\s*\(OFFICIAL\))?"
)
_UPDATE = (
    rf"{_ORDINAL}\s+UPDATE"
    r"|(?:UPDATED?|ACTUALIZA(?:CIÓN|DO)?|AMPLIACIÓN|AMPLÍA|WRAPUP|ROUNDUP)(?:\s*\d{1,2})?"
)

_MARKS: tuple[tuple[str, str, int | None], ...] = (
    (rf"{_KILLS}|{_WITHDRAWN}|WITHDRAWN|(?:PHOTO\s+)?ELIMINATION", "kill", None),
    (_WITHHOLD, "withhold", None),
    (rf"{_ADVISORY}|ADVISORY|ADVISORIES", "advisory", None),
    (_CORRECTION, "correction", None),
    (r"CLARIFIED|CLARIFICATION|CLARIFIES|ACLARACIÓN|KLARSTELLUNG", "clarification", None),
    (r"REFILE(?:D)?", "minor correction", None),
    (r"REPEAT|RPT", "repeat", None),
    (_UPDATE, "update", None),
    (rf"{_ORDINAL}\s+(?:LEAD|Lead|LD|Ld(?!-Writethru))|LEAD", "replace", None),
    (r"FLASH", "flash", 1),
    (r"BULLETIN|EXTRA|APNewsAlert|NEWS\s?ALERT|ALERTE", "bulletin", 2),
    (r"URGENT[E]?|EIL(?:MELDUNG)?|Eilmeldung|SNAP", "urgent", 3),
)
"""A mark, what it means, and its urgency (IPTC: 1 to 9). What may be a kill and may not (`RETRACTION`)
withholds."""

PREFIXES = tuple(
    (
        re.compile(
            rf"^\W{{0,3}}(?:{mark})\W{{0,2}}?{_DASH}(?=\S)"
            rf"|^(?:\((?:{mark})\)|\[(?:{mark})\]|\+{{2,3}}\s*(?:{mark})\s*\+{{2,3}})\s*(?=\S)"
        ),
        signal,
        urgency,
    )
    for mark, signal, urgency in _MARKS
) + tuple(
    (re.compile(form), signal, None)
    for form, signal in (
        (rf"^{_ORDINAL}\s+(?:Ld|LD)-(?:Writethru|WRITETHRU)\W*(?=\S)", "replace"),
        (r"^\((?:Actualiza(?:ción|da|do)?|Amplía|Ampliación|Act)\b\.?\s?\d{0,2}\)\s*(?=\S)", "update"),
        (r"^\((?:Corrige|Corrección|Korrektur|Berichtigung|Rectificatif)\)\s*(?=\S)", "correction"),
    )
)
"""Marks before a headline."""

LONE = tuple(
    (re.compile(rf"^\W*(?:{mark})\W*$"), signal, urgency)
    for mark, signal, urgency in _MARKS
    if signal != "replace"
)
"""Marks with nothing else in their line."""

TAKE = re.compile(rf"\b{_ORDINAL}\s+(?:Ld|Lead)(?:-Writethru)?\b|\bLd-Writethru\b", re.IGNORECASE)
TAKE_AFTER = re.compile(
    rf"\s*(?:,\s*{_ORDINAL}\s+(?:Ld|LD)(?:-Writethru)?|\(\s*{_ORDINAL}\s+(?:Ld|LD|Lead|LEAD)\s*\))\s*$"
)
"""What stands behind a headline: `…, 2nd Ld-Writethru`."""

ADVISORY = re.compile(rf"^\W*(?:{_ADVISORY})\s*[:–—-]")
"""An advisory, as a line: what is planned, and no story."""

SLUG = re.compile(
    rf"""(?:
      (?:(?:BC|AM|PM|AP)-)?(?:AP\ )?[A-Z]{{2,3}}(?:-[A-Z]{{2,4}}){{0,3}}--[A-Z][\w.'’&$-]*
      (?:[ ,]{{1,2}}[\w.'’&$-]+){{0,12}}
    | (?:BC|AM|PM|AP)(?:-[\w.'’&$]+){{2,6}}(?:,\s?[\w -]{{1,24}}){{0,3}}
    | [^.!?:]{{2,60}},\s?{_ORDINAL}\s(?:Ld|Lead|Add|Take)(?:-Writethru)?(?:,[\w ]{{1,20}})?
    | [A-Z0-9]+(?:-[A-Z0-9&]+)+/[A-Z0-9&-]*(?:\ \([A-Z0-9 ,.&-]+\))?
    | [A-Z0-9]+/[A-Z0-9&-]*\ \((?:UPDATE|WRAPUP|URGENT|CORRECTED)[A-Z0-9 ,.&-]*\)
    )(?<!\.)""",
    re.VERBOSE,
)
"""Slug lines: AP's have two dashes, several words in one, or the number of a lead; Reuters' a slash."""

STAMP = re.compile(r"AP-[A-Z]{2,3}-\d\d-\d\d-\d\d\s\d{4}[A-Z]{3}")
"""AP's line on where and when an item was sent: `AP-NY-06-10-26 1202EDT`."""

END = re.compile(
    r"[-–—_(#]*\s?(?:30|ENDS?)\s?[-–—_)#]+|/END/|ENDS?|Ends?|NNNN|QQQ+|\(ends?\)|MORE\s?TO\s?COME"
)
"""How wires mark that a story is over."""

PART = re.compile(
    rf"\W*(?:TAKE\s+\d{{1,2}}|{_ORDINAL}\s+(?:Take|TAKE|take|Add|ADD)|ADD\s+\d{{1,2}})\W*"
    rf"|[\w' -]{{2,40}},\s{_ORDINAL}\s+(?:Take|Add)\b.*"
)
MORE = re.compile(r"[(–—-]\s?(?:MORE|more)\s?[)–—-]")
"""A take is a part of a story; `(MORE)` says that another follows."""

EDNOTE = re.compile(
    r"^\W*(?:EDS|Eds|EDITORS|Editors(?=:)|ATTENTION,?\s+EDITORS|Attention,?\s+editors|NOTES?\s+TO\s+EDITORS"
    r"|Notes?\s+to\s+editors|ATTN:?\s+EDITORS)\b\.?\s*[:–—-]?\s*(?P<said>\S.*)"
)
"""A note to editors; what is headed `Editor's note` is to readers as often."""

EDITORS_NOTE = re.compile(r"^\W*editor[’']?s[’']?\s+note\s*[:–—-]\s*(?P<said>\S.*)", re.IGNORECASE)

_CHANGES = (
    r"(?:Updates|Adds|Recasts|Corrects|Clarifies|Refiles|Repeats|Removes|Rewrites|Fixes|Deletes|Restores"
    r"|Changes)"
)
_PLACE = r"(?:paras?|paragraphs?|grafs?)"
NOTE = re.compile(
    rf"""^(?:
      \W*(?:UPDATES|ADDS|RECASTS|CORRECTS|CLARIFIES|REFILES|REMOVES|RESTORES|DELETES|SUBS|FIXES)\b(?:\s[a-z0-9]|:\s)
    | \W*(?:CORRECTED|CLARIFIED|ACTUALIZA|CORRIGE)\b:?\s+(?:with|to|in|on|the|con|el|la|que)\b
    | \W*(?:Noe\ )?(?:[Uu]tvidet|[Oo]ppdatert)\W*$
    | \({_CHANGES}[\s,][^()]*(?:\([^()]*\)[^()]*)*\)$
    | {_CHANGES}\s[^.!?]{{3,160}}\b(?:throughout|background|{_PLACE}\ \d{{1,2}}(?:[-–]\d{{1,2}})?)$
    )""",
    re.VERBOSE,
)
"""What a version changes: `UPDATES with details of the vote`, `(Adds quotes, paragraphs 3-5)`."""

_STORY = r"(?:story|item|article|dispatch|version)"
KILL = re.compile(
    rf"""^\W*(?:{_KILLS})(?:\W*$|{_DASH}(?=\S))
    |^\W*(?:KILL(?:\s+KILL)+|(?:BULLETIN|MANDATORY)\s+KILL|{_WITHDRAWN})\b
    |^\W*(?:[Pp]lease|PLEASE|[Kk]indly)\s+(?:kill|KILL)\s+(?:the\s+|our\s+|this\s+)?(?:\S+\s+)?(?:{_STORY}|photo|slug)\b
    |\b(?:[Aa]|[Tt]his)\s+(?:mandatory\s+)?kill\s+is\s+mandatory(?=[\s)]*(?:[.!]|$))
    |^\W*(?:The|This|Our)\b.{{0,40}}\b{_STORY}\s+(?:headlined|slugged|titled|numbered)\b.*\b(?:is|has\s+been)\s+(?:wrong\s+and\s+(?:is\s+)?)?withdrawn\b
    |\b[Tt]here\s+will\s+be\s+no\s+(?:substitute|replacement)\s+{_STORY}\b
    """,
    re.VERBOSE,
)
"""A kill, as a line or within one."""

WITHDRAWAL = re.compile(
    rf"^\W*(?P<who>(?:[^\W\d_][\w.'’-]*\s+){{1,4}})(?:has|have|is)\s+withdraw(?:n|ing)\s+(?:its|the|this|an?)\s+(?:\S+\s+){{0,2}}{_STORY}\b"
)
"""`The Associated Press has withdrawn its story …`: a kill where `who` is an agency."""

HOLD = re.compile(
    rf"""^\W*(?:HOLD(?:\s+HOLD)+|WITHHOLD|HFR|{_HOLDS}|TEST(?:\s+TEST)+)\b
    |^\W*(?:HOLD|[Hh]old)\s+for\s+release\b
    |^\W*TEST\s*[:–—-]+\s*(?:PLEASE\s+)?(?:IGNORE|DISREGARD)\b
    |^\W*(?:[Pp]lease|PLEASE|[Kk]indly)\s+(?:disregard|DISREGARD)\b
    |\b[Dd]o\s+not\s+(?:use|publish|release|run)\s+(?:this|the|our)\s+(?:\S+\s+)?{_STORY}\b(?=\s*(?:[.;,!)]|$|until\b|before\b))
    """,
    re.VERBOSE,
)

_UNTIL = (
    r"(?:until|till?|to|for(?:\s+release)?|before|bis|hasta|jusqu['’](?:à|au|en)|fino\s+a(?:l|lle)?|até|"
    r"UNTIL|TILL?|TO|FOR(?:\s+RELEASE)?|BEFORE|BIS|HASTA|JUSQU['’](?:À|AU)|FINO\s+A(?:L|LLE)?|ATÉ)"
)
_EMBARGO = r"(?:EMBARGO(?:ED)?|SPERRFRIST|EMBARGAD[OA])"
_ANY_EMBARGO = r"(?:[Ee]mbargo(?:ed)?|Sperrfrist|[Ee]mbargad[oa])"
_STRICTLY = r"(?:(?i:strict(?:ly)?|under|sous|sotto|achtung)[,:]?\s+)"
EMBARGO = re.compile(
    rf"""^\W*(?:(?:This|The)\s+(?:{_STORY}|report|material|copy|text|release|content|information)\s+(?:is|remains)\s+)?
    {_STRICTLY}{{0,2}}(?:{_EMBARGO}|{_ANY_EMBARGO}(?=\s+{_UNTIL}\b|\s*:|\s+\d))
    (?P<until>\s*[:–—-]?\s*{_UNTIL}\b|\s*:)?""",
    re.VERBOSE,
)
"""An embargo, up to its end; one on goods is written otherwise."""

SAID_EMBARGO = re.compile(rf"\b(?i:embargo(?:ed)?|embargad[oa])\s+{_UNTIL}\b")
"""An embargo within a note to editors."""

RELEASE = re.compile(
    rf"^\W*(?:(?:NOT\s+FOR|Not\s+for|HOLD\s+FOR|Hold\s+for|FOR|For)\s+(?i:release|publication|broadcast)\b"
    rf"|ADVANCE\s+FOR\b|HOLD(?=\s+(?:UNTIL|until)\b)|HOLD\s+for\s+release\b)\s*[,:]?\s*(?:{_UNTIL}\b)?"
)
"""`For release Sunday, June 15`, `NOT FOR PUBLICATION BEFORE …`: an embargo where a time follows."""

TIMELY = re.compile(
    r"\W*(?:(?:at|on|the|le|la|am|el|las|alle|del?)\s+)*(?:\d|midnight\b|noon\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b|may\s+\d|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes"
    r"|miércoles|jueves|viernes|sábado|domingo|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)",
    re.IGNORECASE,
)
"""How a time begins."""

BETWEEN = re.compile(r"\s*(?:--+|[–—|]|:(?!\d)|\s-\s|\*+|[)\]])\s*")
"""What may stand between the end of an embargo and the headline after it."""

CHANGE_WORDS = (
    (re.compile(r"\bKILLS?\b|A kill is mandatory"), "kill"),
    (re.compile(r"\bHOLD\b|\bWITHHOLD\b"), "withhold"),
    (re.compile(r"CORRECT|CORRIGE|\bCorrects\b|\b[Rr]ett(?:er|else)\b|\b[Bb]erichtigt\b"), "correction"),
    (re.compile(r"CLARIF|ACLARA|\bClarifies\b"), "clarification"),
    (re.compile(r"REFILE|\bRefiles\b"), "minor correction"),
    (re.compile(r"REPEAT|\bRepeats\b"), "repeat"),
    (
        re.compile(
            r"UPDATE|ADDS|RECASTS|SUBS|ACTUALIZA|[Mm]inor edits"
            r"|\b(?:[Uu]tvidet|[Oo]ppdatert|[Ee]rweitert|[Aa]ktualisiert)\b"
            r"|\b(?:Adds|Updates|Recasts|Removes|Rewrites|Fixes)\b"
        ),
        "update",
    ),
)
"""Words of a status line or a note, surest first, and the signal that each is."""
