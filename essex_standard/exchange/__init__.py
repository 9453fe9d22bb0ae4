"""Formats that other systems read, written from a stored assessment."""
