"""The parts of a sandbox's root that are texts."""

from pathlib import Path

from whisk_platform.host.sandbox import view


def test_every_user_id_has_a_name() -> None:
    files = view.account_files([70, 71], "/tmp")
    assert files["passwd"].splitlines()[1:] == [
        "whisk:x:70:70::/tmp:/bin/sh",
        "whisk:x:71:71::/tmp:/bin/sh",
    ]
    assert files["group"].splitlines() == ["root:x:0:", "whisk:x:70:", "whisk:x:71:"]


def test_name_resolution_is_shown_only_with_a_network() -> None:
    assert "/etc/resolv.conf" in view.system_paths(network=True)
    assert "/etc/resolv.conf" not in view.system_paths(network=False)


def test_a_copied_launcher_can_be_read_by_all(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "__pycache__").mkdir(parents=True)
    (source / "launcher.mjs").write_text("code")
    (source / "launcher.mjs").chmod(0o600)
    view.copy_readable(str(source), str(tmp_path / "copy"))
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["launcher.mjs"]
    assert (tmp_path / "copy" / "launcher.mjs").stat().st_mode & 0o777 == 0o644
