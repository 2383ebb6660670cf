"""Readers of marked-up texts and pages: Markdown, reST, HTML, XML, text of PDF files."""
