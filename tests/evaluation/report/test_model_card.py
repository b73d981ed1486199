"""The card of a detector: where its data are from, under which licence, and what limits it."""

from dataclasses import replace
from pathlib import Path

import pytest

from default_config import dataset_config, features_config, pipeline_config
from ecg_anomaly.evaluation.report.model_card import (
    SOURCES,
    CardSources,
    read_card_sources,
    write_model_card,
)
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.errors import UserError

CLASSES = {"N": 1000, "S": 1, "V": 2, "F": 0, "Q": 0}
SPLITS = [
    {"split": split, "subjects": subjects, "classes": CLASSES}
    for split, subjects in (("train", ["a", "b"]), ("validation", ["c"]), ("test", ["d"]))
]
NETWORK = {"kind": "lstm_multitask", "networks": 3, "parameters": 81501}
METRICS = {
    "labelled": True,
    "detector": dict.fromkeys(("auroc", "average_precision", "precision", "recall", "f1"), 0.5),
    "intervals": [],
    "false_alarm_rate": {"stated": None, "realised": 0.0125},
}


def sources(**changes: object) -> CardSources:
    plain = CardSources(
        pipeline_config(), METRICS, {"stated_false_alarm_rate": 0.02}, NETWORK, SPLITS
    )
    return replace(plain, **changes)


def of_source(source: str) -> str:
    config = pipeline_config(dataset=dataset_config(source=source))
    return write_model_card(sources(config=config), "A detector")


def test_the_numbers_of_the_files_are_in_it():
    card = write_model_card(sources(), "A detector")
    assert card.startswith("# A detector\n\nNot a medical device")
    for said in (
        "81,501 weights", "share of 2%", "3 subjects", "N 2,000", "On 1 subjects", "95% intervals",
        "0.013",
    ):  # fmt: skip
        assert said in card, said
    assert [line for line in card.splitlines() if line.startswith("# ")] == ["# A detector"]


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_its_licence_and_no_subject_is_named(source: str):
    card = of_source(source)
    assert SOURCES[source] in card
    assert ("simulated patients" in card) == (source == "simulation")
    assert ("children" in card) == (source in ("mitdb", "svdb", "qtdb"))


def test_a_cohort_is_counted_by_database():
    config = pipeline_config(dataset=dataset_config(source="cohort", databases=["mitdb", "svdb"]))
    names = (["mitdb/100", "svdb/800"], ["svdb/802"], ["mitdb/101"])
    splits = [{**row, "subjects": s} for row, s in zip(SPLITS, names, strict=True)]
    card = write_model_card(sources(config=config, splits=splits), "A detector")
    assert f"{SOURCES['svdb']}: 2 subjects" in card
    assert "(1 of mitdb)" in card
    assert "mitdb/101" not in card


def test_the_intervals_are_named_where_they_have_a_say():
    for odds in (True, False):
        config = pipeline_config(features=features_config(interval_odds=odds))
        assert ("Long-Term AF" in write_model_card(sources(config=config), "A")) == odds


def test_without_labels_or_a_stated_rate_it_says_so():
    card = write_model_card(
        sources(metrics={"labelled": False}, threshold={}, network={**NETWORK, "networks": 1}), "A"
    )
    assert "no test beat has a label" in card
    assert "chosen on the validation subjects" in card
    assert "fold" not in card


def test_paragraphs_can_be_added_before_the_limits():
    card = write_model_card(sources(), "A", ["More of it.", ""])
    assert card.index("More of it.") < card.index("## Limits")


def test_files_are_read_from_where_the_pipeline_leaves_them(tmp_path: Path):
    for name, content in (
        ("report/metrics", METRICS), ("threshold/threshold", {}), ("training/network", NETWORK),
        ("beats/split", {"splits": SPLITS}),
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True)
        write_json(tmp_path / f"{name}.json", content)
    found = read_card_sources(tmp_path, pipeline_config())
    assert found == sources(threshold={})
    (tmp_path / "report/metrics.json").unlink()
    with pytest.raises(UserError, match=r"metrics\.json"):
        read_card_sources(tmp_path, pipeline_config())
