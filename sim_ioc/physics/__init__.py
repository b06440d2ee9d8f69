"""The physics behind the PVs: pure functions; eV, mm, degrees and seconds unless named."""
