"""The space that a sweep searches: configuration keys, and the values that trials may try."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from optuna import Trial

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import WAY_OUT, ParameterConfig, SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.parameter_rules import check_parameter, check_parameter_name
from ecg_anomaly.search.trials import configure, to_study, value_of

#: Groups that make the beats and not the network: a trial that changes them needs beats of its own.
BEAT_GROUPS = ("preprocess", "features")


@dataclass(frozen=True)
class SearchParameter:
    """One searched key.

    Attributes
    ----------
    name : str
        Dotted, for example ``"model.units"`` or ``"features.synthesis.pause"``.
    config : ParameterConfig
        Kind, and limits or choices.
    """

    name: str
    config: ParameterConfig

    @property
    def choices(self) -> list[Any]:
        """Choices as a study holds them."""
        return [to_study(choice) for choice in self.config.choices]

    def suggest(self, trial: Trial) -> Any:
        """Let a trial draw a value."""
        low, high = self.config.low, self.config.high
        if self.config.kind == "choice":
            return trial.suggest_categorical(self.name, self.choices)
        assert low is not None
        assert high is not None
        if self.config.kind == "int":
            return trial.suggest_int(self.name, int(low), int(high), log=self.config.log)
        return trial.suggest_float(self.name, low, high, log=self.config.log)

    def holds(self, value: Any) -> bool:
        """Tell whether a value may be tried."""
        if self.config.kind == "choice":
            return any(value == c and type(value) is type(c) for c in self.choices)
        assert self.config.low is not None
        assert self.config.high is not None
        return bool(self.config.low <= value <= self.config.high)


def read_space(config: SearchRunConfig) -> tuple[SearchParameter, ...]:
    """Read and check the space.

    Parameters
    ----------
    config : SearchRunConfig
        ``search.space`` maps group and key to a `ParameterConfig`; the other groups are what its
        values are checked with.

    Returns
    -------
    tuple of SearchParameter
        In the order written.

    Raises
    ------
    UserError
        When the space is empty, or a name, kind, limit or choice is against its rule.
    """
    parameters = tuple(
        SearchParameter(f"{group}.{key}", parameter)
        for group, keys in config.search.space.items()
        for key, parameter in keys.items()
    )
    if not parameters:
        raise UserError("search.space", "it is empty, there is nothing to search", WAY_OUT)
    for parameter in parameters:
        check_parameter_name(parameter.name)
        check_parameter(parameter.name, parameter.config)
        _check_values(parameter, config)
    return parameters


def changes_beats(parameters: tuple[SearchParameter, ...]) -> bool:
    """Tell whether trials see other beats, and not other networks alone."""
    return any(parameter.name.partition(".")[0] in BEAT_GROUPS for parameter in parameters)


def configured_point(
    parameters: tuple[SearchParameter, ...], config: PipelineConfig
) -> dict[str, Any]:
    """Return the configured value of every parameter for which it may be tried."""
    point = {parameter.name: value_of(config, parameter.name) for parameter in parameters}
    return {
        parameter.name: point[parameter.name]
        for parameter in parameters
        if parameter.holds(point[parameter.name])
    }


def describe_space(parameters: tuple[SearchParameter, ...]) -> dict[str, str]:
    """Describe each parameter in one comparable text."""
    return {
        parameter.name: json.dumps(asdict(parameter.config), sort_keys=True)
        for parameter in parameters
    }


def describe_fixed(
    parameters: tuple[SearchParameter, ...], config: PipelineConfig
) -> dict[str, str]:
    """Describe what trials have in common: every key that can change a value and is not searched.

    Where trials change the beats, what else makes beats is named too; otherwise the digest of the
    features stands for it.
    """
    groups: dict[str, Any] = {name: asdict(getattr(config, name)) for name in ("model", "training")}
    groups["training"].pop("seed")
    if changes_beats(parameters):
        groups |= {name: asdict(getattr(config, name)) for name in BEAT_GROUPS}
        dataset = config.dataset
        groups["dataset"] = {"leads": dataset.leads, "escape_beats": dataset.escape_beats}
    searched = {parameter.name for parameter in parameters}
    return {name: str(value) for name, value in _leaves(groups).items() if name not in searched}


def _leaves(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        found |= _leaves(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found


def _check_values(parameter: SearchParameter, config: PipelineConfig) -> None:
    """Ask the rule of the key; a rule that reads other keys too is asked in each trial."""
    kind = int if parameter.config.kind == "int" else float
    limits = [
        kind(limit) for limit in (parameter.config.low, parameter.config.high) if limit is not None
    ]
    for value in parameter.choices or limits:
        try:
            configure(config, {parameter.name: value})
        except UserError as error:
            if error.where == parameter.name:
                raise UserError(f"search.space.{parameter.name}", error.rule, WAY_OUT) from None
