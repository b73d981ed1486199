"""The configuration as MLflow parameters, and the key by which stages find their common run."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig

#: MLflow refuses longer values.
MOST_CHARACTERS = 6000


def flatten_config(config: PipelineConfig) -> dict[str, str]:
    """Every configuration key that can change a number, dotted, with its value as text."""
    return {key: str(value)[:MOST_CHARACTERS] for key, value in _leaves("", _method(config))}


def pipeline_key(config: PipelineConfig, commit: str) -> str:
    """Identify the run that the stages of one pipeline run share.

    Stages are separate processes, and a file that carried the run's id between them would
    change with every run and make DVC run everything after it.
    """
    text = json.dumps([_method(config), commit], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _method(config: PipelineConfig) -> dict[str, Any]:
    groups = asdict(config)
    groups.pop("tracking")
    return groups


def _leaves(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(f"{prefix}.{key}" if prefix else key, inner)
    else:
        yield prefix, value
