"""The space that a sweep searches: names of the configuration and what may stand there."""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import WAY_OUT, AxisConfig, SearchConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.axis_rules import check_axis, check_name
from ecg_anomaly.search.configuring import as_held, configure, value_of

if TYPE_CHECKING:
    from optuna import Trial

#: Groups that make the beats and not the network: a trial that changes them needs beats of its own.
BEAT_GROUPS = ("preprocess", "features")


@dataclass(frozen=True)
class Axis:
    """One searched key.

    Attributes
    ----------
    name : str
        Dotted, for example ``"model.units"`` or ``"features.synthesis.pause"``.
    config : AxisConfig
        Kind, and limits or choices.
    """

    name: str
    config: AxisConfig

    @property
    def choices(self) -> list[Any]:
        """Choices as a study holds them."""
        return [as_held(choice) for choice in self.config.choices]

    def suggest(self, trial: "Trial") -> Any:
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
        """Tell whether a value lies on the axis."""
        if self.config.kind == "choice":
            return any(value == c and type(value) is type(c) for c in self.choices)
        assert self.config.low is not None
        assert self.config.high is not None
        return bool(self.config.low <= value <= self.config.high)


def read_space(config: SearchConfig) -> tuple[Axis, ...]:
    """Read and check the space.

    Parameters
    ----------
    config : SearchConfig
        ``space`` maps group and key to an `AxisConfig`.

    Returns
    -------
    tuple of Axis
        In the order written.

    Raises
    ------
    UserError
        When the space is empty, or a name, kind, limit or choice is against its rule.
    """
    axes = tuple(
        Axis(f"{group}.{key}", axis)
        for group, keys in config.space.items()
        for key, axis in keys.items()
    )
    if not axes:
        raise UserError("search.space", "it is empty, there is nothing to search", WAY_OUT)
    for axis in axes:
        check_name(axis.name)
        check_axis(axis.name, axis.config)
        _check_values(axis)
    return axes


def changes_beats(axes: tuple[Axis, ...]) -> bool:
    """Tell whether trials see other beats, and not other networks alone."""
    return any(axis.name.partition(".")[0] in BEAT_GROUPS for axis in axes)


def configured_point(axes: tuple[Axis, ...], config: PipelineConfig) -> dict[str, Any]:
    """Return the configured value of every axis that it lies on."""
    point = {axis.name: value_of(config, axis.name) for axis in axes}
    return {axis.name: point[axis.name] for axis in axes if axis.holds(point[axis.name])}


def describe_space(axes: tuple[Axis, ...]) -> dict[str, str]:
    """Say each axis in one comparable text."""
    return {axis.name: json.dumps(asdict(axis.config), sort_keys=True) for axis in axes}


def describe_fixed(axes: tuple[Axis, ...], config: PipelineConfig) -> dict[str, str]:
    """Say what trials have in common: every key that can change a value and is not searched.

    Where trials change the beats, what else makes beats is named too; otherwise the digest of the
    features stands for it.
    """
    groups: dict[str, Any] = {name: asdict(getattr(config, name)) for name in ("model", "training")}
    groups["training"].pop("seed")
    if changes_beats(axes):
        groups |= {name: asdict(getattr(config, name)) for name in BEAT_GROUPS}
        dataset = config.dataset
        groups["dataset"] = {"leads": dataset.leads, "escape_beats": dataset.escape_beats}
    searched = {axis.name for axis in axes}
    return {name: str(value) for name, value in _leaves(groups).items() if name not in searched}


def _leaves(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        found |= _leaves(value, f"{name}.") if isinstance(value, dict) else {name: value}
    return found


def _check_values(axis: Axis) -> None:
    """Ask the rule of the key; a rule that reads other keys too is asked in each trial."""
    kind = int if axis.config.kind == "int" else float
    limits = [kind(limit) for limit in (axis.config.low, axis.config.high) if limit is not None]
    for value in axis.choices or limits:
        try:
            configure(PipelineConfig(), {axis.name: value})
        except UserError as error:
            if error.where == axis.name:
                raise UserError(f"search.space.{axis.name}", error.rule, WAY_OUT) from None
