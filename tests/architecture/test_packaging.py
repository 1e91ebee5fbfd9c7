"""The wheel: it holds what the programs need, and works outside the repository."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, SHIPPED, modules, relative


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel without any network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", folder, ROOT],
        capture_output=True,
        check=True,
    )
    (built,) = folder.glob("whisk-*.whl")
    return built


def _wsk(installed: Path, folder: Path, *arguments: str | Path) -> str:
    """Run the installed ``wsk`` in a folder, and return what it printed."""
    outcome = subprocess.run(
        [installed / "wsk", *arguments], capture_output=True, text=True, cwd=folder, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment that knows our dependencies but not the repository.

    Returns:
        The folder of the environment's programs.
    """
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-index", "--no-deps", wheel],
        capture_output=True,
        check=True,
    )
    dependencies = sysconfig.get_path("purelib")
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    # A path line adds the folder but does not run the .pth files in it, so the checkout stays out.
    (Path(own) / "dependencies.pth").write_text(dependencies + "\n", encoding="utf-8")
    return home / "bin"


def test_the_wheel_holds_every_module_and_all_package_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = set()
    for package in SHIPPED:
        folder = next(modules(package)).parent
        assert folder.name == package
        wanted |= {
            path.relative_to(folder.parent).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    wanted |= {
        "whisk_cli/" + relative(path)
        for path in (ROOT / "examples").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sorted(wanted - names) == []
    strays = {name for name in names - wanted if ".dist-info/" not in name}
    pages = {name.rpartition("/")[2] for name in strays if ".data/data/share/man/man1/" in name}
    assert pages == {path.name for path in (ROOT / "docs" / "man").iterdir()}
    assert len(strays) == len(pages)


def test_the_installed_wheel_is_independent_of_the_repository(
    installed: Path, tmp_path: Path
) -> None:
    code = (
        "import whisk_cli, whisk_platform, whisk_runtimes, whisk_cli.samples as samples;"
        "print(whisk_cli.__file__, whisk_platform.__file__, whisk_runtimes.__file__,"
        " samples.folder(), sep='\\n')"
    )
    answer = subprocess.run(
        [installed / "python", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    ).stdout.split()
    outside = [line for line in answer if not line.startswith(str(installed.parent))]
    assert outside == []
    assert all(Path(line).exists() for line in answer)


def test_the_platform_runs_an_action_from_the_installed_wheel(
    installed: Path, tmp_path: Path
) -> None:
    code = "import whisk_cli.samples as samples; print(samples.folder())"
    samples = subprocess.run(
        [installed / "python", "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    state = ("--state-dir", tmp_path / "state")
    _wsk(installed, tmp_path, "platform", "start", "--port", "0", *state)
    try:
        _wsk(installed, tmp_path, "action", "create", "hello", Path(samples) / "hello.py")
        answer = _wsk(installed, tmp_path, "action", "invoke", "hello", "-r", "-p", "name", "Ada")
    finally:
        _wsk(installed, tmp_path, "platform", "stop", *state)
    assert "Ada" in json.loads(answer)["greeting"]
