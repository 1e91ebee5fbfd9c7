"""Compiled languages: built once in a sandbox, started in no time, wrong only where the code is."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests import parts
from tests.architecture.tree import ROOT
from tests.conformance.containers.actions import LOG_LIMIT, Action, Ran
from tests.conformance.containers.compiled import REMEDIES, SAMPLES, Samples
from tests.conformance.containers.conftest import started
from tests.conformance.runtimes.bundles import zipped
from whisk_platform.common.metrics import Family
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.settings import LEVELS, Level, ProcessSettings
from whisk_platform.spi.containers import Broken, ContainerSpec, Reply

EXAMPLES = ROOT / "examples"
NO_BINARY = "The action failed to generate or locate a binary. See logs for details."
INIT_S = 20.0


def shared(factory: pytest.TempPathFactory) -> Path:
    """Where toolchains keep what all builds share: one place for all workers of a run."""
    base = factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / "prepared"


@pytest.fixture(scope="module", params=LEVELS)
async def compiling(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, anyio_backend: str
) -> AsyncIterator[ProcessFactory]:
    """A factory at one isolation level."""
    level: Level = request.param
    state = tmp_path_factory.mktemp("compiling")
    factory = await started(
        ProcessSettings(
            state_dir=state,
            force_level=level,
            stem_cells={"python": 0, "nodejs": 0},
            prepared_dir=shared(tmp_path_factory),
        )
    )
    yield factory
    await factory.close()


@pytest.fixture(params=list(SAMPLES))
def language(request: pytest.FixtureRequest) -> str:
    """A compiled language."""
    name: str = request.param
    return name


async def make(factory: ProcessFactory, language: str) -> Action:
    """A container that waits for init, or the end of the test where the language is missing."""
    runtime = factory.manifest.resolve(language)
    if runtime is None:
        if factory.isolation.level != "L1":
            pytest.skip(f"{language} cannot be read by users without rights on this machine")
        parts.missing(language, REMEDIES[language])
    spec = ContainerSpec(kind=runtime.kind, memory_mb=256, name="test")
    return Action(container=await factory.create(spec))


async def load(
    action: Action, samples: Samples, code: str, *, timeout_s: float = INIT_S, **members: Any
) -> Ran:
    """Send an init."""
    log = action.container.open_log(LOG_LIMIT)
    value = {"name": "test", "main": samples.main, "code": code, "binary": False, "env": {}}
    body = json.dumps({"value": value | members}).encode()
    outcome = await action.container.init(body, timeout_s=timeout_s, log=log)
    return Ran(outcome=outcome, logs=await log.read())


async def loaded(
    factory: ProcessFactory, language: str, code: str, **members: Any
) -> tuple[Action, Samples]:
    """A container with code that must compile."""
    action, samples = await make(factory, language), SAMPLES[language]
    ran = await load(action, samples, code, **members)
    assert ran.result == {"ok": True}, ran
    return action, samples


def answered(ran: Ran) -> tuple[int, Any]:
    """Status and document."""
    assert isinstance(ran.outcome, Reply), ran
    return ran.outcome.status, json.loads(ran.outcome.body)


async def test_source_runs_and_is_built_only_once(compiling: ProcessFactory, language: str) -> None:
    samples = SAMPLES[language]
    greeting = {"greeting": "Hello, Ada!", "activation": "a" * 32, "planted": "seed"}
    for attempt in range(2):
        before = builds(compiling)
        code, env = samples.hello, {"PLANTED": "seed"}
        action, _ = await loaded(compiling, language, code, env=env)
        for _ in range(2):
            ran = await action.run({"name": "Ada"})
            assert ran.result == greeting
            assert sorted(ran.texts) == ["stderr: to stderr", "stdout: to stdout"]
        assert builds(compiling) - before == (0 if attempt else 1)
        await action.container.destroy()


def builds(factory: ProcessFactory) -> float:
    """How many builds the factory has counted."""
    return sum(
        value
        for family in factory.metrics()
        if isinstance(family, Family) and family.name == "whisk_compile_builds"
        for _, value in family.values
    )


async def test_what_does_not_compile_is_the_developers_fault_in_the_compilers_words(
    compiling: ProcessFactory, language: str
) -> None:
    samples = SAMPLES[language]
    for _ in range(2):
        action = await make(compiling, language)
        ran = await load(action, samples, samples.broken)
        assert answered(ran) == (502, {"error": NO_BINARY})
        assert samples.complaint in "\n".join(ran.texts)
        assert "/tmp/build-" not in "\n".join(ran.texts)
        await action.container.destroy()


async def test_compiling_does_not_eat_the_time_of_the_init(
    compiling: ProcessFactory, language: str
) -> None:
    samples = SAMPLES[language]
    action = await make(compiling, language)
    # Far less than any compiler needs, enough to load what it made.
    ran = await load(action, samples, f"// fresh\n{samples.echo}", timeout_s=2.0)
    assert ran.result == {"ok": True}
    assert (await action.run({"a": 1})).result == {"a": 1}
    await action.container.destroy()


async def test_inits_of_the_same_code_share_one_build(
    compiling: ProcessFactory, language: str
) -> None:
    samples = SAMPLES[language]
    actions = [await make(compiling, language) for _ in range(3)]
    before = builds(compiling)
    code = f"// shared\n{samples.echo}"
    answers = await asyncio.gather(*(load(action, samples, code) for action in actions))
    assert [answer.result for answer in answers] == [{"ok": True}] * 3
    assert builds(compiling) - before == 1
    for action in actions:
        await action.container.destroy()


async def test_a_failing_call_is_answered_and_the_next_one_works(
    compiling: ProcessFactory, language: str
) -> None:
    action, _ = await loaded(compiling, language, SAMPLES[language].failing)
    ran = await action.run({"fail": True})
    status, document = answered(ran)
    assert status == 200
    assert list(document) == ["error"]
    assert "on purpose" in document["error"]
    assert "on purpose" in "\n".join(ran.texts)
    assert (await action.run({"n": 1})).result == {"n": 1}
    await action.container.destroy()


async def test_a_process_that_ends_is_noticed(compiling: ProcessFactory, language: str) -> None:
    action, _ = await loaded(compiling, language, SAMPLES[language].exiting)
    ran = await action.run({})
    assert ran.outcome == Broken(out_of_memory=False)
    await action.container.destroy()


async def test_what_is_no_dictionary_is_refused_with_the_contracts_text(
    compiling: ProcessFactory, language: str
) -> None:
    action = await make(compiling, language)
    ran = await load(action, SAMPLES[language], SAMPLES[language].number)
    assert ran.result == {"ok": True}
    status, document = answered(await action.run({}))
    assert (status, document) == (
        502,
        {"error": "The action did not return a dictionary or array."},
    )
    await action.container.destroy()


async def test_arguments_pass_and_hard_ones_do_not_end_the_loop(
    compiling: ProcessFactory, language: str
) -> None:
    action, _ = await loaded(compiling, language, SAMPLES[language].echo)
    plain = {
        "text": "größer \U0001f600 </script>",
        "n": 9007199254740991,
        "x": 1.5,
        "y": [None, {}],
    }
    assert (await action.run(plain)).result == plain
    for hard in ('{"n": 1e400}', '{"s": "\\ud800"}', '{"n": 123456789012345678901234567890}'):
        log = action.container.open_log(LOG_LIMIT)
        body = b'{"value":' + hard.encode() + b"}"
        outcome = await action.container.run(body, timeout_s=INIT_S, log=log, limit_bytes=1 << 20)
        assert isinstance(outcome, Reply), hard
        assert outcome.status == 200, hard
        document = json.loads(outcome.body)
        assert isinstance(document, dict), hard
        if "error" in document:
            assert "cannot be read" in document["error"]
    assert (await action.run(plain)).result == plain
    await action.container.destroy()


async def test_a_second_init_and_missing_code_have_the_contracts_texts(
    compiling: ProcessFactory, language: str
) -> None:
    action, samples = await make(compiling, language), SAMPLES[language]
    nothing = await load(action, samples, " ")
    assert answered(nothing) == (403, {"error": "Missing main/no code to execute."})
    early = await action.run({})
    assert answered(early) == (500, {"error": "no action defined yet"})
    assert (await load(action, samples, samples.echo)).result == {"ok": True}
    again = await load(action, samples, samples.echo)
    assert answered(again) == (403, {"error": "Cannot initialize the action more than once."})
    await action.container.destroy()


@pytest.mark.parametrize("language", ["go", "rust"])
async def test_an_archive_with_a_program_speaks_actionloop(
    compiling: ProcessFactory, language: str
) -> None:
    script = b"""#!/bin/sh
while read -r line; do
    echo heard
    echo '{"from":"exec"}' >&3
done
"""
    before = builds(compiling)
    code = base64.b64encode(zipped({"exec": script})).decode()
    action, _ = await loaded(compiling, language, code, binary=True)
    ran = await action.run({})
    assert ran.result == {"from": "exec"}
    assert ran.texts == ["stdout: heard"]
    assert builds(compiling) == before
    await action.container.destroy()


GO_PROJECT = {
    "go.mod": b"module hello\n\ngo 1.16\n\nrequire example.com/greet v1.0.0\n",
    "main.go": b"""package main

import "example.com/greet"

func Main(args map[string]interface{}) map[string]interface{} {
	return map[string]interface{}{"greeting": greet.Hello(args["name"].(string))}
}
""",
    "vendor/modules.txt": b"# example.com/greet v1.0.0\n## explicit\nexample.com/greet\n",
    "vendor/example.com/greet/greet.go": b"""package greet

func Hello(name string) string { return "Hello, " + name + "!" }
""",
}
CARGO_TOML = b"""[package]
name = "hello"
version = "0.1.0"
edition = "2021"

[dependencies]
serde_json = "1"
"""
CARGO_PROJECT = {
    "Cargo.toml": CARGO_TOML,
    "src/lib.rs": b"""use serde_json::{json, Error, Value};

pub fn main(args: Value) -> Result<Value, Error> {
    Ok(json!({"greeting": format!("Hello, {}!", args["name"].as_str().unwrap_or("?"))}))
}
""",
}


@pytest.mark.parametrize(
    ("language", "project"), [("go", GO_PROJECT), ("rust", CARGO_PROJECT)], ids=["go", "rust"]
)
async def test_a_project_is_built_from_what_it_brings_along(
    compiling: ProcessFactory, language: str, project: dict[str, bytes]
) -> None:
    code = base64.b64encode(zipped(project)).decode()
    action, _ = await loaded(compiling, language, code, binary=True)
    assert (await action.run({"name": "Ada"})).result == {"greeting": "Hello, Ada!"}
    await action.container.destroy()


async def test_a_project_without_its_packages_is_told_how_to_bring_them(
    compiling: ProcessFactory,
) -> None:
    files = {name: text for name, text in GO_PROJECT.items() if not name.startswith("vendor/")}
    action = await make(compiling, "go")
    code = base64.b64encode(zipped(files)).decode()
    ran = await load(action, SAMPLES["go"], code, binary=True)
    assert answered(ran) == (502, {"error": NO_BINARY})
    assert "put the packages that the action imports into vendor/" in "\n".join(ran.texts)
    await action.container.destroy()


async def test_a_program_of_ones_own_main_speaks_actionloop(compiling: ProcessFactory) -> None:
    code = """package main

import (
	"bufio"
	"os"
)

func main() {
	out := os.NewFile(3, "pipe")
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		out.WriteString("{\\"loop\\":true}\\n")
	}
}
"""
    action, _ = await loaded(compiling, "go", code)
    assert (await action.run({})).result == {"loop": True}
    await action.container.destroy()


def build_script(body: str) -> str:
    """A Cargo project with a build script."""
    project = CARGO_PROJECT | {"build.rs": f"fn main() {{ {body} }}\n".encode()}
    return base64.b64encode(zipped(project)).decode()


async def confined(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, **limits: Any
) -> ProcessFactory:
    """A factory with its own limits for builds."""
    return await started(
        ProcessSettings(
            state_dir=tmp_path / "state",
            stem_cells={"python": 0, "nodejs": 0},
            prepared_dir=shared(tmp_path_factory),
            **limits,
        )
    )


async def test_a_build_that_hangs_ends_as_the_developers_fault(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    factory = await confined(tmp_path, tmp_path_factory, compile_seconds=3.0)
    try:
        action = await make(factory, "rust")
        code = build_script("std::thread::sleep(std::time::Duration::from_secs(3600));")
        ran = await load(action, SAMPLES["rust"], code, binary=True)
        error = "The action did not compile in 3 seconds."
        assert answered(ran) == (502, {"error": error})
    finally:
        await factory.close()


async def test_a_build_that_eats_memory_ends_as_the_developers_fault(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    factory = await confined(tmp_path, tmp_path_factory, compile_memory_mb=512)
    try:
        action = await make(factory, "rust")
        body = "let mut v: Vec<u8> = Vec::new(); loop { v.resize(v.len() + (1 << 24), 1); }"
        ran = await load(action, SAMPLES["rust"], build_script(body), binary=True)
        status, document = answered(ran)
        assert status == 502
        assert document["error"] in (
            "Compiling the action needed more than 512 MB of memory.",
            NO_BINARY,  # the kernel took the script alone, and Cargo tells so
        )
        fresh = await make(factory, "rust")
        assert (await load(fresh, SAMPLES["rust"], SAMPLES["rust"].echo)).result == {"ok": True}
    finally:
        await factory.close()


async def test_a_build_sees_neither_the_platform_nor_the_network(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    factory = await confined(tmp_path, tmp_path_factory)
    try:
        if factory.isolation.level != "L1":
            pytest.skip("hiding needs namespaces: run as root or allow user namespaces")
        secret = tmp_path / "state" / "secret"
        secret.write_text("planted")
        probes = f"""
            println!("cargo:warning=secret {{}}", std::fs::read("{secret}").is_ok());
            println!("cargo:warning=shadow {{}}", std::fs::read("/etc/shadow").is_ok());
            let interfaces = std::fs::read_to_string("/proc/net/dev").unwrap_or_default();
            println!("cargo:warning=interfaces {{}}", interfaces.lines().count() - 2);
            println!("cargo:warning=write {{}}",
                std::fs::write("/opt/whisk/prepared/x", "x").is_ok());
            std::process::exit(1);
        """
        action = await make(factory, "rust")
        ran = await load(action, SAMPLES["rust"], build_script(probes), binary=True)
        assert answered(ran)[0] == 502
        words = "\n".join(ran.texts)
        for claim in ("secret false", "shadow false", "interfaces 1", "write false"):
            assert claim in words, words
    finally:
        await factory.close()


async def test_a_running_program_cannot_change_what_others_get(compiling: ProcessFactory) -> None:
    code = """package main

import "os"

func Main(args map[string]interface{}) map[string]interface{} {
	file, err := os.OpenFile("/proc/self/exe", os.O_WRONLY, 0)
	if err == nil {
		_, err = file.Write([]byte("x"))
	}
	return map[string]interface{}{"refused": err != nil}
}
"""
    action, _ = await loaded(compiling, "go", code)
    assert (await action.run({})).result == {"refused": True}
    await action.container.destroy()


async def test_the_samples_greet(compiling: ProcessFactory, language: str) -> None:
    name = {"go": "hello.go", "rust": "hello.rs", "java": "Hello.java"}[language]
    action = await make(compiling, language)
    main = "Hello" if language == "java" else "main"
    code = (EXAMPLES / name).read_text(encoding="utf-8")
    assert (await load(action, SAMPLES[language], code, main=main)).result == {"ok": True}
    assert (await action.run({"name": "Ada"})).result == {"greeting": "Hello, Ada!"}
    assert (await action.run({})).result == {"greeting": "Hello, stranger!"}
    await action.container.destroy()
