"""What an operator sets reaches the factory that makes sandboxes."""

from pathlib import Path
from typing import Any

from whisk_platform.common import settings as settings_loader
from whisk_platform.containers.process.settings import ProcessSettings
from whisk_platform.entities import runtimesfile
from whisk_platform.entities.runtimes import Reactive, RuntimesManifest, StemCell
from whisk_platform.standalone import providers
from whisk_platform.standalone.settings import StandaloneSettings

REACTIVE = {"minCount": 1, "maxCount": 4, "ttl": "2 minutes", "threshold": 1, "increment": 1}


def provide(settings: ProcessSettings) -> Any:
    """Take the place of a factory, to see what it would be given."""
    return settings


def _given(
    tmp_path: Path, offered: RuntimesManifest | None = None, **containers: Any
) -> ProcessSettings:
    named = f"{__name__}:provide"
    chosen = settings_loader.load(
        StandaloneSettings, flags={"containers": {"factory": named, **containers}}, environment={}
    )
    made: Any = providers.factory(chosen, tmp_path, "http://127.0.0.1:1", None, offered)
    assert isinstance(made, ProcessSettings)
    return made


def _manifest(*cells: dict[str, Any]) -> RuntimesManifest:
    runtime = {"kind": "nodejs:20", "image": {"name": "node"}, "stemCells": list(cells)}
    return runtimesfile.read({"runtimes": {"nodejs": [runtime]}})


def test_the_reactive_rule_of_a_manifest_reaches_the_factory(tmp_path: Path) -> None:
    cell = {"initialCount": 2, "memory": "256 MB", "reactive": REACTIVE}
    assert _given(tmp_path, _manifest(cell)).stem_rules == {
        "nodejs:20": StemCell(
            memory_mb=256,
            initial_count=2,
            reactive=Reactive(min_count=1, max_count=4, ttl_s=120, threshold=1, increment=1),
        )
    }


def test_cells_of_several_sizes_are_one_rule(tmp_path: Path) -> None:
    small = {"initialCount": 2, "memory": "256 MB", "reactive": REACTIVE}
    large = {"initialCount": 3, "memory": "512 MB"}
    rule = _given(tmp_path, _manifest(small, large)).stem_rules["nodejs:20"]
    assert (rule.memory_mb, rule.initial_count) == (512, 5)
    assert rule.reactive is not None
    assert (rule.reactive.min_count, rule.reactive.max_count) == (4, 7)


def test_without_a_manifest_the_number_that_waits_follows_the_starts(tmp_path: Path) -> None:
    given = _given(tmp_path)
    assert given.stem_rules == {}
    assert given.stem_cells == {"python": 2, "nodejs": 1}


def test_memory_for_waiting_sandboxes_and_the_bounds_of_builds_can_be_set(tmp_path: Path) -> None:
    own: dict[str, Any] = {
        "stem_memory_mb": 50,
        "compile_memory_mb": 512,
        "compile_seconds": 30.0,
        "compile_cache_mb": 64,
    }
    given = _given(tmp_path, prepared_dir=str(tmp_path / "shared"), **own)
    assert {name: getattr(given, name) for name in own} == own
    assert given.prepared_dir == tmp_path / "shared"


def test_the_defaults_of_both_models_agree(tmp_path: Path) -> None:
    given, usual = _given(tmp_path), ProcessSettings(state_dir=tmp_path)
    for name in ("stem_memory_mb", "compile_memory_mb", "compile_seconds", "compile_cache_mb",
                 "prepared_dir"):  # fmt: skip
        assert getattr(given, name) == getattr(usual, name), name
