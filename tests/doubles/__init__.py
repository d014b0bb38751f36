"""Stand-ins for servers, made from recordings of real ones."""
