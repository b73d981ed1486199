"""Descriptions of versions: the last decision above the card, and not longer than MLflow keeps."""

from pathlib import Path

import pytest

from ecg_anomaly.tracking.version_pages import (
    MOST_CHARACTERS,
    cards_of,
    describe_version,
    fit,
    show_in_use,
    write_decision,
)

CARD = "# A detector\n\nIts card.\n"


@pytest.fixture
def model(client, project: Path):
    """A registered model with one version, whose folder has a card."""
    client.create_registered_model("m")
    client.create_model_version("m", project.as_uri())
    (project / "card.md").write_text(CARD)
    describe_version(client, "m", "1", project)
    return client


def test_the_card_is_on_the_page_of_the_version(model):
    assert model.get_model_version("m", "1").description == CARD


def test_a_decision_replaces_the_one_before_and_keeps_the_card(model):
    for said in ("## Promotion: refused", "## Promotion: promoted"):
        write_decision(model, "m", "1", said)
        assert model.get_model_version("m", "1").description == f"{said}\n\n{CARD}"
    show_in_use(model, "m", "1")
    assert model.get_registered_model("m").description == f"In use: version 1.\n\n{CARD}"


def test_a_version_without_a_card_has_its_decision(model, project: Path):
    (project / "card.md").unlink()
    model.create_model_version("m", project.as_uri())
    describe_version(model, "m", "2", project)
    write_decision(model, "m", "2", "## Promotion: refused")
    assert model.get_model_version("m", "2").description == "## Promotion: refused"


def test_a_long_text_is_cut_between_paragraphs():
    text = fit("\n\n".join(["paragraph " * 20] * 100))
    assert len(text) <= MOST_CHARACTERS
    assert text.partition("\n\n(The rest")[0].endswith("paragraph ")
    assert len(fit("x" * 9000)) <= MOST_CHARACTERS
    assert fit("x") == "x"


def test_a_card_that_is_too_long_keeps_its_limits():
    limits = "\n\n## Limits\n\n- no children\n"
    text = fit("# A detector" + "\n\n| a table |" * 900 + limits)
    assert len(text) <= MOST_CHARACTERS
    assert text.endswith(f"card.md of the version.){limits}")
    assert len(fit("y" * 99 + "\n\n## Limits\n" + "x" * 9000)) <= MOST_CHARACTERS


def test_what_is_no_card_is_none():
    assert cards_of("## only a decision") == []
