"""Fourth Signal: what moved first, while the other signals look fine."""
