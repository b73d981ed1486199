"""Simulated patients: seeded two-lead ECG records with every beat labelled.

The signal follows the dynamical model of McSharry PE, Clifford GD, Tarassenko L, Smith LA,
"A dynamical model for generating synthetic electrocardiogram signals", IEEE Transactions on
Biomedical Engineering 50(3):289-294, 2003. Ectopic beats, conduction defects and noise are added.

A record is drawn in five steps, one module each, after `patients` has drawn the patient from the
ranges of `patient_profiles`: `patient_rhythm` (intervals of the sinus node, spells of another
rhythm), `simulated_beats` (beats), `waveform` (clean signal), `simulated_noise`,
`simulated_records` (the analogue-to-digital converter, and the public functions).

Realistic
    RR intervals with LF and HF (respiratory) power and slow drift; respiration that moves
    intervals, baseline and amplitude together; atrial premature beats that reset the sinus node and
    ventricular ones that do not (full compensatory pause); sinus P waves that march through
    ventricular beats; bigeminy, couplets, short runs; escapes after a pause; discordant T waves of
    wide beats; QT that follows the recent RR; ectopic shapes and burden that differ from patient
    to patient; noise that overlaps the band of the QRS.
Not realistic
    Two leads are drawn apart, not projected from one heart vector. Beats of one form differ by
    gain, timing and noise only. In atrial fibrillation the intervals are irregular and there is no
    P wave, but the baseline does not fibrillate. There is no flutter, pacing, block of the AV node,
    aberrant or interpolated beat, ischaemia, drug effect, sleep or day rhythm. Sinus
    intervals do not react to events (no heart rate turbulence). Labels are exact, which those of
    people are not. A detector that does well here has passed a smoke test, not a clinical one.
"""
