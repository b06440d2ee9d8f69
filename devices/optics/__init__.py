"""What stands in the beam or amplifies: shutters, filters, amplifiers."""
