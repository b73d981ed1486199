"""Waveforms of DICOM files, through pydicom."""
