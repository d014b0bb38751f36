"""Where the console's settings come from: flags, environment, a TOML file, defaults."""
