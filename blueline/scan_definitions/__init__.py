"""Scans under names, to be run again: define, do_scan, copy, rename, remove (ES-46)."""

from blueline.scan_definitions.definition import ScanDefinition
from blueline.scan_definitions.errors import ScanDefinitionError
from blueline.scan_definitions.scan_definitions import ScanDefinitions

__all__ = ["ScanDefinition", "ScanDefinitionError", "ScanDefinitions"]
