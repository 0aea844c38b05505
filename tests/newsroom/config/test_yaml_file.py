from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsroom.config import ConfigError, Partner, Wire
from newsroom.config.rules import RuleFile
from newsroom.config.yaml_file import MAX_BYTES, Problem, Section, problem_at, read_yaml

Write = Callable[[str, str | bytes], Path]


class Pet(Section):
    kind: Literal["cat", "dog"]
    age: int = 0
    tags: tuple[str, ...] = ()


class Home(Section):
    id: str = ""
    name: str
    warm: bool = True
    size: float = 1.0
    pets: tuple[Pet, ...] = ()


def problems_of(path: Path, model: type[Section] = Home, **how: bool) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_yaml(path, model, shown=path.parent, **how)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def test_a_good_file_is_read(write: Write) -> None:
    path = write("a.yaml", "name: Casa\npets:\n  - {kind: cat, age: 3, tags: [grey]}\n")
    home = read_yaml(path, Home, named=True)
    assert home == Home(id="a", name="Casa", pets=(Pet(kind="cat", age=3, tags=("grey",)),))


def test_a_byte_order_mark_and_windows_line_ends_are_read(write: Write) -> None:
    assert read_yaml(write("a.yaml", b"\xef\xbb\xbfname: Casa\r\nwarm: false\r\n"), Home).warm is False


def test_every_mistake_is_told_with_its_line(write: Write) -> None:
    path = write(
        "a.yaml",
        """\
        name: Casa
        warm: yes please
        pets:
          - kind: cow
          - kind: cat
            age: "3"
          - age: 4
            kinds: dog
        """,
    )
    assert problems_of(path) == [
        "a.yaml:2: warm: saw 'yes please'; wanted a valid boolean",
        "a.yaml:4: pets[0].kind: saw 'cow'; wanted 'cat' or 'dog'",
        "a.yaml:6: pets[1].age: saw '3'; wanted a valid integer",
        "a.yaml:7: pets[2].kind: saw nothing; this field is needed",
        (
            "a.yaml:8: pets[2].kinds: saw 'dog'; no such field is known here (did you mean kind?); "
            "wanted one of kind, age, tags"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: Casa\nname: Haus\n", 'a.yaml:2: (file): saw found duplicate key "name" with value "Haus"'),
        (
            "name: &n Casa\nid: *n\n",
            "a.yaml:2: (file): saw *n; wanted the value itself: aliases are not read",
        ),
        ("name: Casa\nid: */5 * * * *\n", "a.yaml:2: (file): saw */5; wanted the value itself"),
        ("name: [Casa\nid: b\n", "a.yaml:2: (file): saw expected ',' or ']', but got ':'; wanted YAML"),
        (b"\tname: Casa\n", "a.yaml:1: (file): saw found character '\\t' that cannot start any token"),
        ("name: Casa\n---\nname: b\n", "a.yaml:2: (file): saw but found another document; wanted YAML"),
        ("name: !!python/name:os.system x\n", "a.yaml:1: (file): saw could not determine a constructor"),
        ("name: a\nid: b\x00\n", "a.yaml:2: (file): saw special characters are not allowed (#x0000)"),
        ("[" * 50_000, "a.yaml:1: (file): saw values nested too deeply; wanted a few levels"),
        ("", "a.yaml:1: (file): saw nothing; wanted fields, as `name: value`"),
        ("# nothing yet\n", "a.yaml:1: (file): saw nothing; wanted fields, as `name: value`"),
        ("- Casa\n", "a.yaml:1: (file): saw ['Casa']; wanted fields, as `name: value`"),
        ("Casa\n", "a.yaml:1: (file): saw 'Casa'; wanted fields, as `name: value`"),
        (b"name: \xff\xfe\n", "a.yaml:1: (file): saw invalid start byte at byte 6; wanted text in UTF-8"),
        ("x" * (MAX_BYTES + 1), f"a.yaml:1: (file): saw {MAX_BYTES + 1} bytes; wanted at most {MAX_BYTES}"),
        ("size: " + "9" * 5000, "a.yaml:1: (file): saw Exceeds the limit (4300 digits)"),
        (
            "name: 2026-11-24\n",
            "a.yaml:1: name: saw 2026-11-24; wanted text: put it in quotes",
        ),
        ("name: 7\n", "a.yaml:1: name: saw 7; wanted text: put it in quotes"),
        ("name: ~\n", "a.yaml:1: name: saw nothing; wanted a valid string"),
        ("name: a\nsize: true\n", "a.yaml:2: size: saw true; wanted a valid number"),
        ("name: a\npets: cat\n", "a.yaml:2: pets: saw 'cat'; wanted a list"),
        ("name: a\npets: [cat]\n", "a.yaml:2: pets[0]: saw 'cat'; wanted fields, as `name: value`"),
        ("name: a\n1: b\n", "a.yaml:2: [1]: saw 1; wanted strings"),
        ("? {a: 1}\n: b\n", "a.yaml:1: (file): saw found unhashable key; wanted YAML"),
        (f"name: a\nwarm: {'x' * 200}\n", f"a.yaml:2: warm: saw '{'x' * 79}…; wanted a valid boolean"),
    ],
)
def test_what_is_no_such_file_is_located(write: Write, text: str | bytes, said: str) -> None:
    assert problems_of(write("a.yaml", text))[0].startswith(said)


def test_an_alias_bomb_is_refused_at_once(write: Write) -> None:
    lines = ["a0: &a0 [x, x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert "aliases are not read" in problems_of(write("a.yaml", "\n".join(lines)))[0]


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    assert problems_of(tmp_path / "a.yaml") == [
        "a.yaml:1: (file): saw No such file or directory; wanted a readable file"
    ]
    (tmp_path / "b.yaml").mkdir()
    assert problems_of(tmp_path / "b.yaml") == [
        "b.yaml:1: (file): saw Is a directory; wanted a readable file"
    ]


def test_a_named_file_keeps_its_own_name(write: Write) -> None:
    path = write("a.yaml", "name: Casa\nid: b\n")
    wanted = "a.yaml:2: id: saw 'b'; wanted 'a', the file's own name (or leave the field out)"
    assert problems_of(path, named=True) == [wanted]


def test_a_model_outside_a_mapping_is_not_said_twice(write: Write) -> None:
    path = write("a.yaml", "title: Rules\nrules:\n  a: {expect: one_of, field: url, values: [2020-01-01]}\n")
    assert problems_of(path, RuleFile, named=True) == [
        (
            "a.yaml:3: rules.a.values[0]: saw 2020-01-01; "
            "wanted text: put it in quotes or wanted a valid integer"
        )
    ]


def test_a_later_mistake_is_located_too(write: Write, tmp_path: Path) -> None:
    path = write("a.yaml", "name: Casa\npets:\n  - kind: cat\n  - kind: dog\n")
    found = problem_at(path, ("pets", 1, "kind"), "'dog'", "wanted a cat", shown=tmp_path)
    assert found == Problem("a.yaml", 4, "pets[1].kind", "'dog'", "wanted a cat")
    path.unlink()
    assert problem_at(path, ("pets", 1), "'dog'", "wanted a cat", shown=tmp_path).line == 1


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.text(max_size=80) | st.binary(max_size=80), model=st.sampled_from([Wire, Partner, RuleFile]))
def test_whatever_a_file_holds_the_mistake_has_a_place(
    tmp_path: Path, data: str | bytes, model: type[Section]
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigError) as caught:
        read_yaml(path, model, named=True, shown=tmp_path)
    for problem in caught.value.problems:
        assert problem.file == "a.yaml"
        assert problem.line >= 1
        assert problem.field
        assert problem.wanted
