"""Every refusal that the API gives, provoked once each."""
