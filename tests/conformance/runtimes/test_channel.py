"""The channel belongs to the launcher alone, and the launcher ends with it."""

import struct
import sys
from pathlib import Path

from tests.conformance.runtimes.launcher import Launcher

FORGE = r"""
import os, stat
sockets = [fd for fd in range(3, 256) if os.path.exists(f"/proc/self/fd/{fd}")
           and stat.S_ISSOCK(os.stat(f"/proc/self/fd/{fd}").st_mode)]
for fd in range(3, 256):
    try:
        os.write(fd, b"A\0\0\0\x053STRAY")
    except OSError:
        pass
print("sockets:", sockets)
"""
"""What a child of the action does that looks for the channel, to write an answer to it."""
SPAWN = {
    "python": (
        "import os, subprocess\n"
        "def main(args):\n"
        "    command = [args['program'], args['script']]\n"
        "    seen = [os.popen(' '.join(command)).read()]\n"
        "    for close in (True, False):\n"
        "        seen.append(subprocess.check_output(command, close_fds=close, text=True))\n"
        "    return {'seen': ''.join(seen)}\n"
    ),
    "nodejs": (
        "const { execSync, spawnSync } = require('child_process'); function main(args) {"
        "  const stdio = ['ignore', 'pipe', 'inherit'];"
        "  const seen = [execSync(`${args.program} ${args.script}`),"
        "    spawnSync(args.program, [args.script]).stdout,"
        "    spawnSync(args.program, [args.script], { stdio }).stdout];"
        "  return { seen: seen.join('') }; }"
    ),
}
STDIN = {
    "python": (
        "import os, subprocess\n"
        "def main(args):\n"
        "    text = subprocess.run(['cat'], capture_output=True).stdout.decode()\n"
        "    return {'read': text, 'own': os.read(0, 10).decode()}\n"
    ),
    "nodejs": (
        "const fs = require('fs'), { spawnSync } = require('child_process');"
        "function main() {"
        "  const { stdout } = spawnSync('cat', { stdio: ['inherit', 'pipe', 'ignore'] });"
        "  return { read: stdout.toString(), own: fs.readFileSync(0).toString() }; }"
    ),
}
HELLO = {"python": "def main(args):\n    return args\n", "nodejs": "const main = (args) => args;"}
EXIT_HANDLERS = {
    "python": (
        "import atexit, threading\natexit.register(print, 'exit handler')\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "def main(args):\n    return args\n"
    ),
    "nodejs": (
        "process.on('exit', () => { for (;;); }); setInterval(() => {}, 1000);"
        "const main = (args) => args;"
    ),
}


def test_a_child_process_does_not_hold_the_channel(launcher: Launcher, tmp_path: Path) -> None:
    script = tmp_path / "forge.py"
    script.write_text(FORGE)
    launcher.init(SPAWN[launcher.kind])
    answer = launcher.run({"program": sys.executable, "script": str(script)})
    assert answer.json == {"seen": "sockets: []\n" * 3}


def test_descriptor_3_of_a_python_action_is_not_the_channel(python: Launcher) -> None:
    python.init(
        "import os\ndef main(args):\n"
        "    try:\n        os.write(3, b'A\\0\\0\\0\\x053STRAY')\n"
        "    except OSError as error:\n        return {'error_number': error.errno}\n"
        "    return {}\n"
    )
    assert python.run().json == {"error_number": 9}


def test_standard_input_is_empty_for_the_action_and_its_children(launcher: Launcher) -> None:
    launcher.init(STDIN[launcher.kind])
    assert launcher.run().json == {"read": "", "own": ""}


def test_the_launcher_ends_when_the_platform_goes_away(launcher: Launcher) -> None:
    launcher.init(HELLO[launcher.kind])
    launcher.pipes()
    assert launcher.process.returncode == 0


def test_neither_threads_nor_exit_handlers_delay_the_end(launcher: Launcher) -> None:
    launcher.init(EXIT_HANDLERS[launcher.kind])
    assert launcher.pipes() == ("", "")
    assert launcher.process.returncode == 0


def test_output_after_the_platform_went_away_ends_the_launcher(launcher: Launcher) -> None:
    source = {
        "python": "def main(args):\n    while True:\n        print('x')\n",
        "nodejs": "function main() { for (;;) console.log('x'); }",
    }
    launcher.init(source[launcher.kind])
    launcher.send("R", b'{"value":{}}')
    launcher.pipes()
    assert launcher.process.returncode == 0


def test_a_frame_in_many_pieces_is_understood(launcher: Launcher) -> None:
    launcher.init(HELLO[launcher.kind])
    payload = b'{"value":{"a":1}}'
    frame = struct.pack(">cI", b"R", len(payload)) + payload
    for index in range(len(frame)):
        launcher.channel.sendall(frame[index : index + 1])
    assert launcher.receive() == ("A", b'200{"a":1}')


def test_frames_that_arrive_together_are_answered_one_by_one(launcher: Launcher) -> None:
    launcher.init(HELLO[launcher.kind])
    frames = []
    for n in range(100):
        payload = b'{"value":{"n":%d}}' % n
        frames.append(struct.pack(">cI", b"R", len(payload)) + payload)
    launcher.channel.sendall(b"".join(frames))
    answers = [launcher.receive() for _ in range(100)]
    assert answers == [("A", b'200{"n":%d}' % n) for n in range(100)]


def test_an_unknown_frame_ends_the_launcher(launcher: Launcher) -> None:
    launcher.send("X", b"")
    assert launcher.ended()
    assert launcher.process.returncode == 1


def test_a_frame_beyond_the_limit_ends_the_launcher(launcher: Launcher) -> None:
    launcher.channel.sendall(struct.pack(">cI", b"R", 64 * 1024 * 1024 + 1))
    assert launcher.ended()
    assert launcher.process.returncode == 1
