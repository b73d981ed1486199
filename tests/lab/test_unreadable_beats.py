"""Annotated beats that are called unreadable, counted by class and reason."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from default_config import pipeline_config
from lab import unreadable_beats
from lab.unreadable_beats import count_unreadable, parse_arguments, tabulate_unreadable

CONFIG = pipeline_config()


def test_clean_beats_can_be_read_and_those_in_noise_are_counted(simulated_records):
    record = simulated_records[0]
    clean = count_unreadable([record], CONFIG)
    assert sum(n for (_, _, why), n in clean.items() if why == "") > 0.85 * clean.total()
    muscle = np.random.default_rng(0).normal(0, 1.0, record.signal.shape).astype(np.float32)
    noisy = count_unreadable([replace(record, signal=record.signal + muscle)], CONFIG)
    lost = sum(n for (_, _, why), n in noisy.items() if why in ("noise", "no clear QRS"))
    assert lost > 0.5 * noisy.total()


def test_beats_that_another_lead_can_read_are_not_lost(simulated_records):
    record = simulated_records[0]
    signal = record.signal.copy()
    signal[: len(signal) // 2, 0] = 0
    found = count_unreadable([replace(record, signal=signal)], CONFIG)
    first = sum(n for (_, why, _), n in found.items() if why == "flat")
    assert first > 0.4 * found.total()
    assert sum(n for (*_, why), n in found.items() if why == "flat") == 0


def test_a_table_has_a_row_of_each_class_and_their_sum():
    counts = Counter(
        {
            ("N", "", ""): 198,
            ("N", "noise", "noise"): 1,
            ("N", "flat", ""): 1,
            ("V", "flat", "flat"): 1,
            ("V", "", ""): 3,
        }
    )
    rows = tabulate_unreadable({"svdb": counts}).splitlines()
    assert rows[0] == "| database | class | beats | first lead | unreadable | flat | noise |"
    assert rows[2:] == [
        "| svdb | N | 200 | 1.00 % | 0.50 % | 0.00 % | 0.50 % |",
        "| svdb | V | 4 | 25.00 % | 25.00 % | 25.00 % | 0.00 % |",
        "| svdb | all | 204 | 1.47 % | 0.98 % | 0.49 % | 0.49 % |",
    ]


def test_refused_records_are_named_and_left_out(tmp_path, capsys):
    (tmp_path / "own").mkdir()
    (tmp_path / "own/bad.hea").write_text("bad 1 0 10\n")
    (tmp_path / "own/RECORDS").write_text("bad\n")
    assert list(unreadable_beats.read_database(tmp_path, "own")) == []
    assert "left out" in capsys.readouterr().out


def test_the_page_in_the_repository_has_its_marks_once():
    assert parse_arguments([]).databases == unreadable_beats.DATABASES
    page = Path(__file__).resolve().parents[2] / "docs" / unreadable_beats.PAGE
    text = page.read_text("utf-8")
    assert text.count(unreadable_beats.BEGIN) == text.count(unreadable_beats.END) == 1
