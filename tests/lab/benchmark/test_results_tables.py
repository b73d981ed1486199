from pathlib import Path

import pytest
import yaml

from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.errors import UserError
from lab.benchmark import results_tables
from lab.benchmark.results_tables import RESULTS_BEGIN as BEGIN
from lab.benchmark.results_tables import RESULTS_END as END
from lab.benchmark.results_tables import render_table, update_results

ROOT = Path(__file__).resolve().parents[3]
MARKS = {
    "ablation": results_tables.ablation_marks("ablation"),
    "cohort_ablation": results_tables.ablation_marks("cohort_ablation"),
    "sizes": (results_tables.SIZES_BEGIN, results_tables.SIZES_END),
}


def metrics(auroc):
    decisions = {"f1": auroc, "false_alarm_rate": {"realised": auroc}, "veb": {"f1": auroc}}
    return {
        "reference_positions": {
            "auroc": auroc,
            "average_precision": auroc,
            "mean_over_records": {"auroc": auroc},
            "decisions": {"false_alarm_rate": decisions},
        }
    }


@pytest.fixture
def folder(tmp_path):
    ensemble = metrics(0.987)
    ensemble["detail"] = {"intervals": [{"figure": "auroc", "low": 0.91, "high": 0.99}]}
    row = {
        "name": "normal_only",
        "model": "lstm_contrast",
        "threshold": "false_alarm_rate",
        "seeds": [{}, {}, {}],
        "over_seeds": metrics({"mean": 0.9812, "sd": 0.002}),
        "ensemble": ensemble,
    }
    content = {
        "protocol": "inter_patient",
        "detectors": [row],
        "baselines": [{"name": "rule_b", **metrics(0.968)}],
    }
    write_json(tmp_path / "results" / "inter_patient.json", content)
    return tmp_path / "results"


def test_the_table_has_a_row_for_seeds_ensemble_and_each_baseline(folder):
    lines = render_table(folder).splitlines()
    assert "0.981 ± 0.002" in lines[2]
    assert "0.987 [0.910, 0.990]" in lines[3]
    assert lines[4].startswith("| inter_patient | rule_b | 0.968 |")
    assert len({line.count("|") for line in lines}) == 1


def test_the_page_changes_between_the_marks_alone(folder, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold table\n{END}\nafter\n", encoding="utf-8")
    update_results(page, folder)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "old table" not in text
    update_results(page, folder)
    assert page.read_text(encoding="utf-8") == text


def test_a_page_without_marks_stays_as_it_is(folder, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("no marks\n", encoding="utf-8")
    update_results(page, folder)
    update_results(tmp_path / "absent.md", folder)
    assert page.read_text(encoding="utf-8") == "no marks\n"
    assert not (tmp_path / "absent.md").exists()


@pytest.mark.parametrize("text", [BEGIN, END, f"{END}{BEGIN}", f"{BEGIN}{BEGIN}{END}"])
def test_damaged_marks_are_the_users_to_mend(folder, tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="once each"):
        update_results(page, folder)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "conf/benchmark").glob("*.yaml")), ids=lambda p: p.stem
)
def test_the_page_of_a_protocol_has_its_marks_once(path):
    page = (ROOT / yaml.safe_load(path.read_text("utf-8"))["benchmark"]["page"]).read_text("utf-8")
    begin, end = MARKS.get(path.stem, (BEGIN, END))
    assert page.count(begin) == page.count(end) == 1
