"""Writes the best trial of a study as configuration of the pipeline: conf/*/tuned.yaml."""

import re
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.atomic import write_text
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.space import BEAT_GROUPS
from ecg_anomaly.search.trials import SweepTrial, best_trial, configure

#: A line of a configuration file: key, value, comment.
_LINE = re.compile(r"(?P<in> *)(?P<key>\w+):[ \t]*(?P<value>[^#\n]*?)(?P<comment>[ \t]*#.*)?")

#: Commented files whose order and notes the training of each kind of network takes over.
_TRAINING = {"lstm_autoencoder": "autoencoder", "lstm_classifier": "classifier"}


def choose_winner(trials: list[SweepTrial], study: str) -> SweepTrial:
    """Return the best trial of a study.

    Raises
    ------
    UserError
        When no trial has finished.
    """
    best = best_trial(trials)
    if best is None:
        rule = f"no trial of the study {study!r} has finished"
        raise UserError("search", rule, "call it again, or change the space")
    return best


def write_winner(winner: SweepTrial, config: SearchRunConfig, conf: Path) -> list[Path]:
    """Write ``tuned.yaml`` with every key of its group: of model, training, and what was searched.

    Parameters
    ----------
    winner : SweepTrial
        The best trial.
    config : SearchRunConfig
        What its values stand beside. The seed stays the configured one: it is no merit.
    conf : Path
        Folder of the configuration.

    Returns
    -------
    list of Path
        The files.
    """
    tuned = configure(config, winner.params)
    searched = {name.partition(".")[0] for name in winner.params}
    sources = {
        "model": f"model/{tuned.model.kind}.yaml",
        "training": f"training/{_TRAINING.get(tuned.model.kind, 'default')}.yaml",
        **{group: f"{group}/default.yaml" for group in BEAT_GROUPS if group in searched},
    }
    command = "dvc exp run " + " ".join(f"-S {group}=tuned" for group in sources)
    written = []
    for group, source in sources.items():
        path = conf / group / "tuned.yaml"
        notes = (conf / source).read_text(encoding="utf-8")
        header = f"{_tell(group, winner, config, tuned)}\n#   {command}\n"
        write_text(path, header + restate(notes, asdict(getattr(tuned, group))))
        written.append(path)
    return written


def restate(text: str, values: dict[str, Any]) -> str:
    """Put values into a configuration file and keep its comments and order.

    Parameters
    ----------
    text : str
        A file of plain ``key: value  # comment`` lines, those of a group indented below its name;
        the first paragraph of comments is left out.
    values : dict
        By key; keys of the file's own level that it lacks follow at the end.
    """
    lines, left, begun, group = [], dict(values), False, values
    for line in text.splitlines():
        begun = begun or not line.startswith("#")
        found = _LINE.fullmatch(line)
        if found is not None and not found["in"]:
            group = left
        if found is None or found["key"] not in group:
            lines += [line] if begun else []
            continue
        value = group.pop(found["key"])
        if isinstance(value, dict):
            lines.append(line)
            group = dict(value)
            continue
        plain = f"{found['in']}{found['key']}: {_say(value)}"
        comment = (found["comment"] or "").strip()
        lines.append(f"{plain:22} {comment}".rstrip())
    return "\n".join([*lines, *(f"{key}: {_say(value)}" for key, value in left.items())]) + "\n"


def _tell(group: str, winner: SweepTrial, config: SearchRunConfig, tuned: PipelineConfig) -> str:
    """Tell in comment lines where the values of a group come from."""
    searched = sorted(n.partition(".")[2] for n in winner.params if n.startswith(f"{group}."))
    story = (
        f"Written by src/search_architecture.py: study {config.search.study}, trial "
        f"{winner.number}, {tuned.model.kind} on {config.dataset.name}, validation average "
        f"precision by subject {winner.value:.5f} ({config.search.objective_beats} beats). "
        f"Searched: {', '.join(searched) or 'nothing of this group'}."
    )
    return "\n".join(f"# {line}" for line in textwrap.wrap(story, 98))


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_say, value))}]"
    if isinstance(value, float):
        text = f"{value:.4g}"
        # YAML 1.1 takes 1e-05 for a word: a number needs its point.
        return text if "e" not in text or "." in text else text.replace("e", ".0e")
    return str(value)
