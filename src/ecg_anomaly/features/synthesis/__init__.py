"""Synthetic beats, made from normal ones, so that a network can learn without abnormal beats.

A network that is only shown normal beats has no reason to look at a P wave. One that must tell
normal beats from altered ones has: each alteration imitates what an arrhythmia would change (an
early beat with another P wave, a wide QRS complex without one, a mixture), everything else about
the beat stays that of the subject. The idea is that of contrastive and cut-and-paste anomaly
detection (CutPaste, Li et al. 2021), with electrophysiology in place of image patches. No label of
an abnormal beat is used.

Not realistic: re-entry, conduction and drug effects are not modelled. Altered beats need not be
beats that a heart could make; it is enough that they differ from normal ones as abnormal ones do.
"""
