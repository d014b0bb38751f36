"""What an audit says: as a document, as text for a person, as SARIF for a build."""
