"""Properties: what is shown, what is saved, and who wins."""

import stat
from pathlib import Path

import pytest

from tests.contract.cli.controller import KEY, Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok
from whisk_cli.version import __version__

BUILD = {"build": "2024-01-31", "buildno": "latest"}


def _bare(wsk: Wsk) -> Wsk:
    """A person without settings in the environment."""
    wsk.host = wsk.auth = ""
    return wsk


def _profile(wsk: Wsk) -> Path:
    return wsk.home / ".wskprops"


def test_all_properties_in_order_with_their_tabs(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET namespaces", ["guest"])
    controller.answer("GET /api/v1", BUILD)
    assert wsk("property", "get") == ok(
        f"whisk API host\t\t{controller.address}\n"
        f"whisk auth\t\t{KEY}\n"
        "whisk namespace\t\tguest\n"
        "client cert\t\t\n"
        "Client key\t\t\n"
        "whisk API version\tv1\n"
        f"whisk CLI version\t{__version__}\n"
        "whisk API build\t2024-01-31\n"
        "whisk API build number\tlatest\n"
    )
    assert "authorization" not in controller.asked[-1].headers


@pytest.mark.parametrize(
    ("flag", "out"),
    [
        ("--cliversion", f"whisk CLI version\t{__version__}\n"),
        ("--auth", f"whisk auth\t\t{KEY}\n"),
        ("--apiversion", "whisk API version\tv1\n"),
        ("--cert", "client cert\t\t\n"),
        ("--key", "Client key\t\t\n"),
        ("--cacert", "certificate authority\t\n"),
    ],
)
def test_local_properties_take_no_request(
    wsk: Wsk, controller: Controller, flag: str, out: str
) -> None:
    assert wsk("property", "get", flag) == ok(out)
    assert controller.asked == []


def test_local_properties_need_no_host(wsk: Wsk) -> None:
    assert _bare(wsk)("property", "get", "--apihost") == ok("whisk API host\t\t\n")


def test_raw_output_is_the_value(wsk: Wsk, controller: Controller) -> None:
    controller.answer("GET /api/v1", BUILD)
    assert wsk("property", "get", "--auth", "-o", "raw") == ok(f"{KEY}\n")
    assert wsk("property", "get", "--apibuildno", "--output", "raw") == ok("latest\n")


def test_another_output_format_is_refused(wsk: Wsk) -> None:
    outcome = wsk("property", "get", "--auth", "-o", "xml")
    assert outcome == failed(
        "Supported output format are std|raw|table|json|yaml|jsonl|name|wide|tsv", hint=True
    )


def test_a_host_that_cannot_be_reached_leaves_the_build_unknown(
    wsk: Wsk, controller: Controller
) -> None:
    wsk.host = "http://127.0.0.1:1"
    outcome = wsk("property", "get")
    assert outcome.code == 3
    assert outcome.out.endswith("whisk API build\tUnknown\nwhisk API build number\tUnknown\n")
    assert outcome.err.startswith("error: Unable to obtain API build information: Unable to reach")


def test_setting_saves_privately_and_says_so(wsk: Wsk) -> None:
    outcome = _bare(wsk)(
        "property", "set", "--apihost", "h.example", "-u", "testKey", "--apiversion", "v1"
    )
    assert outcome == ok(
        "ok: whisk auth set. Run 'wsk property get --auth' to see the new value.\n"
        "ok: whisk API host set to h.example\n"
        "ok: whisk API version set to v1\n"
    )
    assert _profile(wsk).read_text() == "AUTH=testKey\nAPIHOST=h.example\nAPIVERSION=v1\n"
    assert stat.S_IMODE(_profile(wsk).stat().st_mode) == 0o600


def test_setting_keeps_other_lines(wsk: Wsk) -> None:
    _profile(wsk).write_text("# mine\nAUTH=old # key\nODD LINE\nNAMESPACE=_\n")
    _profile(wsk).chmod(0o644)
    assert _bare(wsk)("property", "set", "--auth", "new").code == 0
    assert _profile(wsk).read_text() == "# mine\nAUTH=new\nODD LINE\nNAMESPACE=_\n"
    assert stat.S_IMODE(_profile(wsk).stat().st_mode) == 0o600


def test_an_authority_is_among_all_properties_when_there_is_one(
    wsk: Wsk, controller: Controller
) -> None:
    controller.answer("GET namespaces", ["guest"])
    controller.answer("GET /api/v1", BUILD)
    _profile(wsk).write_text(f"APIHOST={controller.address}\nCACERT=/ca.pem\n")
    assert "\ncertificate authority\t/ca.pem\n" in wsk("property", "get").out
    assert wsk("property", "unset", "--cacert") == ok("ok: certificate authority unset.\n")
    assert "CACERT" not in _profile(wsk).read_text()


def test_setting_nothing_prints_and_writes_nothing(wsk: Wsk) -> None:
    assert _bare(wsk)("property", "set") == ok("")
    assert not _profile(wsk).exists()


def test_unsetting_removes_lines_and_says_so(wsk: Wsk) -> None:
    _profile(wsk).write_text("APIHOST=h\nAUTH=k\nAPIVERSION=v2\nCERT=c\nKEY=y\n#end\n")
    outcome = _bare(wsk)(
        "property", "unset", "--apihost", "--auth", "--apiversion", "--cert", "--key"
    )
    assert outcome == ok(
        "ok: client cert unset.\n"
        "ok: client key unset.\n"
        "ok: whisk auth unset.\n"
        "ok: whisk API host unset.\n"
        "ok: whisk API version unset; the default value of v1 will be used.\n"
    )
    assert _profile(wsk).read_text() == "#end\n"


@pytest.mark.parametrize("host", ["ftp://x", "http://", "http://h:99999", "http://h:port", "a b"])
def test_a_host_that_is_none_is_not_saved(wsk: Wsk, host: str) -> None:
    outcome = _bare(wsk)("property", "set", "--apihost", host)
    assert outcome.code == 1
    assert outcome.err.startswith(
        f"error: Unable to set API host value; the API host value '{host}' is invalid: it "
    )
    assert not _profile(wsk).exists()


def test_a_certificate_pair_that_cannot_be_loaded_is_not_saved(wsk: Wsk) -> None:
    outcome = _bare(wsk)("property", "set", "--cert", "no.pem", "--key", "no.key")
    assert outcome == failed(
        "Unable to initialize server connection: Unable to load the X509 key pair "
        "'no.pem', 'no.key': No such file or directory",
        hint=True,
    )
    assert not _profile(wsk).exists()


def test_a_certificate_without_its_key_is_not_saved(wsk: Wsk) -> None:
    outcome = _bare(wsk)("property", "set", "--cert", "some.pem")
    assert outcome == failed(
        "Unable to initialize server connection: The Key file is not configured. "
        "Please configure the missing Key file.\n",
        hint=True,
    )


def test_flag_wins_over_environment_over_profile(wsk: Wsk) -> None:
    _profile(wsk).write_text("AUTH=from-profile\n")
    wsk.host = ""
    wsk.auth = "from-environment"
    assert wsk("--auth", "from-flag", "property", "get", "--auth") == ok(
        "whisk auth\t\tfrom-flag\n"
    )
    assert wsk("property", "get", "--auth") == ok("whisk auth\t\tfrom-environment\n")
    wsk.auth = ""
    assert wsk("property", "get", "--auth") == ok("whisk auth\t\tfrom-profile\n")


def test_a_config_file_in_the_environment_replaces_the_one_at_home(
    wsk: Wsk, tmp_path: Path
) -> None:
    _profile(wsk).write_text("AUTH=home\n")
    other = tmp_path / "other"
    wsk = _bare(wsk)
    wsk.environment = {"WSK_CONFIG_FILE": str(other)}
    assert wsk("property", "get", "--auth") == ok("whisk auth\t\t\n")
    assert wsk("property", "set", "--auth", "x").code == 0
    assert other.read_text() == "AUTH=x\n"
    wsk.environment = {"WSK_CONFIG_FILE": ""}
    assert wsk("property", "get", "--auth") == ok("whisk auth\t\t\n")
    assert wsk("property", "set", "--auth", "x") == failed(
        "There is no file to write: WSK_CONFIG_FILE is set to nothing. "
        "Set it to a path, or unset it to use ~/.wskprops."
    )


def test_a_profile_that_cannot_be_read_is_named(wsk: Wsk) -> None:
    _profile(wsk).mkdir()
    assert wsk("property", "get", "--auth") == Outcome(
        code=1,
        err="error: Unable to access configuration properties: "
        f"cannot read '{_profile(wsk)}': Is a directory\n",
    )


def test_a_value_that_a_line_cannot_hold_is_refused(wsk: Wsk) -> None:
    outcome = _bare(wsk)("property", "set", "--auth", "a=b")
    assert outcome.code == 1
    assert "AUTH cannot be saved" in outcome.err
    assert not _profile(wsk).exists()
