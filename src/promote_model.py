"""Promote the challenger to champion if it is not worse on a frozen protocol, or roll back.

    python src/promote_model.py                              compare, and promote what holds
    python src/promote_model.py promotion.action=rollback    the champion before is in use again

Exit status 3 when the challenger is refused.
"""

import sys
from dataclasses import asdict
from pathlib import Path

from ecg_anomaly.config.hydra_entry import promotion
from ecg_anomaly.config.promotion_schema import PromotionRunConfig
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.detector.protocol_scoring import score_protocol
from ecg_anomaly.evaluation.promotion.gate import GateRow, compare_figures, compare_speed
from ecg_anomaly.evaluation.promotion.promotion_decision import (
    PromotionDecision,
    decide_promotion,
    describe_decision,
)
from ecg_anomaly.evaluation.promotion.protocol import Protocol, open_protocol
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.model_versions import ModelVersions, open_versions
from ecg_anomaly.tracking.promotion_checks import check_comparable, check_protocol
from ecg_anomaly.tracking.promotions import promote, record_decision, roll_back

NOT_PROMOTED = 3


def promote_model(config: PromotionRunConfig) -> None:
    """Decide on the challenger, or roll back; what was done is written to MLflow and printed."""
    with open_versions(config.tracking) as versions:
        if config.promotion.action == "rollback":
            champion, former = roll_back(versions, config.promotion.reason)
            print(f"version {former} is in use again, {champion} is not")
            return
        decision = decide(versions, config)
    if not decision.promotes:
        print(f"not promoted: {', '.join(decision.broken) or 'nothing could be measured'}")
        sys.exit(NOT_PROMOTED)


def decide(versions: ModelVersions, config: PromotionRunConfig) -> PromotionDecision:
    """Compare challenger and champion, record the decision, and carry it out."""
    settings = config.promotion
    challenger, champion = versions.find_challenger(settings.challenger), versions.find_champion()
    try:
        protocol, rows = compare(versions, config, challenger, champion)
        said, digest = protocol.describe(), protocol.digest
    except UserError as error:
        if not settings.force:
            raise
        rows, said, digest = [], f"without a comparison ({error.where}: {error.rule})", ""
    decision = decide_promotion(rows, said, digest, settings.reason if settings.force else "")
    record_decision(versions, decision, challenger, champion, config.dataset.name, settings.records)
    if decision.promotes:
        promote(versions, challenger, champion)
    print(describe_decision(decision, challenger, champion))
    return decision


def compare(
    versions: ModelVersions, config: PromotionRunConfig, challenger: str, champion: str
) -> tuple[Protocol, list[GateRow]]:
    """Score the protocol with both detectors, and compare figure by figure."""
    settings = config.promotion
    check_comparable(versions, challenger, champion)
    split, records = Path(settings.split), Path(settings.records)
    protocol = open_protocol(records, split, config.dataset.exclude)
    check_protocol(versions, protocol.digest, settings.protocol)
    with versions.fetch(champion) as old, versions.fetch(challenger) as new:
        detectors = [load_detector(folder) for folder in (old, new)]
        (one, one_s), (two, two_s) = score_protocol(
            detectors, protocol.read(), config.dataset.escape_beats
        )
    rows = compare_figures(
        one, two, asdict(settings.margins),
        settings.bootstrap_samples, settings.confidence, settings.seed,
    )  # fmt: skip
    return protocol, [*rows, compare_speed(one_s, two_s, settings.slowdown)]


if __name__ == "__main__":
    promotion(promote_model)()
