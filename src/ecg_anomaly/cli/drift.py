"""The command ``ecg-anomaly drift``: compares a site's recordings with a reference."""

import sys
from argparse import Namespace
from pathlib import Path

from ecg_anomaly.archive.drift.drift_comparison import compare_values, describe_drift
from ecg_anomaly.archive.drift.drift_page import render_drift
from ecg_anomaly.archive.drift.drift_reference import read_reference
from ecg_anomaly.archive.drift.site_profiles import read_site
from ecg_anomaly.archive.scoring_process import load_chosen
from ecg_anomaly.cli.detector_choice import find_detector
from ecg_anomaly.cli.output_lines import print_line
from ecg_anomaly.cli.score import FOUND
from ecg_anomaly.detector.pretrained import PRETRAINED
from ecg_anomaly.files.atomic import write_json, write_text

#: Files of the output folder.
PAGE, NUMBERS = "drift.html", "drift.json"


def compare_with_reference(options: Namespace) -> int:
    """Compare recordings with those that a detector was made with, or with another table.

    Parameters
    ----------
    options : argparse.Namespace
        From the parser of `ecg_anomaly.cli.main`.

    Returns
    -------
    int
        Exit status: 0, or `FOUND` when a measure drifts.

    Raises
    ------
    UserError
        When recordings, detector or reference cannot be read, or are too few.
    """
    rate, output = options.false_alarm_rate, Path(options.output)
    with find_detector(options.detector) as folder:
        sha256 = load_chosen(folder).sha256
        if options.reference:
            reference = read_site(options.reference, folder, sha256)
        else:
            reference = read_reference(folder)
        site = read_site(options.site, folder, sha256)
    found = compare_values(reference, site, rate)
    name = options.reference or options.detector or PRETRAINED
    write_text(output / PAGE, render_drift(found, options.site, name, rate))
    numbers = {
        d.name: {"p": d.p, "distance": d.distance, "subjects": len(d.site), "drifts": d.drifts}
        for d in found
    }
    write_json(output / NUMBERS, {"false_alarm_rate": rate, "measures": numbers})
    if options.track:
        from ecg_anomaly.tracking.drift_runs import log_drift

        log_drift(numbers, options.site, name)
    print_line(f"{describe_drift(found)} -> {output / PAGE}", sys.stdout)
    return FOUND if any(drift.drifts for drift in found) else 0
