"""Settings: precedence, and a sentence for every name or value that cannot be used."""

from pathlib import Path

import msgspec
import pytest

from whisk_platform.common.errors import SettingsError
from whisk_platform.common.settings import load


class Server(msgspec.Struct, frozen=True, kw_only=True):
    port: int = 3233
    host: str = "127.0.0.1"
    quiet: bool = False


class Model(msgspec.Struct, frozen=True, kw_only=True):
    server: Server = Server()


def test_a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default(
    tmp_path: Path,
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[server]\nport = 1\nhost = "file"\nquiet = true\n')
    loaded = load(
        Model,
        flags={"server": {"port": 3, "host": None}},
        environment={"WHISK_SERVER__PORT": "2", "WHISK_SERVER__HOST": "env"},
        file=file,
    )
    assert loaded == Model(server=Server(port=3, host="env", quiet=True))


def test_variables_of_the_command_line_and_of_others_are_left_alone() -> None:
    environment = {"WHISK_AUTH": "x", "WHISK_APIHOST": "y", "PATH": "/bin", "WHISKERS": "long"}
    assert load(Model, flags={}, environment=environment) == Model()


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"WHISK_SERVER__PROT": "1"}, "There is no setting 'server.prot'"),
        ({"WHISK_SEVER__PORT": "1"}, "There is no settings group 'sever'"),
        ({"WHISK_PORT": "1"}, "The environment variable WHISK_PORT is no setting"),
        ({"WHISK_SERVER__PORT": "many"}, "The setting 'server.port' cannot be used"),
    ],
)
def test_an_unusable_variable_is_named(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        load(Model, flags={}, environment=environment)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[server", "is not valid TOML"),
        ("port = 1\n", "has 'port' outside a table"),
        ("[server]\nprot = 1\n", "There is no setting 'server.prot'"),
    ],
)
def test_an_unusable_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=sentence):
        load(Model, flags={}, environment={}, file=file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load(Model, flags={}, environment={}, file=tmp_path / "absent.toml")
