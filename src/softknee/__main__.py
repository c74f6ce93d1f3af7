"""`python -m softknee` is the command line, where the command itself is not on the path."""

from softknee.cli import main

if __name__ == "__main__":
    main()
