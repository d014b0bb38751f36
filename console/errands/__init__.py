"""What a viewer has done for it at Nomad: logs, raw objects, checks, actions; a process that ends with its viewer."""
