"""PHP: the interpreters on the search path; each sandbox starts the program."""

from __future__ import annotations

import os

from whisk_platform.containers.process.languages import probing
from whisk_platform.containers.process.languages.language import (
    Findings,
    Language,
    Missing,
    Premise,
    Program,
    Toolchain,
)

OLDEST = (8, 0)
REMEDY = "Install PHP 8 for the command line (Debian: apt install php-cli) and start again."
_NAMES = ["php", *(f"php8.{minor}" for minor in range(9, -1, -1))]
_ASK = (
    "echo json_encode([PHP_VERSION, PHP_BINARY, (string) php_ini_loaded_file(),"
    " PHP_CONFIG_FILE_SCAN_DIR, ini_get('extension_dir'), PHP_SAPI]);"
)


def find(premise: Premise) -> Findings:
    """The ``php`` of the search path first, then those with a version in their name."""
    found: dict[str, Toolchain] = {}
    for program in probing.on_search_path(_NAMES):
        if os.path.realpath(program) in found:
            continue
        answer = probing.strings(probing.answer([program, "-d", "log_errors=0", "-r", _ASK]))
        one = toolchain(answer, premise) if answer is not None else None
        if one is not None:
            found.setdefault(one.executable, one)
    if found:
        return Findings(toolchains=tuple(found.values()))
    missing = Missing(family="php", reason="PHP 8 was not found.", remedy=REMEDY)
    return Findings(missing=(missing,))


def toolchain(answer: list[str], premise: Premise) -> Toolchain | None:
    """Understand PHP's answer; None if it is too old or not made for the command line.

    Args:
        answer: version, program, settings file, folder of more settings, folder of extensions,
            and what kind of program it is.
        premise: of the detection.
    """
    if len(answer) != 6:
        return None
    version, binary, settings, more_settings, extensions, sapi = answer
    numbers = version.split(".")
    if sapi != "cli" or len(numbers) < 2 or not all(part.isdigit() for part in numbers[:2]):
        return None
    if (int(numbers[0]), int(numbers[1])) < OLDEST:
        return None
    real = os.path.realpath(binary)
    folders = {os.path.dirname(settings), more_settings, extensions} - {""}
    # Debian keeps the settings of its extensions beside the ones that are switched on.
    folders |= {os.path.dirname(os.path.dirname(folder)) for folder in folders & {more_settings}}
    outside = {path for path in folders if not path.startswith("/usr/") and _is_own(path)}
    return Toolchain(
        kind=f"php:{numbers[0]}.{numbers[1]}",
        version=version,
        executable=real,
        trees=(*probing.own_trees(real), *sorted(outside)),
        launcher=premise.launchers / "php" / "launcher.php",
        start=Program(command=Start(real), sized=True),
        exhaustion=b"Allowed memory size of",
    )


class Start:
    """The command that starts a launcher; PHP's own bound is the memory limit."""

    def __init__(self, executable: str) -> None:
        self._executable = executable

    def __call__(self, launcher: str, memory_mb: int) -> list[str]:
        """Program and arguments: what a php.ini may not change."""
        settings = {
            "memory_limit": f"{memory_mb}M",
            "display_errors": "stderr",
            "html_errors": "0",
            "log_errors": "0",
            "max_execution_time": "0",
            "output_buffering": "0",
            "serialize_precision": "-1",
            "opcache.enable_cli": "0",
        }
        words = [word for name, value in settings.items() for word in ("-d", f"{name}={value}")]
        return [self._executable, *words, launcher]


def _is_own(path: str) -> bool:
    """Whether a folder of settings belongs to PHP alone."""
    return os.path.isdir(path) and "php" in path.rpartition("/etc/")[2]


LANGUAGE = Language(family="php", find=find)
