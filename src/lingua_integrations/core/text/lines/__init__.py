"""Readers of texts line by line: logs, reports, mails, chats, test runs."""
