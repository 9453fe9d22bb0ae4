"""``python -m essex_standard`` is ``essex-standard``."""

from essex_standard.cli import main

if __name__ == "__main__":
    main()
