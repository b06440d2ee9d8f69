"""What a detector behind the sample sees: expected photons per pixel, and the noise on them."""
