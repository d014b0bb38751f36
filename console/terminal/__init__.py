"""The way to the terminal: only cells that changed, as much at a time as the link takes, nothing while nothing happens.

`drawing` is what the app mixes in, `driver` the driver that it draws with, `plain` the one without all this.
"""
