"""From a tape, a server or a table to a verdict in words: what ``explain`` and the viewer's ranking share."""
