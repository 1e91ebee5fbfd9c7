"""What is hidden in documents, and what is not."""

from typing import Any

import pytest

from whisk_cli import jsonvalue
from whisk_cli.output.secrets import hidden, hidden_in_entity, is_secret


@pytest.mark.parametrize(
    "name",
    ["password", "dbPasswd", "API_KEY", "apiKey", "accessToken", "client_secret", "auth",
     "require-whisk-auth", "awsCredentials"],
)  # fmt: skip
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["author", "key", "monkey", "name", "authors", "keyboard"])
def test_other_names_are_no_secrets(name: str) -> None:
    assert not is_secret(name)


def test_a_pair_is_hidden_by_its_key_not_in_its_key() -> None:
    pair: Any = {"key": "password", "value": "x", "init": True}
    assert hidden([pair]) == [{"key": "password", "value": "(hidden)", "init": True}]
    assert hidden({"key": "plain", "value": {"token": "t"}}) == {
        "key": "plain",
        "value": {"token": "(hidden)"},
    }


def test_what_says_that_there_is_none_is_left() -> None:
    value: Any = {"require-whisk-auth": True, "password": None, "secret": ""}
    assert hidden(value) == value


def test_the_key_of_a_namespace_is_hidden_beside_its_uuid() -> None:
    value: Any = {"uuid": "u", "key": "k", "name": "n"}
    assert hidden(value) == {"uuid": "u", "key": "(hidden)", "name": "n"}


def test_of_an_entity_only_its_own_secrets_are_hidden() -> None:
    record = jsonvalue.parse('{"response": {"result": {"token": "t"}}, "logs": ["password=1"]}')
    assert hidden_in_entity(record) == record
