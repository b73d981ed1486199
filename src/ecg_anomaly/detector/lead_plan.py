"""Plan which leads of a recording are read, and choose the lead that each beat is read on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.lead_choice import choose_lead_of_beats, rank_choices
from ecg_anomaly.beats.readability import TRUSTED_QUALITY, is_hidden
from ecg_anomaly.beats.window_cutting import CutBeats

#: Most leads on which R peaks are looked for: a standard ECG has 12, and the further leads of a
#: body surface map add nothing to the times of the beats.
MOST_LEADS = 12

#: Name of a lead of the detector that the recording lacks.
ABSENT = "absent"


@dataclass(frozen=True)
class LeadPlan:
    """The leads of one recording that a detector reads.

    Attributes
    ----------
    order : list of int
        Columns of the recording in the order in which their signals are held: the lead on which R
        peaks are placed comes first. Of more than `MOST_LEADS` the leads of the first choice, and
        the first leads of the next ones.
    choices : list of list of int
        Leads that a beat can be read on, best first, as places in `order`; -1 for a lead that the
        recording lacks.
    names : list of tuple of str
        Names of the leads of each choice; `ABSENT` for one that the recording lacks.
    prefer_first : bool
        Read the lead of the first choice wherever it can be read, noisy or not.
    """

    order: list[int]
    choices: list[list[int]]
    names: list[tuple[str, ...]]
    prefer_first: bool = False

    @classmethod
    def of_recording(
        cls,
        leads: tuple[str, ...],
        wanted: list[list[str]],
        choices: list[list[int]] | None = None,
        prefer_first: bool = False,
    ) -> "LeadPlan":
        """Plan the leads of a recording.

        Parameters
        ----------
        leads : tuple of str
            Names of the recording's leads, at least one.
        wanted : list of list of str
            For each lead of the detector, accepted names in order of preference.
        choices : list of list of int, optional
            Columns of the recording for each choice; by default those of `rank_choices`.
        prefer_first : bool
            See `LeadPlan`.

        Examples
        --------
        >>> plan = LeadPlan.of_recording(("V1", "II"), [["MLII", "II"], ["V1"]])
        >>> plan.order, plan.choices, plan.names
        ([1, 0], [[0, 1], [1, -1]], [('II', 'V1'), ('V1', 'absent')])
        """
        choices = rank_choices(leads, wanted) if choices is None else choices
        firsts = [choice[0] for choice in choices]
        first_choice = [column for column in choices[0] if column >= 0]
        read = list(dict.fromkeys([*first_choice, *firsts]))[: max(MOST_LEADS, len(first_choice))]
        order = [firsts[0], *sorted(column for column in read if column != firsts[0])]
        place = {column: row for row, column in enumerate(order)}
        usable = [choice for choice in choices if choice[0] in place]
        return cls(
            order,
            [[place.get(column, -1) for column in choice] for choice in usable],
            [tuple(leads[c] if c in place else ABSENT for c in choice) for choice in usable],
            prefer_first,
        )

    @cached_property
    def how_read(self) -> tuple[int, tuple[int, ...], bool]:
        """What `read_beats` depends on, beside the windows: beats of equal plans can be joined."""
        return len(self.order), tuple(self.first_leads), self.prefer_first

    @property
    def first_leads(self) -> list[int]:
        """The first lead of each choice, as a place in `order`."""
        return [choice[0] for choice in self.choices]

    def read_beats(
        self, cut: CutBeats, sample: NDArray[np.int64], n_lost: NDArray[np.int64], fs: float
    ) -> DetectedBeats:
        """Choose the lead that each of some beats is read on.

        Parameters
        ----------
        cut : CutBeats
            Their windows, on the leads in `order`; hidden ones are set to 0.
        sample : (n,) int64
            Their R peaks.
        n_lost : (n,) int64
            Samples before each that are missing in every lead.
        fs : float
            Sampling rate of `sample` in Hz.
        """
        readable = cut.quality > 0
        present = np.ones(readable.shape, bool)
        for lead in np.flatnonzero(~readable.all(axis=0)):
            present[:, lead] = ~is_hidden(cut.unreadable[:, lead])
            cut.waveform[~present[:, lead], :, lead] = 0
        choice = choose_lead_of_beats(cut.quality[:, self.first_leads], self.prefer_first)
        read = np.arange(len(sample)), np.array(self.first_leads)[choice]
        return DetectedBeats(
            sample, sample / fs, cut.waveform, present, cut.quality >= TRUSTED_QUALITY,
            choice, cut.unreadable[read], n_lost / fs, cut.quality[read], cut.clipped[read],
            cut.bridged[read],
        )  # fmt: skip
