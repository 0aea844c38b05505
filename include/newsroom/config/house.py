"""The house itself as data: who runs this pipeline, and whom a wire may ask about it."""

from datetime import timedelta

from pydantic import Field

from newsroom.config.wire import Language, WebUrl
from newsroom.config.yaml_file import Section


class Alerts(Section):
    """Whom a failed run tells. `connection` is an Airflow connection: smtp for mail, http for a web hook.

    A web hook gets JSON with a `text`, as Slack, Mattermost and Teams take it; its secret path is the
    connection's password.
    """

    connection: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,200}$")
    emails: tuple[str, ...] = ()


class Kills(Section):
    """How kills are dealt with.

    One poll that kills more than `at_once` stories which we have waits for a person. A partner's feed names a
    withdrawn story for `notice_days`, in the formats that can.
    """

    at_once: int = Field(5, ge=0, le=10_000)
    notice_days: int = Field(7, ge=0, le=365)


class Duplicates(Section):
    """How copies of one story are found: stories that came within `window_days` of each other are compared.

    What they are compared by is kept twice as long.
    """

    window_days: int = Field(7, ge=1, le=90)

    @property
    def window(self) -> timedelta:
        """How long after a story copies of it are looked for."""
        return timedelta(days=self.window_days)


class House(Section):
    """The file `house.yaml`. `contact` goes into the User-Agent, so that a wire can reach a person.

    `feeds_url` is where partners find `partners/…` of the bucket over HTTP; without it, a feed names
    no address of its own. `s3_url` is where they reach the bucket's S3 API, if not where the pipeline does.
    """

    name: str = Field(min_length=2)
    contact: str = Field(min_length=3, pattern=r"^[\x21-\x7e]+$")
    site: WebUrl | None = None
    feeds_url: WebUrl | None = None
    s3_url: WebUrl | None = None
    language: Language = "en"
    alerts: Alerts | None = None
    kills: Kills = Kills()
    duplicates: Duplicates = Duplicates()

    @property
    def user_agent(self) -> str:
        """What every request says of itself (RFC 9110, section 10.1.5)."""
        product = "".join(c for c in self.name if c.isascii() and c.isalnum()) or "Newsroom"
        return f"{product}-newsroom/0.1 (+{self.contact})"
