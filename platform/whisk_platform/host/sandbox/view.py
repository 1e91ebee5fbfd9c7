"""The file system that a sandbox sees: an allow-list, built from nothing.

``build_root`` runs once for each zygote; what it does not bind does not exist inside, so that the
state directory, other users' homes and the platform's own files are hidden by construction.
``private_mounts`` runs once for each sandbox.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat

from . import linux

Bind = tuple[str, str]

ETC = (
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "ssl",
    "pki",
    "ca-certificates",
    "ca-certificates.conf",
    "crypto-policies",
    "alternatives",
    "localtime",
    "timezone",
    "protocols",
    "services",
    "mime.types",
    "gai.conf",
    "magic",
)
"""What of /etc is of use to a function and no secret."""
ETC_NETWORK = ("resolv.conf", "hosts", "nsswitch.conf", "host.conf")
"""Only with a network."""
_TOP_LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_WHOLE = ("/usr", "/nix/store", "/gnu/store")
_DEVICES = ("null", "zero", "full", "random", "urandom")
_PSEUDO = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1",
           "stderr": "/proc/self/fd/2"}  # fmt: skip
_SHM_MB = 64


def system_paths(network: bool) -> list[str]:
    """Every system path that a function may read, whatever technique enforces it."""
    names = ETC + ETC_NETWORK if network else ETC
    return [*_WHOLE, *(f"/{name}" for name in _TOP_LINKS), *(f"/etc/{name}" for name in names)]


def account_files(uids: list[int], home: str) -> dict[str, str]:
    """/etc/passwd and /etc/group of the sandbox, so that every user id has a name."""
    passwd = ["root:x:0:0:root:/:/usr/sbin/nologin"]
    passwd += [f"whisk:x:{uid}:{uid}::{home}:/bin/sh" for uid in uids]
    group = ["root:x:0:", *(f"whisk:x:{uid}:" for uid in uids)]
    return {"passwd": "\n".join(passwd) + "\n", "group": "\n".join(group) + "\n"}


def build_root(
    place: str, binds: list[Bind], hide: list[str], uids: list[int], names: list[str] | None
) -> None:
    """Make the root and move into it. Needs a mount namespace of its own.

    Args:
        place: an empty directory, used as the mount point.
        binds: (source, target) of trees beside the system's, shown read-only.
        hide: directories that must stay invisible even below a bound tree.
        uids: the user ids that sandboxes will have.
        names: of hosts that lead to loopback, for a network of its own; None shows the machine's
            files for the resolution of names.
    """
    linux.mount("none", "/", flags=linux.MS_REC | linux.MS_PRIVATE)
    linux.mount("tmpfs", place, "tmpfs", linux.MS_NOSUID, "size=4m,mode=0755")
    for name in ("etc", "dev/shm", "proc", "tmp", "var", "run"):
        os.makedirs(f"{place}/{name}", mode=0o755)
    os.symlink("/tmp", f"{place}/var/tmp")
    for path in _WHOLE:
        if os.path.isdir(path):
            _show(place, path, path)
    for name in _TOP_LINKS:
        _show_top(place, name)
    for name in ETC + ETC_NETWORK if names is None else ETC:
        source = os.path.realpath(f"/etc/{name}")
        if os.path.exists(source):
            _show(place, source, f"/etc/{name}")
    for source, target in binds:
        _show(place, source, target)
    _write_accounts(place, uids)
    _write_names(place, names or [])
    _devices(place)
    for path in hide:
        if os.path.isdir(place + path):
            linux.mount("tmpfs", place + path, "tmpfs", linux.MS_RDONLY, "size=4k,mode=0555")
    # A fully visible /proc must stay mounted below: without it a user namespace may not mount one.
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", f"{place}/proc", "proc", flags)
    os.chdir(place)
    linux.pivot_root_here()
    linux.mount("none", "/", flags=0x20 | linux.MS_BIND | linux.MS_RDONLY | linux.MS_NOSUID)


def private_mounts(tmp_mb: int) -> None:
    """Give the sandbox its own /tmp, /dev/shm and /proc."""
    safe = linux.MS_NOSUID | linux.MS_NODEV
    inodes = max(4096, tmp_mb * 256)
    linux.mount("tmpfs", "/tmp", "tmpfs", safe, f"size={tmp_mb}m,nr_inodes={inodes},mode=1777")
    linux.mount("tmpfs", "/dev/shm", "tmpfs", safe, f"size={_SHM_MB}m,nr_inodes=4096,mode=1777")
    linux.mount("proc", "/proc", "proc", safe | linux.MS_NOEXEC)


def _show(place: str, source: str, target: str) -> None:
    """Bind one tree or file read-only, unless a tree above it is already shown."""
    inside = place + target
    if os.path.isdir(source):
        with contextlib.suppress(OSError):
            os.makedirs(inside, mode=0o755, exist_ok=True)
        if not os.path.isdir(inside) or _same(source, inside):
            return
    else:
        if os.path.exists(inside) and _same(source, inside):
            return
        os.makedirs(os.path.dirname(inside), mode=0o755, exist_ok=True)
        with open(inside, "a"):
            pass
    linux.bind(source, inside)
    linux.make_read_only(inside)


def _same(one: str, other: str) -> bool:
    first, second = os.stat(one), os.stat(other)
    return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)


def _show_top(place: str, name: str) -> None:
    try:
        mode = os.lstat(f"/{name}").st_mode
    except OSError:
        return
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(f"/{name}"), f"{place}/{name}")
    else:
        _show(place, f"/{name}", f"/{name}")


def _write_accounts(place: str, uids: list[int]) -> None:
    for name, text in account_files(uids, "/tmp").items():
        with open(f"{place}/etc/{name}", "w") as file:
            file.write(text)


def _write_names(place: str, names: list[str]) -> None:
    """How names are found, where the machine's own files are not shown or do not exist."""
    hosts = "".join(f"127.0.0.1 {name}\n" for name in ("localhost", *names))
    texts = {"nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
             "hosts": f"{hosts}::1 localhost\n"}  # fmt: skip
    for name, text in texts.items():
        if not os.path.exists(f"{place}/etc/{name}"):
            with open(f"{place}/etc/{name}", "w") as file:
                file.write(text)


def _devices(place: str) -> None:
    for name in _DEVICES:
        with open(f"{place}/dev/{name}", "w"):
            pass
        linux.bind(f"/dev/{name}", f"{place}/dev/{name}")
    for name, target in _PSEUDO.items():
        os.symlink(target, f"{place}/dev/{name}")


def copy_readable(source: str, target: str) -> None:
    """Copy a launcher's folder to a place that every user may read."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    for folder, _, names in os.walk(target):
        os.chmod(folder, 0o755)
        for name in names:
            os.chmod(os.path.join(folder, name), 0o644)
