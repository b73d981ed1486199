"""Schema of the configuration of a sweep: the groups of a pipeline, and group `search`.

The pipeline's groups are those of params.yaml, with which the features were made that a sweep
trains on. Group `search` is not in params.yaml, because no stage reads it.
"""

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, get_type_hints

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.value_checks import check_choice, check_folder_name, check_range, check_seed
from ecg_anomaly.files.errors import UserError

SAMPLERS = ("tpe", "random")
PRUNERS = ("halving", "hyperband", "none")
OBJECTIVE_BEATS = ("labelled", "synthetic")

#: Groups inside another group, such as ``features.synthesis``.
INNER_GROUPS = frozenset(
    f"{group}.{key}"
    for group, kind in get_type_hints(PipelineConfig).items()
    for key, inner in get_type_hints(kind).items()
    if is_dataclass(inner)
)

WAY_OUT = "change it in conf/search/ or on the command line"


@dataclass
class ParameterConfig:
    """One parameter of the space; its rules are in `ecg_anomaly.search.parameter_rules`."""

    kind: str = "choice"
    low: float | None = None
    high: float | None = None
    log: bool = False
    choices: list[Any] = field(default_factory=list)


@dataclass(kw_only=True)
class SearchConfig:
    """The space, how it is searched, and where the study is kept."""

    study: str
    space: dict[str, Any]  # of dict[str, ParameterConfig]
    n_trials: int
    n_workers: int
    worker: int | None
    trial: int | None
    storage: str | None
    folder: str
    write_winner: bool
    sampler: str
    pruner: str
    first_rung: int
    reduction: int
    margin: float
    objective_beats: str
    timeout_s: float | None
    retries: int
    heartbeat_s: int
    seed: int

    def __post_init__(self) -> None:
        self.space = {group: _read_parameters(group, keys) for group, keys in self.space.items()}
        check_folder_name("search.study", self.study)
        check_choice("search.sampler", self.sampler, SAMPLERS)
        check_choice("search.pruner", self.pruner, PRUNERS)
        check_choice("search.objective_beats", self.objective_beats, OBJECTIVE_BEATS)
        check_seed("search.seed", self.seed)
        for key in ("n_trials", "first_rung", "heartbeat_s"):
            check_range(f"search.{key}", getattr(self, key), 1, low_included=True)
        for key in ("n_workers", "retries"):
            check_range(f"search.{key}", getattr(self, key), 0, low_included=True)
        if self.worker is not None:
            check_range("search.worker", self.worker, 0, low_included=True)
        check_range("search.reduction", self.reduction, 2, low_included=True)
        check_range("search.margin", self.margin, 0, 1, low_included=True)
        if self.timeout_s is not None:
            check_range("search.timeout_s", self.timeout_s)


def _read_parameters(group: str, keys: Any) -> dict[str, ParameterConfig]:
    """Convert the parameters of one group of the space to dataclasses; Hydra leaves them as dicts.

    Parameters of an inner group get a dotted name, such as ``synthesis.pause``.
    """
    where = f"search.space.{group}"
    if not isinstance(keys, dict):
        raise UserError(where, f"{keys!r} is no group of keys", WAY_OUT)
    parameters: dict[str, ParameterConfig] = {}
    for key, said in keys.items():
        if f"{group}.{key}" in INNER_GROUPS:
            inner = _read_parameters(f"{group}.{key}", said)
            parameters |= {f"{key}.{name}": found for name, found in inner.items()}
        else:
            parameters[key] = _read_parameter(f"{where}.{key}", said)
    return parameters


def _read_parameter(where: str, said: Any) -> ParameterConfig:
    if isinstance(said, ParameterConfig):
        return said
    known = [f.name for f in fields(ParameterConfig)]
    if not isinstance(said, dict) or not set(said) <= set(known):
        raise UserError(where, f"{said!r} is not made of {', '.join(known)}", WAY_OUT)
    for limit in (said.get("low"), said.get("high")):
        if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int | float)):
            raise UserError(where, f"{limit!r} is no number", WAY_OUT)
    if not isinstance(said.get("choices", []), list):
        raise UserError(where, f"choices {said['choices']!r} are no list", WAY_OUT)
    return ParameterConfig(**said)


@dataclass(kw_only=True)
class SearchRunConfig(PipelineConfig):
    """Everything that a sweep is run with."""

    search: SearchConfig
