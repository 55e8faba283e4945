"""`python -m slopt` is `slopt`."""

from slopt.cli.app import main

if __name__ == "__main__":
    main()
