import pytest
from pydantic import ValidationError

from newsroom.config import House


def test_the_user_agent_names_the_house_and_a_person() -> None:
    house = House(name="Redacción del Norte", contact="https://norte.example/bot")
    assert house.user_agent == "RedaccindelNorte-newsroom/0.1 (+https://norte.example/bot)"
    assert House(name="編集部", contact="a@b.example").user_agent.startswith("Newsroom-newsroom/")


@pytest.mark.parametrize("contact", ["a b@c.example", "x\r\nEvil: 1", "é@x.example", ""])
def test_a_contact_fits_into_a_header(contact: str) -> None:
    with pytest.raises(ValidationError):
        House(name="Newsroom", contact=contact)
