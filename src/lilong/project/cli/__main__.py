"""``python -m lilong.project.cli``: the same command line, for programs that start it as a child."""

from lilong.project.cli import main

main()
