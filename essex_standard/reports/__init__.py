"""The ways an assessment leaves the machine: JSON, HTML and PDF."""
