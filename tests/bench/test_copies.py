"""How long copies take to be found, on a database of each kind."""

import pytest

from bench.copies import NEW, measure


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_it_measures_what_the_catalogue_finds(tmp_path, request, kind):
    url = None if kind == "sqlite" else request.getfixturevalue("postgres_url")
    (figure,) = measure(tmp_path, NEW, url)
    assert f"among {NEW:,}" in figure.what
    assert figure.what.endswith(kind)
    assert figure.ratio is not None
    assert figure.ratio > 0
