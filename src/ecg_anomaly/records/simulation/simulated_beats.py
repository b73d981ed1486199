"""Draw the beats of a simulated recording: sinus, ectopic and escape beats, and arrhythmias."""

from dataclasses import replace

import numpy as np

from ecg_anomaly.records.simulation.beat_table import BeatBuilder, BeatTable
from ecg_anomaly.records.simulation.patient_rhythm import GRID_HZ, SinusSeries, draw_spells
from ecg_anomaly.records.simulation.patients import (
    BLOCK_FORM,
    CONDUCTED_FORM,
    ECTOPIC_P,
    ESCAPE_FORM,
    FIRST_FOCUS,
    FIRST_FUSION,
    FUSION_SHARES,
    SINUS_P,
    Patient,
)

# The ventricles stay refractory about this long.
REFRACTORY_S = 0.3
KINDS = ("atrial", "ventricular", "fusion", "junctional", "escape", "tachycardia")

#: In fibrillation intervals scatter about this share of the sinus interval: median, SD of the log.
FIBRILLATION = (0.85, 0.2)


def draw_beats(
    patient: Patient, sinus: SinusSeries, stop_s: float, rng: np.random.Generator
) -> BeatTable:
    """Draw the beats of a recording, from the start of the sinus series to `stop_s`.

    Parameters
    ----------
    patient : Patient
        The patient that is recorded.
    sinus : SinusSeries
        Intervals of the sinus node.
    stop_s : float
        No event starts after this time; a run that has started is finished.
    rng : numpy.random.Generator
        Source of the events.
    """
    walk = _Walk(patient, sinus, stop_s, rng)
    while walk.clock < stop_s:
        walk.step()
    return replace(walk.beats.build(), fibrillation_s=walk.fibrillation.edges_s)


class _Walk:
    """Steps through a recording event by event; `clock` is the last firing of the sinus node, s."""

    def __init__(
        self, patient: Patient, sinus: SinusSeries, stop_s: float, rng: np.random.Generator
    ) -> None:
        self.patient, self.rng, self.start_s = patient, rng, sinus.start_s
        self.fibrillation = draw_spells(patient.fibrillation, self.start_s, stop_s, rng)
        self.block = draw_spells(patient.block, self.start_s, stop_s, rng)
        self.grid = sinus.rr_s.tolist()
        self.clock = sinus.start_s
        self.beats = BeatBuilder()
        rates = np.array([getattr(patient.ectopy, kind) for kind in KINDS])
        self.limits = np.cumsum(rates).tolist()
        self.wait, self.bigeminy = 3, False

    def step(self) -> None:
        """Add a sinus beat or an event; an event is always followed by a sinus beat."""
        rr = self.rr_at(self.clock)
        kind = self.draw_kind()
        if self.fibrillation.hold(self.clock) and kind in (None, "atrial", "tachycardia"):
            self.beat_fibrillating(rr)
            return
        if kind is None:
            self.beat_sinus(rr)
            return
        getattr(self, f"beat_{kind}")(rr)
        self.wait = 1
        self.bigeminy = kind == "ventricular" and self.rng.random() < self.patient.ectopy.bigeminy

    def draw_kind(self) -> str | None:
        if self.wait:
            self.wait -= 1
            return None
        if self.bigeminy:
            return "ventricular"
        chance = self.rng.random()
        return next((k for k, x in zip(KINDS, self.limits, strict=True) if chance < x), None)

    def rr_at(self, time_s: float) -> float:
        """Sinus interval that starts at this time."""
        position = min((time_s - self.start_s) * GRID_HZ, len(self.grid) - 1.001)
        index = int(position)
        left, right = self.grid[index], self.grid[index + 1]
        return left + (right - left) * (position - index)

    def p_before(self, time_s: float, rr: float) -> float:
        """Middle of the P wave of a beat due at this time; PR shortens a little with the RR."""
        return time_s - self.patient.pr_s * rr**0.25

    def draw_length(self) -> int:
        """Beats in a premature event."""
        chance, ectopy = self.rng.random(), self.patient.ectopy
        if chance < ectopy.run:
            return int(self.rng.integers(3, 7))
        return 2 if chance < ectopy.run + ectopy.couplet else 1

    def beat_sinus(self, rr: float) -> None:
        self.clock += rr
        self.add_conducted(self.p_before(self.clock, rr))

    def beat_fibrillating(self, rr: float) -> None:
        """Add a beat while the atria fibrillate: no P wave, and no regular interval."""
        share, spread = FIBRILLATION
        self.clock += max(rr * share * np.exp(spread * self.rng.normal()), REFRACTORY_S + 0.05)
        self.add_conducted(np.nan)

    def add_conducted(self, p_time: float) -> None:
        """Add a beat conducted through the AV node, with or without bundle branch block."""
        blocked, patient = self.block.hold(self.clock), self.patient
        symbol, form = (
            (patient.block_symbol, BLOCK_FORM)
            if blocked
            else (patient.sinus_symbol, CONDUCTED_FORM)
        )
        self.beats.add(self.clock, symbol, form, p_time, SINUS_P)

    def beat_tachycardia(self, rr: float) -> None:
        """Let an atrial focus take over for some seconds, at a steady rate."""
        interval = max(rr * self.rng.uniform(0.5, 0.7), REFRACTORY_S + 0.05)
        for _ in range(int(self.rng.integers(15, 60))):
            self.clock += interval * self.rng.uniform(0.98, 1.02)
            p_time = self.p_before(self.clock, rr * 0.8)
            self.beats.add(self.clock, "A", CONDUCTED_FORM, p_time, ECTOPIC_P)

    def beat_atrial(self, rr: float) -> None:
        """Add early P waves with narrow QRS, which reset the sinus node: the pause is not full."""
        early = self.rng.uniform(*self.patient.ectopy.prematurity)
        interval = rr * (1 - early)
        for _ in range(self.draw_length()):
            self.clock += max(interval, REFRACTORY_S + 0.05)
            p_time = self.p_before(self.clock, rr * 0.8)
            self.beats.add(self.clock, "A", CONDUCTED_FORM, p_time, ECTOPIC_P)
            interval = rr * self.rng.uniform(0.6, 0.75)
        # The way into the node and out again takes time, less than the beat was early.
        self.clock += rr * early * self.rng.uniform(0.0, 0.4)

    def beat_ventricular(self, rr: float) -> None:
        """Add wide QRS complexes without P waves of their own, then a compensatory pause.

        The sinus node runs on, but its next beat is blocked.
        """
        ectopy, due = self.patient.ectopy, self.clock + rr
        coupling = min(self.rng.normal(ectopy.coupling, ectopy.coupling_sd), 0.92)
        time, p_time = self.clock + max(rr * coupling, REFRACTORY_S + 0.05), self.p_before(due, rr)
        for _ in range(self.draw_length()):
            form = FIRST_FOCUS + int(self.rng.integers(ectopy.n_foci))
            self.beats.add(time, "V", form, p_time, SINUS_P)
            p_time = np.nan
            time += max(rr * self.rng.uniform(0.5, 0.65), REFRACTORY_S + 0.05)
        self.skip_blocked(due, rr)

    def skip_blocked(self, due: float, rr: float) -> None:
        """Block sinus beats until one finds the ventricles recovered."""
        self.clock = due
        while self.clock + self.rr_at(self.clock) < self.beats.last_time_s + 0.75 * rr:
            self.clock += self.rr_at(self.clock)

    def beat_fusion(self, rr: float) -> None:
        """Add a fusion of a sinus and a ventricular beat: R a little early, P on time."""
        due = self.clock + rr
        time = self.clock + rr * self.rng.uniform(0.93, 0.99)
        form = FIRST_FUSION + int(self.rng.integers(len(FUSION_SHARES)))
        self.beats.add(time, "F", form, self.p_before(due, rr), SINUS_P)
        self.clock = due

    def beat_junctional(self, rr: float) -> None:
        self.pause(rr, "j", CONDUCTED_FORM, 0.1 if self.patient.ectopy.retrograde_p else np.nan)

    def beat_escape(self, rr: float) -> None:
        self.pause(rr, "E", ESCAPE_FORM, np.nan)

    def pause(self, rr: float, symbol: str, form: int, p_delay: float) -> None:
        """Stop the sinus node while a focus below it beats once or a few times."""
        interval = max(self.patient.ectopy.escape_interval_s, 1.3 * rr)
        for _ in range(1 + int(self.rng.random() < 0.25) * int(self.rng.integers(1, 3))):
            self.clock += interval * self.rng.uniform(0.96, 1.04)
            self.beats.add(self.clock, symbol, form, self.clock + p_delay, ECTOPIC_P)
