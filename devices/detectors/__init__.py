"""Detectors that give arrays: multichannel analysers and cameras."""
