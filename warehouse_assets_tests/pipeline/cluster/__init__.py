"""Faults around whole commands: killed, restored, and on disks that cannot be written."""
