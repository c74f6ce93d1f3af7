"""The atlas: pages in the browser on which every activation is drawn, moved, compared and found.

This package collects the data and serves the files; the program of the pages is in `web/`.
"""
