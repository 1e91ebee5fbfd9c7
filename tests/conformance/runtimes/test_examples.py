"""The sample actions do what their documentation says, on the text that is shipped with them."""

import re
from pathlib import Path
from typing import Any

from tests import parts
from tests.architecture.tree import ROOT
from tests.conformance.runtimes.bundles import zipped
from tests.conformance.runtimes.launcher import Launcher

EXAMPLES = ROOT / "examples"
RAVEN = (EXAMPLES / "raven.txt").read_text(encoding="utf-8")


def _run(name: str, scratch: Path, value: dict[str, Any], **members: str) -> Any:
    kind = "python" if name.endswith(".py") else "nodejs"
    with Launcher(kind, scratch) as launcher:
        code = (EXAMPLES / name).read_text(encoding="utf-8")
        assert launcher.init(code, name=name.partition(".")[0]).json == {"ok": True}
        answer = launcher.run(value, **members)
        assert answer.status == 200
        assert answer.stderr == ""
        return answer.json


def test_hello_greets_in_both_languages(tmp_path: Path) -> None:
    parts.node()
    for name in ("hello.py", "hello.js"):
        assert _run(name, tmp_path, {"name": "Ada"}) == {"greeting": "Hello, Ada!"}
        assert _run(name, tmp_path, {}) == {"greeting": "Hello, stranger!"}


def test_wordcount_counts_the_words_of_the_raven(tmp_path: Path) -> None:
    result = _run("wordcount.py", tmp_path, {"text": RAVEN, "top": 3})
    apostrophe = "\u2019"
    pieces = re.findall(rf"[a-z{apostrophe}]+", RAVEN.lower().replace("1845", ""))
    words = [word for piece in pieces if (word := piece.strip(apostrophe))]
    assert result["words"] == len(words)
    assert result["different"] == len(set(words))
    expected = sorted(set(words), key=words.count, reverse=True)[:3]
    assert result["top"] == [{"word": word, "count": words.count(word)} for word in expected]


def test_wordcount_without_words_is_an_application_error(tmp_path: Path) -> None:
    result = _run("wordcount.py", tmp_path, {"text": " 17 "})
    assert result == {"error": "There are no words: give a text with --param text."}


def test_the_sequence_finds_what_the_raven_says(tmp_path: Path) -> None:
    parts.node()
    split = _run("split.js", tmp_path, {"text": RAVEN, "top": 5})
    assert split["words"].count("nevermore") == 11
    result = _run("wordcount.py", tmp_path, split)
    top = {entry["word"]: entry["count"] for entry in result["top"]}
    assert len(top) == 5
    assert top["nevermore"] == 11
    assert top["door"] == len(re.findall(r"\bdoor\b", RAVEN))


def test_the_page_greets_and_never_trusts_its_visitor(tmp_path: Path) -> None:
    request = {"name": "<script>alert(1)</script>", "__ow_method": "get", "__ow_path": "/a&b"}
    answer = _run("page.py", tmp_path, request, activation_id="a1", action_name="/guest/page")
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"].startswith("text/html")
    body = answer["body"]
    assert "<script>" not in body
    assert "Hello, &lt;script&gt;alert(1)&lt;/script&gt;!" in body
    assert "GET /a&amp;b" in body
    assert "a1" in body
    assert "http" not in body.lower().replace("http-equiv", "")


def test_textstats_runs_from_a_zip_with_its_dependency(tmp_path: Path) -> None:
    folder = EXAMPLES / "textstats"
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.py")
    }
    with Launcher("python", tmp_path) as launcher:
        assert launcher.init_archive(zipped(files)).json == {"ok": True}
        statistics = launcher.run({"text": "The cat sat. The dog was wanted there!"}).json
        assert statistics == {
            "sentences": 2,
            "words": 8,
            "syllables": 9,
            "words_per_sentence": 4.0,
            "reading_ease": 107.6,
        }
        raven = launcher.run({"text": RAVEN}).json
        assert raven["words"] > 1000
        assert 60 < raven["reading_ease"] < 100
        assert list(launcher.run({"text": ""}).json) == ["error"]
