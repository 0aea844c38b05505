"""Where the desk keeps what it needs to come up again: ports, folders and secrets of one machine."""

import json
import os
import secrets
import string
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet

LOOPBACK = "127.0.0.1"

USER = "desk"
"""Who logs in to Airflow."""

PASSWORD_CHARACTERS = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Ports:
    """TCP ports on loopback."""

    airflow: int = 8080
    s3: int = 8333
    sample: int = 8099


STANDARD = Ports()


@dataclass(frozen=True)
class Secrets:
    """Random secrets, made at the first start and kept in a file that only its owner may read."""

    password: str
    s3_access_key: str
    s3_secret_key: str
    fernet_key: str
    jwt_secret: str
    api_secret: str

    def __repr__(self) -> str:
        """Show none of them."""
        return "Secrets(…)"


@dataclass(frozen=True)
class Places:
    """Folders under `data`."""

    data: Path

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.data / "airflow"

    @property
    def logs(self) -> Path:
        """The logs of the parts."""
        return self.data / "logs"

    @property
    def s3(self) -> Path:
        """The S3 server's files."""
        return self.data / "s3"

    @property
    def sample_state(self) -> Path:
        """What the sample wire has published."""
        return self.data / "samplewire.json"

    @property
    def catalogue(self) -> str:
        """The catalogue's URL."""
        return f"sqlite:///{self.data / 'catalogue.db'}"

    def secrets(self) -> Secrets:
        """The secrets; made when there are none yet.

        Raises:
            ValueError: the file is damaged; the text says how to mend it.
        """
        path = self.data / "secrets.json"
        if not path.exists():
            write_private(path, json.dumps(_new_secrets()))
        try:
            return Secrets(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            raise ValueError(
                f"{path}: not what was written there; delete {self.data} to start afresh, or restore the file"
            ) from None


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)


def _new_secrets() -> dict[str, str]:
    return {
        "password": "".join(secrets.choice(PASSWORD_CHARACTERS) for _ in range(16)),
        "s3_access_key": secrets.token_hex(10),
        "s3_secret_key": secrets.token_hex(20),
        "fernet_key": Fernet.generate_key().decode(),
        "jwt_secret": secrets.token_hex(32),
        "api_secret": secrets.token_hex(32),
    }
