"""One action on disk: what it is and what is sent for it."""

import io
import zipfile
from base64 import b64decode
from pathlib import Path

import pytest

from whisk_cli.errors import CliError, ExitCode
from whisk_cli.sources import archive, source


def _zip(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return path


def test_a_folder_is_packed_without_what_tools_leave(tmp_path: Path) -> None:
    names = [
        "__main__.py",
        "lib/deep/x.py",
        "__pycache__/x.pyc",
        ".git/config",
        "node_modules/a.js",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "lib" / "run").write_text("#!/bin/sh")
    (tmp_path / "lib" / "run").chmod(0o755)
    with zipfile.ZipFile(io.BytesIO(archive.pack(tmp_path))) as packed:
        assert packed.namelist() == ["__main__.py", "lib/run", "lib/deep/x.py", "node_modules/a.js"]
        assert packed.getinfo("lib/run").external_attr >> 16 & 0o777 == 0o755
        assert packed.getinfo("__main__.py").external_attr >> 16 & 0o777 == 0o644


def test_the_same_files_make_the_same_archive_whenever_they_were_written(tmp_path: Path) -> None:
    packed = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        for file in ("a", "b") if name == "one" else ("b", "a"):
            (folder / file).write_text(file)
        packed.append(archive.pack(folder))
    assert packed[0] == packed[1]


def test_code_is_text_and_archives_are_base64(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def main(a): return a")
    text = source.read(source.at(tmp_path / "a.py"))
    assert text == source.Code(text="def main(a): return a", binary=False)
    packed = _zip(tmp_path / "b.zip", {"__main__.py": "x"})
    found = source.at(packed)
    assert found.kind == "python:default"
    assert b64decode(source.read(found).text) == packed.read_bytes()


def test_the_exec_of_each_kind(tmp_path: Path) -> None:
    (tmp_path / "Hi.java").write_text("package a; class Hi {}")
    (tmp_path / "hi.sh").write_text("#!/bin/sh")
    java, shell = source.at(tmp_path / "Hi.java"), source.at(tmp_path / "hi.sh")
    code = source.Code(text="x", binary=False)
    assert source.executable(java, code) == {"kind": "java:default", "code": "x", "main": "a.Hi"}
    image = "openwhisk/dockerskeleton"
    assert source.executable(shell, code) == {"kind": "blackbox", "code": "x", "image": image}


def test_a_jar_names_its_class_itself(tmp_path: Path) -> None:
    jar = _zip(tmp_path / "a.jar", {"META-INF/MANIFEST.MF": "Main-Class: org.example.Hi\n"})
    assert source.at(jar).main == "org.example.Hi"
    assert source.at(_zip(tmp_path / "b.jar", {})).main == ""


def test_a_kind_that_was_chosen_wins(tmp_path: Path) -> None:
    (tmp_path / "strange.xyz").write_text("")
    assert source.at(tmp_path / "strange.xyz", kind="python:3.12").kind == "python:3.12"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nothing.py", "is not a valid file or it does not exist"),
        ("strange.xyz", "cannot be told: name it with --kind"),
        ("broken.zip", "is not a zip archive"),
        ("empty.zip", "cannot be told: name it with --kind"),
        ("folder", "a folder needs one of package.json, __main__.py"),
    ],
)
def test_what_is_no_action_is_refused_with_the_remedy(
    tmp_path: Path, name: str, sentence: str
) -> None:
    (tmp_path / "strange.xyz").write_text("")
    (tmp_path / "broken.zip").write_text("no zip")
    (tmp_path / "folder").mkdir()
    _zip(tmp_path / "empty.zip", {"README": ""})
    with pytest.raises(CliError) as refused:
        source.at(tmp_path / name)
    assert sentence in refused.value.message
    assert refused.value.exit_code == ExitCode.MISUSE


def test_a_source_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\xff\xfe")
    with pytest.raises(CliError, match=r"not text in UTF-8 .*pack it as a \.zip"):
        source.read(source.at(tmp_path / "a.py"))
