"""The atlas: every activation in the browser, to be seen, moved, compared and found."""
