"""What a study was made with: its trials can be compared as long as that is the same."""

import optuna

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.space import Axis, describe_fixed, describe_space

#: Attribute of a study that says what its trials have in common.
METHOD = "method"


def describe_method(config: SearchRunConfig, axes: tuple[Axis, ...], data: str) -> dict[str, str]:
    """Say what can change the value of a trial beside its own draws, each in a short text."""
    fixed = describe_fixed(axes, config)
    space = {f"space of {name}": text for name, text in describe_space(axes).items()}
    search = {f"search.{key}": str(getattr(config.search, key)) for key in ("judged", "seed")}
    return {**space, **fixed, **search, "data/features": data[:16]}


def check_method(study: optuna.Study, method: dict[str, str]) -> None:
    """Refuse a study that was made with something else.

    Raises
    ------
    UserError
        Names the first difference.
    """
    theirs: dict[str, str] = study.user_attrs.get(METHOD, {})
    for name in [*method, *theirs]:
        if method.get(name) != theirs.get(name):
            rule = (
                f"the study {study.study_name!r} was made with {name} "
                f"{theirs.get(name, '(not searched)')}, not {method.get(name, '(not searched)')}"
            )
            raise UserError("search.study", rule, "choose another name, or what it was made with")
