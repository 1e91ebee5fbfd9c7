"""``wsk sdk install`` (contract cli §1.12, §2.3, §4.2)."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.contract.cli.controller import Controller
from tests.contract.cli.driver import Outcome, Wsk, failed, ok
from whisk_cli.output.shellscripts import SCRIPTS

ARCHIVE = "GET /blackbox.tar.gz"
FAILED = "The docker SDK installation failed: "


def _archive(*entries: tuple[str, str, int]) -> bytes:
    """A compressed archive of files: name, content, mode; a name with a slash is a folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content, mode in entries:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            if name.endswith("/"):
                entry.type = tarfile.DIRTYPE
            tar.addfile(entry, io.BytesIO(content.encode()))
    return packed.getvalue()


SKELETON = _archive(
    ("dockerSkeleton/", "", 0o755),
    ("dockerSkeleton/Dockerfile", "FROM x\n", 0o644),
    ("dockerSkeleton/buildAndPush.sh", "#!/bin/sh\n", 0o755),
)


def test_the_docker_skeleton_is_unpacked_here(wsk: Wsk, controller: Controller) -> None:
    controller.answer(ARCHIVE, SKELETON)
    assert wsk("sdk", "install", "docker") == ok(
        "The docker skeleton is now installed at the current directory.\n"
    )
    assert Path("dockerSkeleton/Dockerfile").read_text() == "FROM x\n"
    assert Path("dockerSkeleton/buildAndPush.sh").stat().st_mode & 0o777 == 0o755
    assert "authorization" not in controller.asked[0].headers


def test_a_redirect_is_followed(wsk: Wsk, controller: Controller) -> None:
    headers = (("Location", "/elsewhere/s.tgz?x=1"),)
    controller.answer(ARCHIVE, None, status=301, headers=headers)
    controller.answer("GET /elsewhere/s.tgz?x=1", SKELETON)
    assert wsk("sdk", "install", "docker").code == 0


def test_a_circle_of_redirects_ends(wsk: Wsk, controller: Controller) -> None:
    headers = (("Location", "/blackbox.tar.gz"),)
    controller.answer(ARCHIVE, None, status=302, headers=headers)
    assert wsk("sdk", "install", "docker") == failed(
        f"{FAILED}The API host leads from one place to the next for '/blackbox.tar.gz'."
    )


def test_what_is_there_is_not_overwritten(wsk: Wsk, controller: Controller) -> None:
    Path("dockerSkeleton").mkdir()
    assert wsk("sdk", "install", "docker") == failed(
        f"{FAILED}The path dockerSkeleton already exists. Delete it and retry."
    )
    assert controller.asked == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<html>", "The answer of the API host is no archive."),
        (SKELETON[:40], "The answer of the API host is no archive."),
        (_archive(), "The archive of the API host holds no dockerSkeleton."),
        (_archive(("../evil", "x", 0o644)), "holds '../evil', which does not belong"),
        (_archive(("/etc/evil", "x", 0o644)), "which does not belong"),
        (_archive(("dockerSkeleton/../../evil", "x", 0o644)), "which does not belong"),
        (_archive(("other/file", "x", 0o644)), "Nothing was unpacked."),
    ],
    ids=["page", "cut off", "empty", "above", "absolute", "out again", "beside"],
)
def test_an_archive_that_is_none_or_reaches_out_is_refused(
    wsk: Wsk, controller: Controller, body: bytes, sentence: str
) -> None:
    controller.answer(ARCHIVE, body)
    outcome = wsk("sdk", "install", "docker")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"error: {FAILED}")
    assert sentence in outcome.err
    assert list(Path().iterdir()) == []


def test_a_host_without_the_archive_gives_its_own_reason(wsk: Wsk, controller: Controller) -> None:
    controller.refuse(ARCHIVE, 404, "The requested resource could not be found.")
    assert wsk("sdk", "install", "docker") == failed(
        f"{FAILED}The requested resource could not be found. (code tid)", 148
    )


def test_no_host_is_told_as_everywhere(wsk: Wsk) -> None:
    wsk.host = ""
    outcome = wsk("sdk", "install", "docker")
    assert (outcome.code, "An API host must be provided." in outcome.err) == (1, True)


def test_completion_for_bash_is_written_or_printed(wsk: Wsk) -> None:
    wsk.host = wsk.auth = ""
    assert wsk("sdk", "install", "bashauto", "--stdout") == ok(SCRIPTS["bash"])
    assert wsk("sdk", "install", "bashauto", "-s") == ok(SCRIPTS["bash"])
    assert "bash completion for wsk" in SCRIPTS["bash"]
    script = "wsk_cli_bash_completion.sh"
    assert wsk("sdk", "install", "bashauto") == ok(
        f"The bash auto-completion script ({script}) is installed in the current directory.\n"
        f"To use it, source it in your shell: source ./{script}\n"
    )
    assert Path(script).read_text() == SCRIPTS["bash"]
    subprocess.run(["bash", "-n", script], check=True)
    assert wsk("sdk", "install", "bashauto") == failed(
        f"The file '{script}' already exists. Delete it and retry."
    )


def test_there_is_no_ios_starter_app(wsk: Wsk) -> None:
    outcome = wsk("sdk", "install", "ios")
    assert outcome == failed(
        "There is no iOS starter app on this platform. Call actions from an app over the REST API,"
        " or as web actions over plain HTTPS."
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            (),
            "The SDK component argument is missing. One component (docker, ios, or bashauto) must"
            " be specified.",
        ),
        (
            ("android",),
            "The SDK component argument 'android' is invalid. Valid components are docker, ios and"
            " bashauto.",
        ),
        (("docker", "ios"), "Invalid argument(s): ios. One component is required."),
    ],
)
def test_another_component_is_refused(wsk: Wsk, arguments: tuple[str, ...], sentence: str) -> None:
    assert wsk("sdk", "install", *arguments) == failed(sentence, hint=True)


def test_the_group_alone_shows_its_help(wsk: Wsk) -> None:
    outcome: Outcome = wsk("sdk")
    assert (outcome.code, "install" in outcome.out) == (0, True)
