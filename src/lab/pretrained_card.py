"""Put a trained detector into the package, and write its card.

ECG_ANOMALY_DATA=FOLDER dvc exp run -S experiment=pretrained
python -m lab.pretrained_card

The card is written from files that the pipeline and the benchmark wrote: nothing in it is typed.
"""

import shutil
from pathlib import Path

from ecg_anomaly.config.params_file import read_params
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.loading import DIGESTS, PARTS, REFERENCE, load_detector
from ecg_anomaly.detector.pretrained import CARD, CARD_PAGE, PRETRAINED
from ecg_anomaly.evaluation.report.card_page import render_card
from ecg_anomaly.evaluation.report.model_card import read_card_sources, write_model_card
from ecg_anomaly.features.interval_network import WEIGHTS
from ecg_anomaly.files.atomic import replace_folder, write_text
from ecg_anomaly.files.data_files import read_json
from lab.benchmark.results_tables import RESULTS_HEADER, render_protocol
from lab.doc_pages import page_options

#: The heading of its card.
TITLE = "The detector that comes with ecg-anomaly"


def install(root: Path, package: Path) -> None:
    """Copy the detector of a finished pipeline into the package, with its card.

    Parameters
    ----------
    root : Path
        Folder of params.yaml and data/.
    package : Path
        Folder of the package ``ecg_anomaly``.
    """
    model = root / "data/model"
    load_detector(model)  # refuses one that is not whole
    with replace_folder(package / PRETRAINED) as folder:
        optional = [REFERENCE] if (model / REFERENCE).is_file() else []
        for name in (*PARTS, *optional, DIGESTS):
            shutil.copyfile(model / name, folder / name)
        shutil.copyfile(WEIGHTS, folder / WEIGHTS.name)
        card = write_card(root)
        write_text(folder / CARD, card)
        write_text(folder / CARD_PAGE, render_card(card))


def write_card(root: Path) -> str:
    """Write the card of the detector of a finished pipeline, as Markdown."""
    config = read_params(root)
    more = [_table_left_out(root / "data/benchmark/leave_one_database_out.json")]
    card = write_model_card(read_card_sources(root / "data", config), TITLE, more)
    return f"{card}\n## To make it again\n\n{_describe_command(config)}\n"


def _table_left_out(path: Path) -> str:
    if not path.is_file():
        return ""
    said = "With a whole database left out of training, the same method gives on that database:"
    return "\n".join([said, "", RESULTS_HEADER, *render_protocol(read_json(path))])


def _describe_command(config: PipelineConfig) -> str:
    commands = (
        "ECG_ANOMALY_DATA=FOLDER dvc exp run -S experiment=pretrained",
        "python -m lab.pretrained_card",
    )
    said = f"with {', '.join(config.dataset.databases)} in FOLDER, or downloaded from PhysioNet; "
    seed = f"seed {config.training.seed}. On another processor weights differ in their last digits."
    return "\n".join(["```", *commands, "```", "", said + seed])


def main() -> None:
    """Install the detector of the checkout's pipeline."""
    options = page_options(__doc__).parse_args()
    install(options.root, options.root / "src/ecg_anomaly")


if __name__ == "__main__":
    main()
