"""Every path, link and command that README, docs, data/README and conf comments name exists."""

import re
import shlex
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from ecg_anomaly.cli.option_parser import make_parser

ROOT = Path(__file__).resolve().parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "data/README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
#: Pages, and other files in whose comments people look commands up.
SOURCES = [
    *PAGES,
    *sorted((ROOT / "conf").rglob("*.yaml")),
    *(p for p in sorted((ROOT / "docs/cluster").iterdir()) if p.suffix != ".md"),
    ROOT / "Makefile",
]


#: Stands for a name that the reader chooses.
PLACEHOLDER = "NAME"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def found(pattern: str) -> list[tuple[str, str]]:
    """Name each match of a pattern's group in any source: (source, match), each once."""
    matches = [(name_of(s), m) for s in SOURCES for m in re.findall(pattern, s.read_text())]
    matches = [(source, match) for source, match in matches if PLACEHOLDER not in match]
    assert matches, pattern
    return sorted(set(matches))


def commands(beginning: str) -> list[tuple[str, str]]:
    """List the commands of code blocks, comments and inline code that begin with some words.

    Lines that end in a backslash go on in the next one; what follows a ``#`` is no part of them.
    """
    listed = []
    for source in SOURCES:
        text = re.sub(r"\\\n\s*", "", source.read_text())
        for match in re.findall(rf"(?:\.venv/bin/)?({beginning} [^`\n]*)", text):
            command = re.split(r"\s+#|\s{3,}|`", match)[0].strip()
            listed.append((name_of(source), command))
    assert listed, beginning
    return sorted(set(listed))


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 150


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_into_a_page_leads_to_one_of_its_headings(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#]*)#([^)]+)\)", page.read_text()):
        if not target.startswith("http"):
            text = (page.parent / target if target else page).read_text()
            headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
            anchors = [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings]
            assert anchor in anchors


def test_every_page_is_linked_from_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    linked = {(ROOT / target).resolve() for target in re.findall(r"\]\(([^)#]+)", text)}
    assert {page for page in PAGES if page.name != "README.md"} <= linked


@pytest.mark.parametrize(
    ("source", "path"), found(r"(?<![\w/.{])((?:src|tests|conf|docs|\.ci)/[\w./-]*\w)")
)
def test_every_path_of_the_repository_exists(source: str, path: str) -> None:
    if path.endswith("/tuned.yaml"):  # a sweep writes it
        path = path.removesuffix("/tuned.yaml")
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("source", "path"), found(r"`(\w+/[\w/]+\.py|\w+/\w+/)`"))
def test_every_path_of_the_package_exists(source: str, path: str) -> None:
    assert any((folder / path).exists() for folder in (ROOT, ROOT / "src/ecg_anomaly"))


@pytest.mark.parametrize(("source", "module"), found(r"python -m (lab[\w.]*\w)"))
def test_every_module_that_is_run_exists(source: str, module: str) -> None:
    path = ROOT / "src" / module.replace(".", "/")
    assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


@pytest.mark.parametrize(("source", "module"), found(r"from (ecg_anomaly[\w.]*) import"))
def test_every_module_that_is_imported_exists(source: str, module: str) -> None:
    path = ROOT / "src" / module.replace(".", "/")
    assert path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


@pytest.mark.parametrize(("source", "target"), found(r"(?m)(?:^|`)make ([a-z]+)"))
def test_every_target_of_make_exists(source: str, target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("source", "command"), commands("dvc exp run"))
def test_every_experiment_composes(source: str, command: str) -> None:
    settings = [re.sub(r",.*", "", s) for s in re.findall(r"-S '?([a-z_.]+=[^\s']+)", command)]
    settings = [s for s in settings if not s.endswith(("=tuned", PLACEHOLDER))]  # none is there yet
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        compose("config", overrides=settings)


@pytest.mark.parametrize(("source", "command"), commands("ecg-anomaly score"))
def test_every_command_that_scores_is_understood(source: str, command: str) -> None:
    if command not in ("ecg-anomaly score --help", "ecg-anomaly score RECORD ..."):
        make_parser().parse_args(shlex.split(command)[1:])


@pytest.mark.parametrize(("source", "word"), found(r"\b((?:search|benchmark)=[a-z]\w*)"))
def test_every_choice_of_a_search_or_benchmark_exists(source: str, word: str) -> None:
    group, _, choice = word.partition("=")
    assert (ROOT / f"conf/{group}/{choice}.yaml").is_file()
