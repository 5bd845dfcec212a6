"""Other tools' output becomes a submission: recognised by content, read as it is, completed by options, then sealed."""
