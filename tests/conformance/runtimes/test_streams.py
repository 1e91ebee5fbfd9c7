"""Standard output and standard error: every line, in order, before the answer."""

import json

import pytest

from tests.conformance.runtimes.launcher import Launcher

ALTERNATING = {
    "python": (
        "import sys\ndef main(args):\n"
        "    for n in range(0, args['n'], 2):\n"
        "        print(n)\n        print(n + 1, file=sys.stderr)\n"
        "    return {}\n"
    ),
    "nodejs": (
        "function main(args) {"
        "  for (let n = 0; n < args.n; n += 2) { console.log(n); console.error(n + 1); }"
        "  return {};"
        "}"
    ),
}
PARTIAL = {
    "python": "import sys\ndef main(args):\n    sys.stdout.write('no newline')\n    return {}\n",
    "nodejs": "function main() { process.stdout.write('no newline'); return {}; }",
}
THEN_HANGS = {
    "python": (
        "import threading\ndef main(args):\n    print('last words')\n    threading.Event().wait()\n"
    ),
    "nodejs": "function main() { console.log('last words'); for (;;); }",
}
LARGE = {
    "python": "def main(args):\n    print('ä' * args['n'])\n    return {}\n",
    "nodejs": "function main(args) { console.log('ä'.repeat(args.n)); return {}; }",
}
CHILD = {
    "python": (
        "import subprocess, sys\ndef main(args):\n"
        "    subprocess.run('echo out; echo err >&2', shell=True, check=True)\n"
        "    subprocess.run(['echo', 'given'], stdout=sys.stdout, check=True)\n"
        "    return {}\n"
    ),
    "nodejs": (
        "const { execSync, spawnSync } = require('child_process'); function main() {"
        "  execSync('echo out; echo err >&2', { stdio: 'inherit' });"
        "  spawnSync('echo', ['given'], { stdio: ['ignore', process.stdout, 'ignore'] });"
        "  return {};"
        "}"
    ),
}
SURROGATE = {
    "python": "def main(args):\n    print('a\\ud800b', 'ö')\n    return {}\n",
    "nodejs": "function main() { console.log('a\\ud800b', 'ö'); return {}; }",
}


def test_alternating_lines_of_both_streams_stay_in_order(launcher: Launcher) -> None:
    launcher.init(ALTERNATING[launcher.kind])
    output = launcher.run({"n": 1000}).output
    assert [data for _, data in output] == [b"%d\n" % n for n in range(1000)]
    assert [kind for kind, _ in output] == ["O", "E"] * 500


def test_one_line_is_one_frame(launcher: Launcher) -> None:
    launcher.init(ALTERNATING[launcher.kind])
    assert launcher.run({"n": 2}).output == (("O", b"0\n"), ("E", b"1\n"))


def test_a_line_without_its_end_comes_before_the_answer(launcher: Launcher) -> None:
    launcher.init(PARTIAL[launcher.kind])
    assert launcher.run().output == (("O", b"no newline"),)
    assert launcher.run().output == (("O", b"no newline"),)


def test_what_was_printed_before_a_kill_has_arrived(launcher: Launcher) -> None:
    launcher.init(THEN_HANGS[launcher.kind])
    launcher.send("R", b'{"value":{}}')
    assert launcher.receive() == ("O", b"last words\n")


def test_output_of_megabytes_arrives_whole_in_bounded_frames(launcher: Launcher) -> None:
    launcher.init(LARGE[launcher.kind])
    answer = launcher.run({"n": 2_500_000})
    assert answer.stdout == "ä" * 2_500_000 + "\n"
    assert max(len(data) for _, data in answer.output) <= 1024 * 1024


def test_a_child_process_writes_to_the_pipes(launcher: Launcher) -> None:
    launcher.init(CHILD[launcher.kind])
    answer = launcher.run()
    assert (answer.status, answer.output) == (200, ())
    assert launcher.pipes() == ("out\ngiven\n", "err\n")


def test_text_that_is_no_unicode_can_be_printed(launcher: Launcher) -> None:
    launcher.init(SURROGATE[launcher.kind])
    shown = "a\\ud800b ö\n" if launcher.kind == "python" else "a\ufffdb ö\n"
    assert launcher.run().stdout == shown


def _python(body: str, imports: str = "sys") -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"import {imports}\ndef main(args):\n{lines}    return {{}}\n"


@pytest.mark.parametrize(
    ("body", "output"),
    [
        ("print('a', 'b', sep='-', end='!\\n', flush=True)", "a-b!\n"),
        ("print('a', end='', flush=True)\nprint('b')", "ab\n"),
        ("sys.stdout.buffer.write(b'bytes\\n')", "bytes\n"),
        ("sys.stdout.buffer.write(memoryview(b'view\\n'))", "view\n"),
        ("print('text', end='', flush=True)\nsys.stdout.buffer.write(b'bytes')", "textbytes"),
        ("sys.stdout.writelines(['a\\n', 'b\\n'])", "a\nb\n"),
        ("print(sys.stdout.fileno(), sys.stderr.fileno(), sys.stdout.isatty())", "1 2 False\n"),
        ("print(sys.stdout.encoding, sys.stdout.writable(), sys.stdin.read() == '')",
         "utf-8 True True\n"),
        ("sys.stdout.close()\nprint('still open')", "still open\n"),
        ("sys.__stdout__.write('original')", "original"),
    ],
)  # fmt: skip
def test_python_streams_behave_as_streams_do(python: Launcher, body: str, output: str) -> None:
    python.init(_python(body))
    assert python.run().stdout == output
    assert python.run().stdout == output


def test_python_logging_goes_to_standard_error(python: Launcher) -> None:
    python.init(
        "import logging\nlogging.basicConfig(level='INFO', format='%(levelname)s %(message)s')\n"
        "def main(args):\n    logging.info('done')\n    return {}\n"
    )
    assert python.run().output == (("E", b"INFO done\n"),)


def test_a_detached_python_stream_is_replaced(python: Launcher) -> None:
    python.init(_python("sys.stdout.detach()"))
    assert python.run().status == 200
    python.run()
    assert python.process.poll() is None


def test_a_stream_that_the_action_put_in_place_is_flushed(python: Launcher) -> None:
    python.init(_python("sys.stdout = io.TextIOWrapper(sys.stdout.buffer)\nprint('x')", "io, sys"))
    assert python.run().stdout == "x\n"


def test_a_forked_python_process_prints_to_the_pipes(python: Launcher) -> None:
    python.init(
        "import os, sys\n"
        "def main(args):\n"
        "    print('held back', end='')\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        print('child')\n"
        "        return {'forged': True}\n"
        "    os.waitpid(pid, 0)\n"
        "    return {'pid': pid != 0}\n"
    )
    answer = python.run()
    assert answer.json == {"pid": True}
    assert answer.stdout == "held back"
    assert python.pipes() == ("child\n", "")


def test_python_multiprocessing_works(python: Launcher) -> None:
    python.init(
        "import multiprocessing\n"
        "def square(n):\n    print('squaring')\n    return n * n\n"
        "def main(args):\n"
        "    with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "        return {'squares': pool.map(square, [1, 2, 3])}\n"
    )
    assert python.run().json == {"squares": [1, 4, 9]}
    assert python.pipes()[0] == "squaring\n" * 3


NODE_WRITES = {
    "process.stdout.write('text')": "text",
    "process.stdout.write(Buffer.from('buffer'))": "buffer",
    "process.stdout.write(new Uint8Array([104, 105]))": "hi",
    "process.stdout.write('aGk=', 'base64')": "hi",
    "process.stdout.write('')": "",
    "console.info('%s is %d', 'a', 1)": "a is 1\n",
    "console.table([{ a: 1 }])": None,
    "process.stdout.end('no end'); process.stdout.write(' at all')": "no end at all",
    "process.stdout.destroy(); process.stdout.write('alive')": "alive",
    "new console.Console(process.stdout).log('own console')": "own console\n",
}


@pytest.mark.parametrize("statement", NODE_WRITES)
def test_node_streams_behave_as_streams_do(nodejs: Launcher, statement: str) -> None:
    nodejs.init(f"function main() {{ {statement}; return {{}}; }}")
    for _ in range(2):
        answer = nodejs.run()
        assert answer.status == 200
        expected = NODE_WRITES[statement]
        assert answer.stdout == expected if expected is not None else "┌" in answer.stdout


def test_node_write_callbacks_are_called(nodejs: Launcher) -> None:
    nodejs.init(
        "function main() { return new Promise((done) => {"
        "  process.stdout.write('a', () => process.stderr.write('b', 'utf8', (error) =>"
        "    process.stdout.end('c', () => done({ error })))); }); }"
    )
    answer = nodejs.run()
    assert answer.json == {"error": None}
    assert answer.output == (("O", b"a"), ("E", b"b"), ("O", b"c"))


def test_a_node_stream_can_be_piped_into_standard_output(nodejs: Launcher) -> None:
    nodejs.init(
        "const { Readable } = require('stream'); function main() {"
        "  return new Promise((done) => {"
        "    const source = Readable.from(['one ', 'two']);"
        "    source.on('end', () => done({})); source.pipe(process.stdout); }); }"
    )
    assert [nodejs.run().stdout for _ in range(2)] == ["one two", "one two"]


def test_a_wrong_type_is_refused_as_node_does(nodejs: Launcher) -> None:
    nodejs.init("function main() { process.stdout.write(7); }")
    answer = nodejs.run()
    assert answer.status == 502
    assert "ERR_INVALID_ARG_TYPE" in answer.stderr or "chunk" in answer.error


def test_many_console_calls_cause_no_warning(nodejs: Launcher) -> None:
    nodejs.init(ALTERNATING["nodejs"])
    nodejs.run({"n": 200})
    assert nodejs.pipes() == ("", "")


def test_output_of_a_worker_thread_arrives(nodejs: Launcher) -> None:
    nodejs.init(
        "const { Worker } = require('worker_threads'); function main() {"
        "  const worker = new Worker(`console.log('from a worker')`, { eval: true });"
        "  return new Promise((done) => worker.on('exit', () => setImmediate(done, {}))); }"
    )
    assert json.loads(nodejs.run().body) == {}
