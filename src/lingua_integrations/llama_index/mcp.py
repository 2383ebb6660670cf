"""Reads the result of an MCP tool, which ``McpToolSpec`` hands on as the repr of an object."""

from __future__ import annotations

import base64
import json
from typing import Any

from llama_index.core.base.llms.types import ContentBlock, ImageBlock, TextBlock
from llama_index.core.tools import ToolOutput


def as_said(output: ToolOutput) -> ToolOutput:
    """An output as the server said it: texts and images as blocks, an error as one; any other as it is."""
    result = output.raw_output
    content = getattr(result, "content", None)
    if type(result).__name__ != "CallToolResult" or not isinstance(content, list):
        return output
    if output.content != str(result):  # somebody has made something else of it
        return output
    if getattr(result, "isError", False) or getattr(result, "is_error", False):
        return output.model_copy(update={"is_error": True})
    blocks = [_block(one) for one in content]
    if not blocks:
        data = getattr(result, "structuredContent", None) or getattr(result, "structured_content", None)
        blocks = [] if data is None else [TextBlock(text=json.dumps(data, ensure_ascii=False))]
    return output.model_copy(update={"blocks": blocks}) if blocks else output


def _block(item: Any) -> ContentBlock:
    if item.type == "text":
        return TextBlock(text=item.text)
    if item.type == "image":
        kind = getattr(item, "mimeType", None) or getattr(item, "mime_type", None)
        return ImageBlock(image=base64.b64decode(item.data), image_mimetype=kind)
    return TextBlock(text=str(item))
