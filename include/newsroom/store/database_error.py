"""Errors of the database under the catalogue, for people: what it said, and what to mend."""

from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from newsroom.settings import settings
from newsroom.store.database import FORM, Unfit

MENDED_BY_A_PERSON = (OperationalError, InterfaceError, ArgumentError, NoSuchModuleError)
"""What is the database's, its place's or its disk's; any other error is the program's own."""

ROOM = "its disk is full or fails: make room, then do the same again; nothing is half done"

MENDS = {
    "disk is full": ROOM,
    "disk I/O error": ROOM,
    "readonly database": "let this user write it and its folder",
    "database is locked": "see what else works with it, and do the same again",
    "unable to open": "let this user write its folder, or set NEWSROOM_CATALOGUE",
    "Can't load plugin": FORM,
    "Could not parse": FORM,
}
"""By what SQLite and SQLAlchemy say."""

MEND = "check NEWSROOM_CATALOGUE, and that the database runs and takes its login"


def unfit(error: SQLAlchemyError) -> Unfit:
    """What the database said and where it is, without statement and password; and what to mend."""
    said = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
    mend = next((mend for phrase, mend in MENDS.items() if phrase in said), MEND)
    return Unfit(f"saw “{said}” at {place()}", mend)


def place() -> str:
    """Where the catalogue is, without login and password."""
    try:
        url = make_url(settings().catalogue)
    except ArgumentError:
        return "NEWSROOM_CATALOGUE"
    if url.get_backend_name() == "sqlite":
        return url.database or "memory"
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{url.host or ''}{port}/{url.database or ''}"
