"""Channel Access as the beamline speaks it: records, their fields, and the server of them."""
