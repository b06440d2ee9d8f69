"""What surrounds the sample: its temperature."""
