"""Java: jars as developers make them, a heap within the limit, and class data that is shared."""

import base64
import contextlib
import subprocess
from pathlib import Path

import pytest

from tests import parts
from tests.conformance.containers.actions import Action, Ran
from tests.conformance.containers.compiled import REMEDIES, SAMPLES
from tests.conformance.containers.conftest import started
from tests.conformance.containers.levels import at
from tests.conformance.containers.test_compiled import answered, load
from tests.conformance.runtimes.bundles import zipped
from tests.waiting import eventually
from whisk_platform.containers.process.factory import ProcessFactory
from whisk_platform.containers.process.languages import java
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.spi.containers import Broken, ContainerSpec

GSON = "/usr/share/java/gson.jar"
SHOP = """
package com.example.shop;

import com.google.gson.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

public class Till {
    private static int calls = 0;

    public static JsonObject main(JsonObject args) throws Exception {
        System.out.println("to stdout");
        System.err.println("to stderr");
        JsonObject result = new JsonObject();
        try (InputStream text = Till.class.getResourceAsStream("/prices.txt")) {
            result.addProperty("resource", new String(text.readAllBytes(), StandardCharsets.UTF_8));
        }
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        result.addProperty("context", context.getResource("prices.txt") != null);
        result.addProperty("calls", ++calls);
        result.addProperty("heap", Runtime.getRuntime().maxMemory() >> 20);
        return result;
    }

    public static JsonObject greedy(JsonObject args) {
        List<byte[]> kept = new ArrayList<>();
        while (true) {
            kept.add(new byte[1 << 20]);
        }
    }
}
"""


@pytest.fixture(scope="module")
def jar(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A jar with a package and a file beside the classes, in base64."""
    javac = parts.program("javac", REMEDIES["java"])
    parts.require(Path(GSON).exists(), "Gson", REMEDIES["java"])
    place = tmp_path_factory.mktemp("jar")
    source = place / "com" / "example" / "shop" / "Till.java"
    source.parent.mkdir(parents=True)
    source.write_text(SHOP)
    classes = place / "classes"
    command = [str(javac), "-cp", GSON, "-d", str(classes), str(source)]
    subprocess.run(command, check=True, timeout=120)
    files: dict[str, bytes] = {
        path.relative_to(classes).as_posix(): path.read_bytes() for path in classes.rglob("*.class")
    }
    manifest = b"Manifest-Version: 1.0\n"
    whole = {"META-INF/MANIFEST.MF": manifest, "prices.txt": "tea 3 \u20ac".encode(), **files}
    return base64.b64encode(zipped(whole)).decode()


async def make(factory: ProcessFactory, memory_mb: int = 256) -> Action:
    """A container of the default kind for Java."""
    runtime = factory.manifest.resolve("java:default")
    if runtime is None:
        parts.missing("java", REMEDIES["java"])
    spec = ContainerSpec(kind=runtime.kind, memory_mb=memory_mb, name="test")
    return Action(container=await factory.create(spec))


async def given(action: Action, jar: str, main: str) -> Ran:
    """Send the jar."""
    return await load(action, SAMPLES["java"], jar, binary=True, main=main)


async def test_a_jar_with_a_package_runs_and_reads_what_it_brings(
    factory: ProcessFactory, jar: str
) -> None:
    action = await make(factory)
    assert (await given(action, jar, "com.example.shop.Till")).result == {"ok": True}
    ran = await action.run({"name": "Ada"})
    assert ran.result == {"resource": "tea 3 €", "context": True, "calls": 1, "heap": HEAP_256}
    assert ran.texts == ["stdout: to stdout", "stderr: to stderr"]
    assert (await action.run({})).result["calls"] == 2, "one machine serves all runs"
    await action.container.destroy()


HEAP_256 = 185
"""Of 192 MB, the serial collector keeps one of two survivor spaces empty."""


@at("L1")
@pytest.mark.parametrize(
    ("main", "words"),
    [
        ("com.example.shop.Nobody", "java.lang.ClassNotFoundException: com.example.shop.Nobody"),
        ("Till", "java.lang.ClassNotFoundException: Till"),
        ("com.example.shop.Till#pay", "has no method 'public static JsonObject pay(JsonObject)'"),
    ],
)
async def test_a_main_that_is_not_in_the_jar_is_the_developers_error_and_named(
    factory: ProcessFactory, jar: str, main: str, words: str
) -> None:
    action = await make(factory)
    ran = await given(action, jar, main)
    assert answered(ran) == (502, {"error": "Cannot start action. Check logs for details."})
    assert words in "\n".join(ran.texts)
    assert "whisk.Launcher" not in "\n".join(ran.texts)
    await action.container.destroy()


@at("L1")
async def test_what_is_no_jar_is_the_developers_error(factory: ProcessFactory) -> None:
    action = await make(factory)
    code = base64.b64encode(b"no jar at all").decode()
    ran = await given(action, code, "Action")
    assert answered(ran) == (502, {"error": "Cannot start action. Check logs for details."})
    await action.container.destroy()


async def test_a_heap_beyond_the_memory_of_the_action_is_reported_as_that(
    factory: ProcessFactory, jar: str
) -> None:
    action = await make(factory, memory_mb=128)
    loaded = await given(action, jar, "com.example.shop.Till#greedy")
    assert loaded.result == {"ok": True}
    assert (await action.run({})).outcome == Broken(out_of_memory=True)
    await action.container.destroy()


def machines_with(archive: Path) -> int:
    """How many processes have mapped this very archive."""
    count, node = 0, f" {archive.stat().st_ino} "
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with contextlib.suppress(OSError):
            count += node in maps.read_text()
    return count


def class_data(prepared: Path) -> Path:
    """The one archive in a place for prepared folders."""
    (archive,) = prepared.glob("java-*/classes-*.jsa")
    return archive


@pytest.fixture
def own_prepared(tmp_path: Path) -> Path:
    """A place for prepared folders that no other test adds to."""
    return tmp_path / "prepared"


async def test_class_data_is_archived_once_and_used_from_the_next_start_on(
    tmp_path: Path, own_prepared: Path, jar: str
) -> None:
    settings = ProcessSettings(
        state_dir=tmp_path / "state",
        force_level="L1",
        stem_cells={"python": 0, "nodejs": 0},
        prepared_dir=own_prepared,
    )
    factory = await started(settings)
    try:
        first = await make(factory)
        await eventually(lambda: list(own_prepared.glob("java-*/.extended")), "the archive")
        archive = class_data(own_prepared)
        inner = f"/opt/whisk/runtimes/{archive.parent.name}/launcher.jar"
        assert archive.name == java.class_data(inner)
        second = await make(factory)
        assert (await given(second, jar, "com.example.shop.Till")).result == {"ok": True}
        ran = await second.run({})
        assert ran.texts == ["stdout: to stdout", "stderr: to stderr"], "the machine says nothing"
        assert machines_with(archive) == 1
        await first.container.destroy()
        await second.container.destroy()
    finally:
        await factory.close()


async def test_class_data_that_does_not_fit_is_left_aside_in_silence(
    tmp_path: Path, own_prepared: Path, jar: str
) -> None:
    settings = ProcessSettings(
        state_dir=tmp_path / "state",
        force_level="L1",
        stem_cells={"python": 0, "nodejs": 0},
        prepared_dir=own_prepared,
    )
    factory = await started(settings)
    try:
        await (await make(factory)).container.destroy()
        await eventually(lambda: list(own_prepared.glob("java-*/.extended")), "the archive")
        archive = class_data(own_prepared)
        archive.write_bytes(b"of another machine")
        action = await make(factory)
        assert (await given(action, jar, "com.example.shop.Till")).result == {"ok": True}
        assert (await action.run({})).texts == ["stdout: to stdout", "stderr: to stderr"]
        await action.container.destroy()
    finally:
        await factory.close()
