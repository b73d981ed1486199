"""Resting ECGs of hospitals: HL7 aECG, Philips XML, GE MUSE XML."""
